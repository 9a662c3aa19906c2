"""What is checked: one stream of one platform beside what its platform says about it. And the list of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from shared.connectors.paging import Once
from shared.connectors.reading import Reading, read, request_for
from shared.connectors.spec import Platform, Stream
from shared.connectors.wire import Answer, Request
from shared.model import Connection, Run
from tests.connectors.desk import CREDENTIAL, Desk, part
from tests.connectors.recorded import BEGAN, Record, Recorded

CONNECTION = Connection("con", "acme", "any", "A1", "Demo")
RUN = Run("run", "acme", "con", "any", "schedule", started_at=BEGAN)


@dataclass(frozen=True)
class Subject:
    platform: Platform
    stream: Stream
    recorded: Recorded

    def rows(self, count: int) -> list[Record]:
        if self.recorded.records is None:
            return [self.recorded.record(0)]
        if "," in self.recorded.path:
            return [self.recorded.record(i) for i in range(self.recorded.path.count(",") + 1)]
        return [self.recorded.record(i) for i in range(min(count, self.recorded.many or count))]

    def desk(self, rows: list[Record], **more: Any) -> Desk:
        return Desk(self.platform.name, self.recorded, rows, **more)

    def expected(self, rows: list[Record]) -> set[tuple[str, ...]]:
        return {key for row in rows for key in self.recorded.keys_of(row)}

    def small(self, size: int = 10) -> Subject:
        """The same with small pages, so that a few records make many pages. Its sums are another matter."""
        pages: Any = self.stream.pages
        if isinstance(pages, Once):
            return self
        return replace(self, stream=replace(self.stream, pages=replace(pages, size=size), totals=None))

    @property
    def once(self) -> bool:
        return isinstance(self.stream.pages, Once)


Check = Callable[[Subject], str | None]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


ONE_PAGE = "the platform answers this call in one page"
NO_PARENT = "hangs on no other stream"


def told(request: Request) -> str:
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query.items()))
    body = "" if request.json is None else " " + orjson.dumps(request.json, option=orjson.OPT_SORT_KEYS).decode()
    return f"{request.method} {request.url}{'?' if query else ''}{query}{body}"


BEGINNING = {"told": True}  # of the list itself, once its sums have been asked for


def first_query(s: Subject) -> dict[str, str]:
    return dict(request_for(s.platform, s.stream, part(s.platform, s.recorded), BEGINNING).query)


def one_answer(s: Subject, given: Answer, incremental: bool = False) -> Reading:
    what = part(s.platform, s.recorded, incremental)
    return read(s.platform, s.stream, what, BEGINNING, request_for(s.platform, s.stream, what, BEGINNING), given)


def whole_answer(s: Subject, rows: list[Record]) -> Any:
    desk = s.desk(rows)
    request = request_for(s.platform, s.stream, part(s.platform, s.recorded), BEGINNING)
    return desk(request.with_headers(s.platform.authorise(CREDENTIAL))).json
