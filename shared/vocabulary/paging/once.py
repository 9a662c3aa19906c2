"""The page rule of answers that are whole."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Bug
from shared.vocabulary.paging.rule import Name, PageResult, Position
from shared.vocabulary.wire import Answer, Json, Request, at


@dataclass(frozen=True, slots=True)
class Once:
    """The whole answer is one page.

    `more`: where this platform's lists say that there is more. An answer that says so is not whole, against what we
    know of it.
    """

    more: str = ""

    def apply(self, request: Request, position: Position) -> Request:
        return request

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        if self.more and at(answer.json, self.more):
            raise Bug("more-than-one-page", "The platform now sends in parts what it used to send whole.")
        return PageResult(records, None)

    def smaller(self, position: Position) -> Position | None:
        return None
