"""What a page rule is, and what all of them share. Pure; no network, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from shared.vocabulary.wire import Answer, Json, Request, put

Position = dict[str, Json]
Name = Callable[[Json], str]


@dataclass(frozen=True, slots=True)
class PageResult:
    """What an answer means for the reading: which of its records are new, and where to go on.

    `wait`: not before this time has gone by. `follow`: this call comes first, at once; its answer is what this page
    is about. (It is never kept: the address of a file is as good as a key.)
    """

    records: list[Json]
    position: Position | None
    wait: timedelta | None = None
    follow: Request | None = None


class PageRule(Protocol):
    def apply(self, request: Request, position: Position) -> Request: ...

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        """`name` makes a short text of a record (its key), for rules that must recognise records."""
        ...

    def smaller(self, position: Position) -> Position | None:
        """The same place, asking for less at once; None: this rule cannot."""
        ...


def with_params(request: Request, where: str, **said: Json) -> Request:
    """Put the place into the call: into the query, or into the body of calls that have one."""
    if (where or ("body" if request.json is not None else "query")) == "query":
        return request.asking(**{name: str(value) for name, value in said.items()})
    body = request.json
    for name, value in said.items():
        body = put(body, name, value)
    return replace(request, json=body)
