"""How a plain REST platform pages its lists: by a cursor, by counting, by links, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from infra.sandbox.call import Answer, Call
from infra.sandbox.paging import onward, resume
from infra.sandbox.records import Key, Record, View

Rows = Callable[[Call], View[Record]]  # those that a call asks for, by its filters
Show = Callable[[Record], Record]


class Pages(Protocol):
    """`next_link`: where an answer keeps the address of its next page, if it does."""

    @property
    def next_link(self) -> tuple[str, ...]: ...

    def answer(self, call: Call, rows: Rows, show: Show) -> Answer: ...


@dataclass(frozen=True)
class ByCursor:
    """A text that leads on, empty at the end. It carries the question it came from, which may be said again."""

    at: str
    parameter: str
    records: str = "data"
    limit: str = "limit"
    most: int = 100
    next_link: tuple[str, ...] = ()

    def answer(self, call: Call, rows: Rows, show: Show) -> Answer:
        call, page, last = _resumed(call, self.parameter, self.limit, self.most, rows)
        body = nested(self.at, onward(call, last) if last else None)
        return Answer({self.records: [show(row) for row in page], **body}, self.records)


@dataclass(frozen=True)
class ByLink:
    """The whole address of the next page, empty at the end."""

    at: str
    records: str = "data"
    limit: str = "limit"
    most: int = 100

    @property
    def next_link(self) -> tuple[str, ...]:
        return tuple(self.at.split("."))

    def answer(self, call: Call, rows: Rows, show: Show) -> Answer:
        path = f"{call.host_url.rstrip('/')}{call.path}"
        call, page, last = _resumed(call, "cursor", self.limit, self.most, rows)
        body = nested(self.at, f"{path}?{urlencode({'cursor': onward(call, last)})}" if last else None)
        return Answer({self.records: [show(row) for row in page], **body}, self.records)


@dataclass(frozen=True)
class ByCount:
    """So many records from the how manieth on, and how many there are in all."""

    total: str
    records: str = "data"
    limit: str = "limit"
    offset: str = "offset"
    most: int = 100
    next_link: tuple[str, ...] = ()

    def answer(self, call: Call, rows: Rows, show: Show) -> Answer:
        first = call.number(self.offset, 0, 1_000_000_000, least=0)
        size = call.number(self.limit, self.most, self.most)
        found = rows(call).rows
        page = [show(row) for row in found[first : first + size]]
        return Answer({self.records: page, **nested(self.total, len(found))}, self.records)


@dataclass(frozen=True)
class AllAtOnce:
    records: str = "data"
    next_link: tuple[str, ...] = ()

    def answer(self, call: Call, rows: Rows, show: Show) -> Answer:
        return Answer({self.records: [show(row) for row in rows(call).rows]}, self.records)


def _resumed(call: Call, name: str, limit: str, most: int, rows: Rows) -> tuple[Call, list[Record], Key | None]:
    """The question that a cursor carries, its page, and the key to go on from when there are more."""
    call, last = resume(call, name)
    page, last = rows(call).after(last, call.number(limit, most, most))
    return call, page, last


def nested(path: str, value: Any) -> Record:
    """A value at a dotted path, in as many objects as that takes."""
    for step in reversed(path.split(".")):
        value = {step: value}
    found: Record = value
    return found
