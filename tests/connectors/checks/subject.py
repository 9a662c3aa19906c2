"""What is checked: one stream of one platform beside what its platform says about it. And the list of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from shared.model import Connection, Run
from shared.reading import Part, Position, Reading, about_account, read, request_for
from shared.reading.position import asks_totals
from shared.vocabulary.paging import Once, PageRule, Report
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.fake_platform import FakePlatform, Walk, carrying, part, walk
from tests.connectors.recorded import BEGAN, Record, Recorded

MADE = "6012345"  # a report that every desk has made already
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

    def desk(self, rows: list[Record], **more: Any) -> FakePlatform:
        return FakePlatform(self.platform.name, self.recorded, rows, **more)

    def expected(self, rows: list[Record]) -> set[tuple[str, ...]]:
        return {key for row in rows for key in self.recorded.keys_of(row)}

    def small(self, size: int = 10) -> Subject:
        """The same with small pages, so that a few records make many pages."""
        pages: Any = self.stream.pages
        if self.once:
            return self
        own: Any = self.pages
        smaller: Any = replace(own, size=size)
        whole = replace(pages, pages=smaller) if isinstance(pages, Report) else smaller
        return replace(self, stream=replace(self.stream, pages=whole))

    @property
    def pages(self) -> PageRule:
        """The rule by which records are paged; of a report that is made first, the rule of its result."""
        rule = self.stream.pages
        return rule.pages if isinstance(rule, Report) else rule

    @property
    def part(self) -> Part:
        return part(self.platform, self.recorded)

    @property
    def start(self) -> Position:
        """Where records are first asked for: the sums are known, and the report is made."""
        told: Position = {"told": True} if asks_totals(self.stream, {}) else {}
        rule = self.stream.pages
        page: Position = {"page": {}} if isinstance(rule, Report) and rule.result else {}
        made: Position = {"at": {"report": MADE, "polls": 0, **page}} if isinstance(rule, Report) else {}
        return {**told, **made}

    @property
    def request(self) -> Request:
        """The call whose answer holds the first records: of a report in a file, the one for the file."""
        rule = self.stream.pages
        if isinstance(rule, Report) and rule.file:
            return Request("GET", self.recorded.file, bare=True)
        return request_for(self.platform, self.stream, self.part, self.start)

    @property
    def about(self) -> dict[str, Any]:
        """What rows are told of their account."""
        return dict(about_account(self.stream, self.part.values))

    @property
    def given(self) -> dict[str, Any]:
        """What rows are given that do not say it themselves."""
        return {**self.about, **self.recorded.given}

    def read(self, desk: Callable[[Request], Answer]) -> Walk:
        """The records of a slice, without what comes before them."""
        return walk(self.platform, self.stream, self.part, desk, self.start)

    @property
    def once(self) -> bool:
        return isinstance(self.pages, Once)


Check = Callable[[Subject], str | None]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


ASKED: Position = {"told": True}  # the sums are known, and nothing else is
ONE_PAGE = "the platform answers this call in one page"
NO_PARENT = "hangs on no other stream"


def told(request: Request) -> str:
    said = {**request.query, **(request.form or {})}
    query = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    body = "" if request.json is None else " " + orjson.dumps(request.json, option=orjson.OPT_SORT_KEYS).decode()
    return f"{request.method} {request.url}{'?' if query else ''}{query}{body}"


def plainly(call: str) -> str:
    """A recorded call, with its body in the order that `told` uses."""
    head, brace, rest = call.partition(" {")
    return f"{head} {orjson.dumps(orjson.loads('{' + rest), option=orjson.OPT_SORT_KEYS).decode()}" if brace else call


def first_query(s: Subject) -> dict[str, Any]:
    """What the platform is asked by: of a report, the call that asks for it."""
    request = request_for(s.platform, s.stream, s.part, ASKED)
    return {**request.query, **(request.form or {}), **({"body": request.json} if request.json else {})}


def one_answer(s: Subject, given: Answer, incremental: bool = False) -> Reading:
    """What is understood of an answer. Refusals are the platform's own: a storage of files says none that is kept."""
    what = part(s.platform, s.recorded, incremental)
    if s.request.bare and not 200 <= given.status < 300:
        return read(s.platform, s.stream, what, ASKED, request_for(s.platform, s.stream, what, ASKED), given)
    return read(s.platform, s.stream, what, s.start, s.request, given)


def whole_answer(s: Subject, rows: list[Record]) -> Any:
    return s.desk(rows)(carrying(s.platform, s.request)).json
