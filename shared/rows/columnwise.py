"""Records → rows, many at once, column by column: Python looks at a column far quicker than value by value.

Most values are right as they are and stay where they are; a faultless record becomes its own row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.rows.numbers import hold_points
from shared.rows.values import BIGGEST_INT, Mismatch
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json

NONE = type(None)
NESTED = {dict, list, float}  # what may be or hold a number with a point
PORTION = 256  # records looked at together: enough to be alike, and few enough to be near at hand when they are written


@dataclass(frozen=True, slots=True)
class Field:
    """A declared field of an object and the column it becomes."""

    name: str
    source: str
    right: frozenset[type] | None  # types whose values need no further look; None: any
    convert: Callable[[Json], Json]
    at_once: Callable[[Sequence[Json], set[type]], Sequence[Json] | None] | None  # convert, for a whole column

    def fits(self, value: Json) -> bool:
        return self.right is None or (type(value) in self.right and not (type(value) is int and value > BIGGEST_INT))


@dataclass(frozen=True, slots=True)
class Level:
    """The declared fields of one object, and the objects below it of which single fields are declared."""

    fields: tuple[Field, ...]
    below: tuple[tuple[str, Level], ...]
    known: frozenset[str]
    stay: frozenset[str]  # fields of a record that keep their name in its row; from objects below it all move up
    top: bool = True  # the record itself, which becomes the row: whatever does not stay must go from it


@dataclass(slots=True)
class _Changes:
    """What is to be done to records so that they become rows; those found odd are left alone."""

    gone: list[tuple[Sequence[Row], str]] = field(default_factory=list)
    new: list[tuple[Sequence[Row], str, Sequence[Json]]] = field(default_factory=list)  # None: no value
    odd: set[int] = field(default_factory=set)
    with_points: set[str] = field(default_factory=set)  # columns of kind json that may hold numbers with a point

    def make(self) -> None:
        for rows, name in self.gone:
            for row in rows:
                del row[name]
        for rows, name, values in self.new:
            for row, value in zip(rows, values, strict=True):
                if value is not None:
                    row[name] = value
                else:
                    row.pop(name, None)


def become_rows(records: list[Row], level: Level, with_points: set[str]) -> set[int]:
    """Turn faultless records into their rows, in place: most values stay where they are.

    They are looked at column by column, which Python does far quicker than value by value. Answers with the ids of
    those that are odd: they are untouched and need the long way. `with_points` is told which columns hold such numbers.
    """
    odd = set[int]()
    while records:
        changes = _Changes(with_points=with_points)
        _look(records, records, level, changes)
        if not changes.odd:
            changes.make()
            break
        odd |= changes.odd
        records = [record for record in records if id(record) not in odd]
    return odd


def _look(rows: Sequence[Row], objects: Sequence[Json], level: Level, changes: _Changes) -> None:
    """Look at objects that become part of rows (the records themselves, or objects in them), alike ones together."""
    names = list(map(tuple, objects))
    if names.count(names[0]) < len(names):
        alike = defaultdict[tuple[str, ...], list[int]](list)
        for i, fields in enumerate(names):
            alike[fields].append(i)
        for places in alike.values():
            some = [rows[i] for i in places]
            _look_at_alike(some, some if objects is rows else [objects[i] for i in places], level, changes)
    else:
        _look_at_alike(rows, objects, level, changes)


def _look_at_alike(rows: Sequence[Row], objects: Sequence[Json], level: Level, changes: _Changes) -> None:
    fields = [*objects[0]]
    if level.known.issuperset(fields):
        columns = dict(zip(fields, zip(*[one.values() for one in objects], strict=True), strict=True))
        _look_at_columns(rows, columns, level, changes)
    else:
        changes.odd.update(map(id, rows))


def _look_at_columns(
    rows: Sequence[Row], columns: Mapping[str, Sequence[Json]], level: Level, changes: _Changes
) -> None:
    for wanted in level.fields:
        column: Sequence[Json] | None = columns.get(wanted.source)
        if column is None:
            continue
        types = types_of(column)
        if wanted.right is None and not types.isdisjoint(NESTED) and hold_points(column):
            changes.with_points.add(wanted.name)
        right = wanted.right is None or types <= wanted.right
        if not right or (types == {int} and wanted.right is not None and max(column) > BIGGEST_INT):
            easy = wanted.at_once(column, types) if wanted.at_once else None
            if easy is column and wanted.source in level.stay:
                continue
            column = _converted(rows, column, wanted, changes) if easy is None else easy
        elif NONE not in types and wanted.source in level.stay:
            continue
        changes.new.append((rows, wanted.name, column))
    if level.top:
        changes.gone.extend((rows, name) for name in columns if name not in level.stay)
    for source, inner in level.below:
        objects = columns.get(source)
        if objects is None:
            continue
        there = rows
        if set(map(type, objects)) != {dict}:
            changes.odd.update(id(row) for row, one in zip(rows, objects, strict=True) if type(one) not in {dict, NONE})
            some = [(row, one) for row, one in zip(rows, objects, strict=True) if type(one) is dict]
            there, objects = [row for row, _ in some], [one for _, one in some]
        if objects:
            _look(there, objects, inner, changes)


def types_of(column: Sequence[Json]) -> set[type]:
    """The types of its values. Most columns are texts, which is found out soonest by putting them together."""
    if type(column[0]) is str:
        try:
            "".join(column)
        except TypeError:
            pass
        else:
            return {str}
    return set(map(type, column))


def _converted(rows: Sequence[Row], column: Sequence[Json], wanted: Field, changes: _Changes) -> Sequence[Json]:
    """The values of a column of which not all are right as they are."""
    fits, convert = wanted.fits, wanted.convert
    try:
        if not wanted.right:  # moments and the like: each is looked at
            return [value if value is None else convert(value) for value in column]
        return [value if value is None or fits(value) else convert(value) for value in column]
    except Mismatch:
        return [_or_odd(row, value, wanted, changes) for row, value in zip(rows, column, strict=True)]


def _or_odd(row: Row, value: Json, wanted: Field, changes: _Changes) -> Json:
    try:
        return value if value is None or wanted.fits(value) else wanted.convert(value)
    except Mismatch:
        changes.odd.add(id(row))
        return None
