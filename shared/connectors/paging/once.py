"""The page rule of answers that are whole."""

from __future__ import annotations

from dataclasses import dataclass

from shared.connectors.paging.rule import Name, Position, Turn
from shared.connectors.wire import Answer, Json, Request


@dataclass(frozen=True, slots=True)
class Once:
    """The whole answer is one page."""

    def aim(self, request: Request, position: Position) -> Request:
        return request

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        return Turn(records, None)

    def less(self, position: Position) -> Position | None:
        return None
