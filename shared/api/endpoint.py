"""What the table holds of one endpoint: from it come the route, the checks, OpenAPI and its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.api.shapes import Nothing
from shared.keys.scopes import POWERS, Scope
from shared.people.levels import LEVELS, Level, Role
from shared.people.routes import WORKSPACE, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    method: str
    path: str  # behind /api/v1
    does: str  # the name of what answers
    about: str  # one sentence
    tells: Any  # type of the answer; bytes: a file, str: events
    scope: Scope | None = None  # None: any key will do
    is_open: bool = False  # nobody has to say who they are
    asks: type[Any] | None = None  # type of the body
    query: type[Any] = Nothing
    filters: bool = False  # what else stands in the address is a column to filter by
    objects: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    refuses: tuple[int, ...] = ()  # besides those that every endpoint may answer
    once: bool = False  # the answer holds a secret
    example: Mapping[str, Any] | None = None  # of a body
    sample: Mapping[str, str] = field(default_factory=dict)  # of parameters

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def level(self) -> Level:
        if self.is_open:
            return Level.NOBODY
        role = POWERS[self.scope].role if self.scope else ""
        if role == "owner":
            return Level.OWNER
        if not role or WORKSPACE not in self.objects:
            return Level.VIEWER if WORKSPACE in self.objects else Level.PERSON
        return LEVELS[Role(role)]

    @property
    def route(self) -> Route:
        return Route(self.method, self.path, self.level, self.does, self.objects, words=self.words, program=True)
