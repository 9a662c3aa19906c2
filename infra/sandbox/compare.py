"""Compare tables and views with what a sandbox knows to be true: nothing missing, nothing twice, nothing wrong.

A row that vanished from the platform must be marked where a complete reading shows it (`_deleted_at`); where the
platform cannot show it, the row may stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.kit.calendar import name_of
from shared.vocabulary.choosing import chosen, marked
from shared.vocabulary.columns import Column
from shared.vocabulary.platform import Platform, View
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Stream

Record = Mapping[str, Any]
Key = tuple[Any, ...]


# Events are read newest first until what is known; that the person behind an old one was deleted since is seen in
# the table of people only (docs/platforms/constant_contact.md).
EVENTS = frozenset({"deleted_at"})


@dataclass(frozen=True, slots=True)
class Side:
    """One table as the sandbox knows it: `present` now, `gone` once and never again."""

    present: Sequence[Record]
    gone: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of a table or view are recognised and looked at."""

    name: str  # of the table
    columns: tuple[Column, ...]
    marks: bool  # a complete reading shows what vanished
    shaped: bool = False  # a function of the connector has worked on nested values
    stays: bool = False  # what the platform once told stays, although it tells it no longer
    unseen: frozenset[str] = frozenset()  # columns that can change behind our back
    days: Days | None = None  # rows belong to days; see `of_days`

    def key_of(self, record: Record) -> Key:
        return tuple(plain(value_at(record, column)) for column in self.columns if column.key)

    def key_in(self, row: Record) -> Key:
        return tuple(plain(row.get(column.name)) for column in self.columns if column.key)


@dataclass(frozen=True, slots=True)
class Compared:
    table: str
    rows: int  # that are there and not marked as gone
    marked: int
    missing: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()  # values

    @property
    def right(self) -> bool:
        return not (self.missing or self.duplicated or self.unexpected or self.wrong)

    def troubles(self, most: int = 3) -> list[str]:
        return [
            f"{self.table}: {len(found)} {name}: {', '.join(found[:most])}"
            for name in ("missing", "duplicated", "unexpected", "wrong")
            if (found := getattr(self, name))
        ]


def kinds(platform: Platform, streams: Sequence[str] = ()) -> list[Kind]:
    """The tables and views that a connection fills."""
    read = {stream.name: stream for stream in chosen(platform, streams)}
    tables = [
        Kind(
            platform.table(stream.name),
            stream.columns,
            marks=marked(platform, stream),
            shaped=stream.shape is not None,
            stays=stream.keep_missing,
            unseen=EVENTS if stream.since and stream.since.newest_first else frozenset(),
            days=stream.days,
        )
        for stream in read.values()
    ]
    views = [
        Kind(platform.table(view.name), view.columns, marks=marked(platform, read[view.of]), days=_days_of(view, read))
        for view in platform.views
        if view.of in read
    ]
    return [*tables, *views]


def _days_of(view: View, read: Mapping[str, Stream]) -> Days | None:
    rule = read[view.of].days
    return rule if rule is not None and rule.column in {column.name for column in view.columns} else None


def of_days(
    kind: Kind, truth: Side, rows: Iterable[Record], first: date = date.min, before: date = date.max
) -> tuple[Side, list[Record]]:
    """Both sides from the day `first` on: of what lies earlier, less than everything was asked for. And of the days
    before `before` only: of a day that was not over when it was read, the platform tells more with every hour."""
    rule = kind.days
    if rule is None:
        return truth, list(rows)
    column = next(each for each in kind.columns if each.name == rule.column)
    since, until = (name_of(rule, day) if rule.whole else day.isoformat() for day in (first, before))

    def meant(value: Any) -> bool:
        return value is None or since <= str(plain(value))[:10] < until

    def told(records: Sequence[Record]) -> list[Record]:
        return [record for record in records if meant(value_at(record, column))]

    kept = [row for row in rows if meant(row.get(column.name))]
    return Side(told(truth.present), told(truth.gone)), kept


def compare(kind: Kind, truth: Side, rows: Iterable[Record], before: Side | None = None) -> Compared:
    """`rows`: all that the table holds, marked ones included. `before`: the truth at an earlier, finished sync."""
    rows = list(rows)
    live = [row for row in rows if row.get("_deleted_at") is None]
    present = {kind.key_of(record): record for record in truth.present}
    gone = {kind.key_of(record) for record in truth.gone}
    counted = Counter(kind.key_in(row) for row in live)
    missing = [_shown(key) for key in present if key not in counted]
    if before is not None and kind.marks and any("_deleted_at" in row for row in rows):
        there = {kind.key_in(row) for row in rows}
        seen = {kind.key_of(record) for record in before.present}
        missing += [f"{_shown(key)} (gone, and not kept as such)" for key in sorted(seen & gone - there, key=str)]
    unexpected = [
        _shown(key) for key in counted if key not in present and not kind.stays and (kind.marks or key not in gone)
    ]
    wrong = [text for row in live if (record := present.get(kind.key_in(row))) for text in differing(kind, record, row)]
    return Compared(
        table=kind.name,
        rows=len(live),
        marked=len(rows) - len(live),
        missing=tuple(missing),
        duplicated=tuple(_shown(key) for key, count in counted.items() if count > 1),
        unexpected=tuple(unexpected),
        wrong=tuple(wrong),
    )


def differing(kind: Kind, record: Record, row: Record) -> list[str]:
    """Declared columns that do not say what the platform said; what it left out was given by the parent row."""
    found = []
    for column in kind.columns:
        told = (column.path[0] in record or column.name in record) and column.name not in kind.unseen
        theirs, ours = value_at(record, column), row.get(column.name)
        if kind.shaped and len(column.path) > 1:
            continue
        if told and column.kind != "json" and not same(column, theirs, ours):
            found.append(f"{_shown(kind.key_in(row))} {column.name}: {theirs!r} became {ours!r}")
    return found


def value_at(record: Record, column: Column) -> Any:
    """By its path in the platform's record, or by its name (ids of parents, derived rows)."""
    value: Any = record
    for step in column.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if value is not None else record.get(column.name)


def plain(value: Any) -> Any:
    """Moments compare as moments and numbers as numbers, however they are written."""
    if isinstance(value, str) and len(value) >= 16 and value[4:5] == "-" and value[10:11] in ("T", " "):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _day(value)


def _day(value: Any) -> Any:
    """Dates come as dates from the warehouse and as text from the platform."""
    return value.isoformat() if hasattr(value, "isoformat") and not isinstance(value, datetime) else value


def same(column: Column, theirs: Any, ours: Any) -> bool:
    if theirs in ("", None) or theirs == []:
        return ours in ("", None) or ours == []
    if column.kind in {"int", "float", "money"}:
        return ours is not None and abs(float(theirs) - float(ours)) < 1e-9
    if column.kind == "micros":
        return ours is not None and abs(float(theirs) / 1_000_000 - float(ours)) < 1e-9
    if column.kind == "date":
        return str(theirs)[:10] == str(ours)[:10]
    if column.kind == "texts":
        return [str(item) for item in theirs] == [str(item) for item in ours or []]
    return bool(plain(theirs) == plain(ours))


def _shown(key: Key) -> str:
    return "/".join(str(part) for part in key)
