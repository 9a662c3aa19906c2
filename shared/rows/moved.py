"""Columns that earlier releases had no name for: their rows are the same rows, so their digests are, too. Pure.

What a digest covers must not follow from what a release declares, or each new column would make every row a changed
one. So the digest takes fields that have got a column of their own (`Stream.moved`) for what they were: a part of
`_extra`, as the platform wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Json, put

NOWHERE = object()


@dataclass(frozen=True, slots=True)
class Moved:
    columns: frozenset[str]
    places: tuple[tuple[str, ...], ...]  # of what stood in `_extra` whole

    def held(self, record: Row) -> list[tuple[tuple[str, ...], Json]]:
        """What of a record stood in `_extra`. Asked before the record becomes its row."""
        found = [(place, _at(record, place)) for place in self.places] if type(record) is dict else []
        return [(place, value) for place, value in found if value is not NOWHERE]

    def put_back(self, row: Row, held: list[tuple[tuple[str, ...], Json]]) -> Row:
        """The row as it was before these columns were there."""
        extra: Row = row.get("_extra", {})
        for place, value in held:
            extra = put(extra, ".".join(place), value)
        return {**{name: value for name, value in row.items() if name not in self.columns}, "_extra": extra}


def moved_of(stream: Stream) -> Moved:
    own = [column for column in stream.columns if column.name in stream.moved]
    known = {column.path for column in stream.columns if column.name not in stream.moved}
    known |= {tuple(path.split(".")) for path in stream.ignore}
    places = {_whole(column.path, known) for column in own}
    return Moved(stream.moved, tuple(sorted(place for place in places if not _below(place, places))))


def _whole(path: tuple[str, ...], known: set[tuple[str, ...]]) -> tuple[str, ...]:
    """The outermost object on the way there of which nothing was read: it was kept as one."""
    for length in range(1, len(path)):
        if all(one[:length] != path[:length] for one in known):
            return path[:length]
    return path


def _below(place: tuple[str, ...], places: set[tuple[str, ...]]) -> bool:
    return any(place[:length] in places for length in range(1, len(place)))


def _at(value: Json, path: tuple[str, ...]) -> Json:
    for step in path:
        if type(value) is not dict or step not in value:
            return NOWHERE
        value = value[step]
    return value
