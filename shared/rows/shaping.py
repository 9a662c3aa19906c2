"""Records → lines of NDJSON, checked against the declared columns. The hot loop of the whole project.

A value of another type than declared goes to `_extra` under its own name and is counted, as does a field that
nobody declared: nothing a platform sends is dropped, and nothing it sends can break a load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

import orjson
from xxhash import xxh3_128_hexdigest

from shared.errors import Bug
from shared.rows.columnwise import NESTED, PORTION, Field, Level, become_rows, types_of
from shared.rows.moved import Moved, moved_of
from shared.rows.numbers import written
from shared.rows.values import AT_ONCE, KINDS, Mismatch
from shared.vocabulary.columns import Column
from shared.vocabulary.shapes import names
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Json

# What `type(value)` may be for a value to stay as it is. A whole number is a good float; json takes anything.
RIGHT: dict[type | None, frozenset[type] | None] = {
    str: frozenset({str}),
    int: frozenset({int}),
    float: frozenset({float, int}),
    bool: frozenset({bool}),
    None: frozenset(),
    object: None,
}


TEXT = {str}
ORDERED = orjson.OPT_SORT_KEYS


def _level(columns: Iterable[Column], depth: int, ignore: frozenset[str]) -> Level:
    here, deeper = [], dict[str, list[Column]]()
    for column in columns:
        if len(column.path) == depth + 1:
            plain, convert = KINDS[column.kind]
            here.append(Field(column.name, column.path[depth], RIGHT[plain], convert, AT_ONCE.get(convert)))
        else:
            deeper.setdefault(column.path[depth], []).append(column)
    ignored = dict[str, set[str]]()
    for path in sorted(ignore):
        name, _, rest = path.partition(".")
        ignored.setdefault(name, set()).update({rest} - {""})
    for name, inner in ignored.items():
        if inner:
            deeper.setdefault(name, [])
    below = tuple((name, _level(inner, depth + 1, frozenset(ignored.get(name, ())))) for name, inner in deeper.items())
    known = frozenset({field.source for field in here} | set(deeper) | set(ignored))
    stay = frozenset(field.name for field in here if field.name == field.source) if depth == 0 else frozenset()
    return Level(tuple(here), below, known, stay, top=depth == 0)


@dataclass(slots=True)
class Notes:
    """What was odd about the rows of a page: counted, shown, never fatal."""

    unknown: Counter[str] = field(default_factory=Counter)
    mismatched: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Shaper:
    stream: Stream
    level: Level
    key: frozenset[str]
    may_be_empty: frozenset[str]
    may_lack: frozenset[str]
    given: frozenset[str]  # columns whose value comes with the slice or the pass, not with the record
    moved: Moved | None = None
    before: dict[int, Row] = field(default_factory=dict)  # rows as earlier releases made them, by the id of the row
    with_points: set[str] = field(default_factory=set)  # columns that BigQuery parses, with a number to be looked at

    def rows(self, records: Iterable[Json], given: Mapping[str, Json], notes: Notes) -> Iterable[Row]:
        """Checked rows of declared columns, with `_extra` for whatever else the platform sent.

        The records are used up: a faultless one becomes its own row.
        """
        shape = self.stream.shape
        added = {name: value for name, value in given.items() if name in self.given}
        self.with_points.update(name for name, value in added.items() if type(value) in NESTED)
        shaped = iter(shape_all(shape, records, given) if shape else records)
        while portion := list(islice(shaped, PORTION)):
            yield from self._checked(portion, added, notes)

    def _checked(self, records: list[Json], added: Mapping[str, Json], notes: Notes) -> list[Row]:
        if set(map(type, records)) != {dict}:
            kind = next(type(record).__name__ for record in records if type(record) is not dict)
            raise Bug("odd-record", "The platform sent something that is not a record.", kind)
        held = [self.moved.held(record) for record in records] if self.moved else []
        odd = become_rows(records, self.level, self.with_points)
        rows = records
        if odd:
            self.with_points.update(self._parsed())
            rows = [self._long_way(record, notes) if id(record) in odd else record for record in records]
        for name, value in added.items():
            for row in rows:
                row.setdefault(name, value)
        for name in self.key:
            values: list[Any] = [row.get(name) for row in rows]
            if types_of(values) == TEXT and (name in self.may_be_empty or all(map(str.strip, values))):
                continue
            lacking = [record for record, value in zip(records, values, strict=True) if self._no_key(name, value)]
            if lacking:
                raise Bug("key-missing", f"The platform sent a record without its {name}.", names(lacking[0]))
        if self.moved:
            self.before.clear()
            for row, there in zip(rows, held, strict=True):
                if there:
                    self.before[id(row)] = self.moved.put_back(row, there)
        return rows

    def _parsed(self) -> list[str]:
        """The columns whose values BigQuery parses as JSON."""
        return [*(column.name for column in self.stream.columns if column.kind == "json"), "_extra"]

    def _no_key(self, name: str, value: Json) -> bool:
        """An empty text names nothing: two records with one would become one row."""
        if value is None:
            return name not in self.may_lack
        return name not in self.may_be_empty and isinstance(value, str) and not value.strip()

    def _long_way(self, record: Json, notes: Notes) -> Row:
        row: Row = {}
        extra = _take(record, self.level, row, "", notes)
        if extra:
            row["_extra"] = extra
        return row


def shape_all(
    shape: Callable[[Json, Mapping[str, Json]], Iterable[Row]], records: Iterable[Json], given: Mapping[str, Json]
) -> Iterable[Row]:
    try:
        yield from chain.from_iterable(map(shape, records, repeat(given)))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        kind = type(error).__name__
        raise Bug("odd-record", "The platform sent a record of another shape than before.", kind) from None


def _take(record: Json, level: Level, row: Row, prefix: str, notes: Notes) -> Row | None:
    """The long way, value by value: declared fields into the row, odd ones counted; what is left is returned."""
    extra: Row | None = None
    for wanted in level.fields:
        value = record.get(wanted.source)
        if value is None:
            continue
        if not wanted.fits(value):
            try:
                value = wanted.convert(value)
            except Mismatch:
                notes.mismatched[wanted.name] += 1
                extra = extra or {}
                extra[wanted.source] = value
                continue
            if value is None:
                continue
        row[wanted.name] = value
    for source, inner in level.below:
        value = record.get(source)
        if value is None:
            continue
        if type(value) is not dict:
            notes.mismatched[prefix + source] += 1
            extra = extra or {}
            extra[source] = value
            continue
        rest = _take(value, inner, row, f"{prefix}{source}.", notes)
        if rest:
            extra = extra or {}
            extra[source] = rest
    if not record.keys() <= level.known:
        extra = extra or {}
        for source in record:
            if source in level.known:
                continue
            if type(source) is not str:  # a function of ours has made a name of what the platform said
                raise Bug("odd-record", "The platform sent a record with a field that has no name.")
            extra[source] = record[source]
            notes.unknown[prefix + source] += 1
    return extra


@lru_cache(maxsize=256)
def _top_level(columns: tuple[Column, ...], ignore: frozenset[str]) -> Level:
    return _level(columns, 0, ignore)


def shaper(stream: Stream) -> Shaper:
    level = _top_level(stream.columns, stream.ignore)
    given = frozenset(column.name for column in stream.columns)
    moved = moved_of(stream) if stream.moved else None
    return Shaper(stream, level, frozenset(stream.key), stream.may_be_empty, stream.may_lack, given, moved)


def lines(
    rows: Iterable[Row],
    constants: Mapping[str, str],
    before: dict[int, Row] | None = None,
    with_points: Collection[str] = (),
) -> Iterable[bytes]:
    """One line of NDJSON per row. `before`: what earlier releases made of rows, where that was something else.
    `with_points`: columns in which numbers are written as BigQuery takes them. Both may grow while rows come."""
    tail = b"," + orjson.dumps(dict(constants))[1:] + b"\n"
    dumps, hexdigest = orjson.dumps, xxh3_128_hexdigest
    for number, row in enumerate(rows):
        try:
            body = dumps(row, None, ORDERED)
            hashed = body if not before else dumps(before.pop(id(row), row), None, ORDERED)
            if with_points and _rewritten(row, with_points):
                body = dumps(row, None, ORDERED)
        except orjson.JSONEncodeError:
            raise Bug("odd-record", "The platform sent a record nested too deeply to be kept.") from None
        yield b'%b,"_hash":"%b","_line":%d%b' % (body[:-1], hexdigest(hashed).encode(), number, tail)


def _rewritten(row: Row, names: Iterable[str]) -> bool:
    """Whether a number in these columns had to be written in another way."""
    found = False
    for name in names:
        value = row.get(name)
        as_taken = written(value)
        if as_taken is not value:
            row[name], found = as_taken, True
    return found


def digest(row: Row) -> str:
    """What stands in `_hash`: the same for the same content, in whatever order the platform writes its fields. It
    covers what the platform said, and nothing of ours."""
    return xxh3_128_hexdigest(orjson.dumps(row, None, ORDERED))
