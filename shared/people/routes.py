"""Routes as data: for each method and path, who may come there, and what each name in the path stands for.

A function answers nothing that has no entry here, and a table is refused as a whole when an entry does not hold
together. The walking test (tests/people/) calls every route of every table as everybody, with everything of another
workspace; a function that has routes joins by adding its table there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.people.levels import Level

_NAME = re.compile(r"\{(\w+)\}")
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")  # what names a thing, in a path or in what is posted
WORKSPACE = "workspace"
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str  # such as /workspaces/{workspace}/members/{member}
    level: Level  # who may come here
    does: str  # the name of what answers
    objects: Mapping[str, str] = field(default_factory=dict)  # name in the path → what kind of thing it is
    form: Mapping[str, str] = field(default_factory=dict)  # the same of names in what is posted
    words: Mapping[str, str] = field(default_factory=dict)  # names in the path that are nobody's things → an example
    polls: bool = False  # asked by a page without anybody's doing, so it prolongs no session
    program: bool = False  # called by programs, which send no cookie and none of a browser's headers

    @property
    def things(self) -> Mapping[str, str]:
        """All that a request names, by path or form."""
        return {**self.objects, **self.form}

    def ids(self, segments: Sequence[str]) -> Mapping[str, str] | None:
        """The names out of a path that fits; None for another one."""
        ours = self.path.strip("/").split("/") if self.path != "/" else []
        if len(ours) != len(segments):
            return None
        found = {}
        for part, said in zip(ours, segments, strict=True):
            name = _NAME.fullmatch(part)
            if name is None and part != said:
                return None
            if name is not None:
                if not SAFE.fullmatch(said):
                    return None
                found[name[1]] = said
        return found


class Crooked(Exception):
    """The table of routes does not hold together; the text says where."""


@dataclass(frozen=True)
class Table:
    """All routes of one function."""

    name: str
    routes: tuple[Route, ...]
    kinds: frozenset[str]  # of things that a path may name; the guard knows how to find each

    def __post_init__(self) -> None:
        faults = [fault for route in self.routes for fault in _faults(route, self.kinds)]
        seen: set[tuple[str, str]] = set()
        for route in self.routes:
            place = (route.method, _NAME.sub("{}", route.path))
            if place in seen:
                faults.append(f"{route.method} {route.path} is there twice")
            seen.add(place)
        if faults:
            raise Crooked(f"{self.name}: {'; '.join(faults)}")

    def check(self, answers: Iterable[str]) -> None:
        """Each route has somebody who answers, and nobody answers without a route."""
        named, there = {route.does for route in self.routes}, set(answers)
        if named != there:
            raise Crooked(f"{self.name}: {sorted(named ^ there)} have a route or an answer, and not both")

    def methods(self, segments: Sequence[str]) -> list[str]:
        """Those that something answers to at this path."""
        return sorted({route.method for route in self.routes if route.ids(segments) is not None})

    def find(self, method: str, segments: Sequence[str]) -> tuple[Route, Mapping[str, str]] | None:
        for route in self.routes:
            if route.method == method and (ids := route.ids(segments)) is not None:
                return route, ids
        return None


def _faults(route: Route, kinds: frozenset[str]) -> Iterable[str]:
    where, named = f"{route.method} {route.path}", _NAME.findall(route.path)
    if route.method not in {"GET", "POST", "PATCH", "DELETE"}:
        yield f"{where}: the method is none of ours"
    if not route.path.startswith("/") or (route.path.endswith("/") and route.path != "/"):
        yield f"{where}: the path is none"
    said = [*route.objects, *route.words]
    if sorted(named) != sorted(said) or set(route.objects) & set(route.form):
        yield f"{where}: what each name in it stands for is not said"
    if unknown := set(route.things.values()) - kinds:
        yield f"{where}: {sorted(unknown)} are no kinds of things"
    within = route.things.get(WORKSPACE) == WORKSPACE
    if within and not route.level >= Level.VIEWER:
        yield f"{where}: it is within a workspace, and asks for no role there"
    if Level.VIEWER <= route.level < Level.OWNER and not within:
        yield f"{where}: it asks for a role, and names no workspace"
    if route.level is Level.NOBODY and route.things:
        yield f"{where}: it names a thing, and lets everybody in"
    if route.polls and route.method not in READS:
        yield f"{where}: it changes something, and polls"
