"""What each platform says about each stream, written down from its own documentation and from nothing of ours.

The `.json` files hold one record of each stream with every field that its platform documents; values are made up.
The `.calls` files hold the calls that we mean to make. `Recorded` adds how the platform chooses and pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer
from tests.connectors.recorded.known import Known

Record = dict[str, Any]
Query = Mapping[str, str]
Shown = Callable[[Record, Query], Record | None]
HERE = Path(__file__).parent

BEGAN = datetime(2026, 9, 3, 12, 0, tzinfo=UTC)  # when the slices of these tests begin
MIDDLE = datetime(2026, 6, 20, tzinfo=UTC)  # records with an even number changed after it, others before
NEWER, OLDER = datetime(2026, 6, 21, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def body(status: int, value: Any, **headers: str) -> Answer:
    return answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, orjson.dumps(value))


def when(i: int) -> str:
    """When record number i changed last, as the platform writes it."""
    return ((NEWER if i % 2 == 0 else OLDER) + timedelta(minutes=i)).isoformat()


def as_is(record: Record, query: Query) -> Record | None:
    return record


@dataclass(frozen=True)
class Recorded:
    """One stream as its platform knows it."""

    path: str  # of the call, with the ids of `given`
    records: str | None  # the field that holds them; None: the answer is one record
    key: tuple[str, ...]  # of our table
    vary: Callable[[int], Record]  # what record number i has of its own
    given: Mapping[str, Any] = field(default_factory=dict)  # what the parent's row gives
    shown: Shown = as_is  # the record as this query sees it; None: not at all
    most: int = 0  # records of one page at most; 0: everything at once
    cut: int = 0  # records of one list at most, and no way to the rest; 0: all of them come
    many: int = 0  # records there can be at all; 0: any number
    kept_order: Callable[[Record], Any] | None = None  # how the platform sorts, when it does
    changed: str = ""  # the field that says when a record changed
    keys: Callable[[Record], list[Record]] | None = None  # records → rows, where they are not one to one
    look_back: timedelta | None = None  # numbers of records this young still move
    may_lack: frozenset[str] = frozenset()  # columns of the key that the platform may leave out
    plain_numbers: frozenset[str] = frozenset()  # columns with numbers that measure nothing
    made: frozenset[str] = frozenset()  # fields that no record has until our shape has made them
    days: tuple[str, str] | None = None  # the window of a stream that is read by windows of days
    waits: int = 3  # until a report is whole: asked for, being made, said to be completed a little too early
    fails: tuple[str, ...] = ()  # how it says that it could not make a report; none: as the rule has it
    file: str = ""  # where a report of it lies, once it is made
    base: Record = field(default_factory=dict)
    first: str = ""  # the first call of a first reading
    later: str = ""  # the first call of a reading since MIDDLE; empty where it is the same
    totals: str = ""  # the call for the platform's own sums, which comes before
    total: str = ""  # where the platform says how many there are
    always: str = ""  # what it sends with every page, also with the last one, that says whether there is more
    others: tuple[Mapping[str, Any], ...] = ()  # what further rows of the parent give, where other fields follow
    parents: tuple[tuple[Record, bool], ...] = ()  # rows of the parent stream: has it children?
    settles: str = ""  # the field of the parent's row after which, for a while, its children still move
    not_offered: frozenset[str] = frozenset()  # names that an account may lack; one of them spoils the whole question
    needs: str = ""  # the value of the account without which it has none of these
    told: str = ""  # in which of the platform's shapes the records are told
    slips: bool = False  # a row can go from one status to another between two passes
    moves: bool = False  # sorted by change, so a row that changes goes to the end
    opts_out: bool = False  # number 1 opted out lately, without another time of change
    draft_is_403: bool = False  # 403 says that a draft has no report
    wanted: Callable[[Record], bool] = lambda record: True  # records that are of the platform's making are not

    def record(self, i: int) -> Record:
        own = {**self.base, **self.vary(i)}
        base = self.base
        return Known(own, base.file, base.stream) if isinstance(base, Known) else own

    def keys_of(self, record: Record) -> set[tuple[str, ...]]:
        """The keys of the rows that this record must become."""
        if not self.wanted(record):
            return set()
        rows = self.keys(record) if self.keys else [record]
        return {tuple(str({**self.given, **row}[name]) for name in self.key) for row in rows}


def load(
    platform: str, streams: dict[str, Recorded], always: Callable[[Recorded], str] = lambda stream: ""
) -> dict[str, Recorded]:
    """Put the recorded record and the meant calls beside what a stream's author wrote.

    `always`: what the platform sends with every page of such a list.
    """
    bases = json.loads((HERE / f"{platform}.json").read_text())
    calls: dict[str, dict[str, str]] = {}
    for line in (HERE / f"{platform}.calls").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, which, call = line.split(maxsplit=2)
            calls.setdefault(name, {})[which] = call
    found = {}
    for name, stream in streams.items():
        base = Known({**bases[name], **stream.base}, f"{platform}.json", name)
        found[name] = Recorded(
            **{
                **{f: getattr(stream, f) for f in Recorded.__dataclass_fields__},
                "base": base,
                "always": always(stream) if stream.most else "",
                "first": calls[name]["first"],
                "later": calls[name].get("later", ""),
                "totals": calls[name].get("totals", ""),
            }
        )
    return found


def after(parameter: str, path: str, inclusive: bool = False) -> Shown:
    """A filter by time. Where its bound is not documented, the harder reading: the moment itself is left out."""

    def shown(record: Record, query: Query) -> Record | None:
        if parameter not in query:
            return record
        value = moment(record, path)
        bound = datetime.fromisoformat(query[parameter])
        return record if value is not None and (value > bound or (inclusive and value == bound)) else None

    return shown


def moment(record: Record, path: str) -> datetime | None:
    value: Any = record
    for step in path.split("."):
        value = (value or {}).get(step)
    return datetime.fromisoformat(value).astimezone(UTC) if value else None


def all_of(*filters: Shown) -> Shown:
    def shown(record: Record, query: Query) -> Record | None:
        seen: Record | None = record
        for each in filters:
            seen = each(seen, query) if seen is not None else None
        return seen

    return shown


def only_when_asked(parameter: str, value: str, *path: str) -> Shown:
    """A field that the platform leaves out unless it is asked for."""

    def shown(record: Record, query: Query) -> Record | None:
        if value in query.get(parameter, "").split(","):
            return record
        copy: Record = json.loads(json.dumps(record))
        inner: Record = copy
        for step in path[:-1]:
            inner = inner[step]
        inner.pop(path[-1], None)
        return copy

    return shown
