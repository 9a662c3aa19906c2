"""A column that a release adds makes no row a changed one: whoever adds it says that its field has moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.platforms import PLATFORMS
from shared.vocabulary.stream import Stream

FIRST = Path(__file__).parent / "first_columns.txt"


def first_columns() -> dict[str, frozenset[str]]:
    """What each table held when its digests were first made: one line for each. Lines are added, never changed."""
    lines = [line.partition(":") for line in FIRST.read_text().splitlines()]
    return {table: frozenset(names.split()) for table, _, names in lines}


STREAMS = [
    pytest.param(stream, platform.table(stream.name), id=platform.table(stream.name))
    for platform in PLATFORMS.values()
    for stream in platform.streams
]


@pytest.mark.parametrize(("stream", "table"), STREAMS)
def test_whatever_has_joined_is_said_to_have_moved(stream: Stream, table: str) -> None:
    known = first_columns()
    assert table in known, f"add a line to {FIRST.name}: {table} is new, with all its columns"
    names = {column.name for column in stream.columns}
    assert names - known[table] == stream.moved, "name in `moved` the columns that this table did not always have"


def test_columns_stay() -> None:
    """A table never loses a column, so what is no longer declared would stay as it was for ever."""
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            missing = first_columns()[platform.table(stream.name)] - {column.name for column in stream.columns}
            assert not missing, (stream.name, missing)
