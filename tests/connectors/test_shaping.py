"""Records → rows: whatever a platform sends is kept, checked and never fatal."""

from __future__ import annotations

import copy
import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.parsing import Rounded
from shared.rows import shaping
from shared.rows.shaping import Notes, lines, shaper
from shared.rows.values import KINDS
from shared.vocabulary.columns import columns
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import put

TABLE = columns("""
id* text Id
count int+ Count
rate float~ Rate
spent money+ Spent
on bool On
at time At
day date Day
any json Any
names texts Names
deep.inner.value=value int+ Deep
deep.other text Other
gone text Gone
""")
STREAM = Stream(
    "things",
    "Things",
    path="/things",
    records="things",
    columns=TABLE,
    ignore=frozenset({"_links", "deep.html"}),
)

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1),
    st.floats(-(2.0**63), 2.0**63, exclude_min=True, exclude_max=True), st.text(max_size=12),
    st.sampled_from(["", "12", "-3.5", "2026-08-30", "2026-08-30T07:00:00+00:00", "0001-01-01T00:00:00+14:00", "1e999",
                     "20260830", "2026-W01-1", "9" * 40, "NaN"]),
)  # fmt: skip
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from(["value", "x"]), SCALARS, max_size=2)
)
FIELDS = ("count", "rate", "spent", "on", "at", "day", "any", "names", "gone", "_links", "new", "_extra", "_hash")
RECORDS = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=5).filter(str.strip)},
    optional={
        **dict.fromkeys(FIELDS, VALUES),
        "deep": VALUES
        | st.fixed_dictionaries(
            {}, optional={"inner": VALUES | st.dictionaries(st.sampled_from(["value", "x"]), VALUES), "other": VALUES,
                          "html": VALUES, "more": VALUES},
        ),
    },
)  # fmt: skip


def rows(records: list[Any], given: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], Notes]:
    notes = Notes()
    return list(shaper(STREAM).rows(copy.deepcopy(records), given or {}, notes)), notes


def fits(kind: str, value: Any) -> bool:
    """Would the warehouse take it?"""
    if kind == "text":
        return isinstance(value, str)
    if kind == "int":
        return type(value) is int and -(2**63) <= value < 2**63
    if kind == "float":
        return type(value) in (int, float) and math.isfinite(value)
    if kind == "money":
        return isinstance(value, str) and Decimal(value).is_finite() and len(value.partition(".")[2]) <= 9
    if kind == "bool":
        return type(value) is bool
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind in {"time", "date"}:
        return isinstance(value, str) and value[4] == "-" and value[7] == "-" and value[:4].isdigit()
    return True


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=3))
def test_anything_becomes_rows_that_can_be_loaded(records: list[dict[str, Any]]) -> None:
    found, _ = rows(records)
    assert len(found) == len(records)
    for row in found:
        for column in TABLE:
            if column.name in row:
                assert row[column.name] is not None
                assert fits(column.kind, row[column.name]), (column.name, row[column.name])
        assert set(row) <= {column.name for column in TABLE} | {"_extra"}
        orjson.dumps(row)


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=3))
def test_the_short_way_says_what_the_long_way_says(records: list[dict[str, Any]]) -> None:
    short, short_notes = rows(records)
    long_notes, level = Notes(), shaper(STREAM).level
    for record, row in zip(copy.deepcopy(records), short, strict=True):
        slow: dict[str, Any] = {}
        extra = shaping._take(record, level, slow, "", long_notes)
        if extra:
            slow["_extra"] = extra
        assert slow == row
    assert short_notes == long_notes


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_nothing_is_dropped(record: dict[str, Any]) -> None:
    """Every top-level value is in its column, or in `_extra`, or was said to be none."""
    (row,), _ = rows([record])
    held = {c.path[0]: c for c in TABLE if len(c.path) == 1}
    for name, value in record.items():
        if value is None or name in {"_links", "deep"} or (name in held and value == ""):
            continue
        column = held.get(name)
        assert (column is not None and column.name in row) or row["_extra"][name] == value


@pytest.mark.parametrize("place", [*FIELDS, "deep.inner.value", "deep.other", "deep.new", "deep", "id"])
@pytest.mark.parametrize(
    "hold", [lambda number: number, lambda number: [number], lambda number: {"x": [{"y": number}]}]
)
@pytest.mark.parametrize("number", [2.0**63, 2.0**64, -(2.0**63), 1e30])
def test_what_may_be_a_long_number_without_its_last_digits_is_never_kept(
    place: str, hold: Callable[[float], Any], number: float
) -> None:
    record = put({"id": "a"}, place, hold(number))

    def kept() -> list[bytes]:
        shape = shaper(STREAM)
        rows = shape.rows([{"id": "b", "count": 1}, copy.deepcopy(record)], {}, Notes())
        return list(lines(rows, {}, shape.before, shape.with_points))

    if (place == "rate" and hold(1) == 1) or place == "_links":  # a double is what it is to be; and nothing is kept
        assert len(kept()) == 2
    else:  # also as a key that is none: what the answer says is known only when it was read exactly
        with pytest.raises(Rounded):
            kept()


def test_odd_values_go_beside_and_are_counted() -> None:
    (row,), notes = rows([{"id": "a", "count": "many", "rate": "0.5", "new": 1, "deep": {"inner": 7, "html": "<p>"}}])
    assert row == {"id": "a", "rate": 0.5, "_extra": {"count": "many", "new": 1, "deep": {"inner": 7}}}
    assert notes.mismatched == {"count": 1, "deep.inner": 1}
    assert notes.unknown == {"new": 1}


def test_what_is_ignored_leaves_no_trace_and_its_neighbours_stay() -> None:
    (row,), notes = rows([{"id": "a", "_links": [1], "deep": {"html": "<p>long</p>", "other": "kept", "more": 2}}])
    assert row == {"id": "a", "deep_other": "kept", "_extra": {"deep": {"more": 2}}}
    assert notes.unknown == {"deep.more": 1}


def test_an_ignored_path_needs_no_column_beside_it() -> None:
    stream = Stream(
        "mails",
        "Mails",
        path="/m",
        records="m",
        columns=columns("id* text Id"),
        ignore=frozenset({"content.html"}),
    )
    found = list(shaper(stream).rows([{"id": "1", "content": {"html": "<p>", "text": "kept"}}], {}, Notes()))
    assert found == [{"id": "1", "_extra": {"content": {"text": "kept"}}}]


def test_given_values_fill_their_columns_and_never_overwrite() -> None:
    (first, second), _ = rows([{"id": "a"}, {"id": "b", "gone": "own"}], {"gone": "given", "unasked": "x"})
    assert first == {"id": "a", "gone": "given"}
    assert second == {"id": "b", "gone": "own"}


@pytest.mark.parametrize("record", [{}, {"id": None}, {"id": {"x": 1}}, {"id": True}])
def test_a_record_without_its_key_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(Bug, match="key-missing"):
        rows([record])


@pytest.mark.parametrize("record", [None, 1, "text", [1]])
def test_what_is_no_record_is_refused(record: Any) -> None:
    with pytest.raises(Bug, match="odd-record"):
        rows([record])


def test_the_hash_covers_the_platforms_words_only() -> None:
    def hashed(constants: dict[str, str], record: dict[str, Any]) -> list[Any]:
        return [orjson.loads(line) for line in lines(rows([record])[0], constants)]

    monday = hashed({"_synced_at": "2026-08-31", "_page": "p1"}, {"id": "a", "count": 1})
    tuesday = hashed({"_synced_at": "2026-09-01", "_page": "p2"}, {"id": "a", "count": 1})
    changed = hashed({"_synced_at": "2026-09-01", "_page": "p2"}, {"id": "a", "count": 2})
    assert monday[0]["_hash"] == tuesday[0]["_hash"] != changed[0]["_hash"]
    assert monday[0] == {**tuesday[0], "_synced_at": "2026-08-31", "_page": "p1"}
    assert monday[0]["_line"] == 0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-11-20T10:00:00.5Z", "2026-11-20T10:00:00.5Z"),
        ("2026-11-20T10:00:00+00:00", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00,5Z", "2026-11-20T10:00:00.500000+00:00"),
        ("2026-11-20T10:00:00+05:30:15", "2026-11-20T04:29:45.000000+00:00"),
        ("2026-11-20T10:00Z", "2026-11-20T10:00:00.000000+00:00"),
    ],
)
def test_moments_are_written_as_bigquery_reads_them(written: str, kept: str) -> None:
    assert KINDS["time"][1](written) == kept


def test_a_record_of_which_nothing_stays_leaves_nothing_behind() -> None:
    stream = Stream(
        "deep",
        "Deep",
        path="/deep",
        records="deep",
        columns=columns("deep.id=id* text Id", "deep.name=name text Name"),
    )
    records = [{"deep": {"id": "1", "name": "a"}}, {"deep": {"id": "2", "name": "b"}}]
    assert list(shaper(stream).rows(records, {}, Notes())) == [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]


# -- what the same content is -------------------------------------------------------------------------------


def shuffled(value: Any, order: Any) -> Any:
    """The same content, its fields in another order at every depth. Lists keep theirs."""
    if isinstance(value, list):
        return [shuffled(one, order) for one in value]
    if not isinstance(value, dict):
        return value
    names = [*value]
    order.shuffle(names)
    return {name: shuffled(value[name], order) for name in names}


def line_of(record: dict[str, Any], stream: Stream = STREAM) -> bytes:
    (line,) = lines(shaper(stream).rows([copy.deepcopy(record)], {}, Notes()), {"_page": "p"})
    return line


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(RECORDS, st.randoms())
def test_the_order_of_fields_is_no_content(record: dict[str, Any], order: Any) -> None:
    assert line_of(shuffled(record, order)) == line_of(record)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_the_digest_of_a_row_is_what_stands_in_its_line(record: dict[str, Any]) -> None:
    (row,), _ = rows([record])
    assert shaping.digest(row) == orjson.loads(line_of(record))["_hash"]


@settings(max_examples=60, deadline=None)
@given(RECORDS, RECORDS)
def test_other_content_has_another_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    (first,), _ = rows([one])
    (second,), _ = rows([other])
    same = orjson.dumps(first, option=orjson.OPT_SORT_KEYS) == orjson.dumps(second, option=orjson.OPT_SORT_KEYS)
    assert (shaping.digest(first) == shaping.digest(second)) == same


def test_lists_keep_their_order_and_are_other_content_in_another_one() -> None:
    digests = {orjson.loads(line_of({"id": "a", "any": each, "new": each}))["_hash"] for each in ([1, 2], [2, 1])}
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("field", "declared"),
    [
        ({"new": 5}, "new int+ New"),
        ({"new": None}, "new int+ New"),
        ({}, "new int+ New"),
        ({"new": "many"}, "new int+ New"),
        ({"new": 12.5}, "new money+ New"),
        ({"new": "2026-08-30T07:00:00+0200"}, "new=moment time New"),
        ({"New-Name": "x"}, "New-Name text New"),
        ({"deep": {"more": 2, "other": "o"}}, "deep.more=depth int+ More"),
        ({"deep": {"more": None}}, "deep.more int+ More"),
        ({"deep": {}}, "deep.more int+ More"),
        ({"fresh": {"a": 1, "b": {"c": [1]}}}, "fresh.a int+ A\nfresh.b.c json C"),
        ({"fresh": {}}, "fresh.a int+ A"),
        ({"fresh": None}, "fresh.a int+ A"),
        ({"fresh": "text"}, "fresh.a int+ A"),
        ({"fresh": {"a": 1}}, "fresh json A"),
    ],
)
def test_a_field_that_gets_a_column_is_no_other_content(field: dict[str, Any], declared: str) -> None:
    """As when a release declares what stood in `_extra` until then."""
    more = columns(declared)
    later = replace(STREAM, columns=(*TABLE, *more), moved=frozenset(column.name for column in more))
    fields = [{"id": "a", **field}, {"id": "b"}, {"id": "c", **field, "other": 1}]
    before, after = hashes(STREAM, fields), hashes(later, fields)
    assert before == after
    for column in more:
        other = [put(one, ".".join(column.path), 7) for one in fields] if field.get("fresh", {}) != "text" else []
        assert not set(hashes(later, other)) & set(after) or not other


def hashes(stream: Stream, records: list[dict[str, Any]]) -> list[str]:
    shape = shaper(stream)
    found = lines(shape.rows(copy.deepcopy(records), {}, Notes()), {"_page": "p"}, shape.before)
    return [orjson.loads(line)["_hash"] for line in found]


def test_a_column_that_nobody_says_has_moved_is_other_content() -> None:
    later = replace(STREAM, columns=(*TABLE, *columns("new int+ New")))
    assert hashes(STREAM, [{"id": "a", "new": 5}]) != hashes(later, [{"id": "a", "new": 5}])


@pytest.mark.slow
def test_every_process_makes_the_same_digest() -> None:
    """The walk of a set depends on a number that each process draws for itself."""
    record = {
        "id": "a",
        "deep": {"x": 1, "inner": {"y": 2, "z": 3}},
        **{f"new_{n}": {"b": n, "a": [n]} for n in range(9)},
    }
    program = (
        "import sys, orjson; from tests.connectors.test_shaping import line_of; "
        "sys.stdout.buffer.write(line_of(orjson.loads(sys.argv[1])))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program, orjson.dumps(record).decode()],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert told == {line_of(record)}


@pytest.mark.parametrize("key", ["", " ", "\t\n", "\u00a0"])
def test_an_empty_text_is_no_key(key: str) -> None:
    with pytest.raises(Bug, match="key-missing"):
        rows([{"id": "a"}, {"id": key}, {"id": "b"}])
    with pytest.raises(Bug, match="key-missing"):
        rows([{"id": 1}, {"id": key}])


def test_an_empty_text_is_a_key_where_it_says_something() -> None:
    stream = Stream(
        "mails",
        "Mails",
        path="/m",
        records="m",
        columns=columns("id* text Id", "url* text Url", "n* int N"),
        may_be_empty=frozenset({"url"}),
    )
    record = {"id": "1", "url": "", "n": 0}
    assert list(shaper(stream).rows([dict(record)], {}, Notes())) == [record]
    with pytest.raises(Bug, match="key-missing"):
        list(shaper(stream).rows([{"id": "1", "n": 0}], {}, Notes()))


def test_a_part_of_the_key_that_may_be_lacking_costs_no_row() -> None:
    stream = Stream(
        "clicks",
        "Clicks",
        path="/c",
        records="c",
        columns=columns("day* date Day", "id* text Id", "n int+ N"),
        may_lack=frozenset({"id"}),
    )
    told = [{"day": "2026-09-01", "id": "a", "n": 1}, {"day": "2026-09-01", "n": 2}]
    assert list(shaper(stream).rows([dict(record) for record in told], {}, Notes())) == told
    for odd in ({"id": "a", "n": 0}, {"day": "2026-09-01", "id": " ", "n": 0}):
        with pytest.raises(Bug, match="key-missing"):
            list(shaper(stream).rows([dict(told[0]), odd], {}, Notes()))


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01 00:00:00",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999+00:00",
    ],
)
@pytest.mark.parametrize("besides", [[], [{"id": "b", "at": "2026-09-01T00:00:00Z", "day": "2026-09-01"}]])
def test_moments_and_days_that_are_none_go_beside(moment: str, besides: list[dict[str, Any]]) -> None:
    """GoogleSQL fails a whole query over one of them, as soon as it is taken into another zone."""
    (row, *rest), notes = rows([{"id": "a", "at": moment, "day": moment[:10]}, *besides])
    assert row == {"id": "a", "_extra": {"at": moment, "day": moment[:10]}}
    assert notes.mismatched == {"at": 1, "day": 1}
    assert rest == besides


@pytest.mark.parametrize("moment", ["1900-01-01T00:00:00Z", "2200-12-31T23:59:59Z"])
def test_moments_of_three_centuries_stay(moment: str) -> None:
    assert rows([{"id": "a", "at": moment, "day": moment[:10]}])[0][0]["at"] == moment


def test_a_key_that_is_no_day_is_no_key() -> None:
    stream = replace(STREAM, columns=columns("id* text Id", "day* date Day"))
    with pytest.raises(Bug, match="key-missing"):
        list(shaper(stream).rows([{"id": "a", "day": "0001-01-01"}], {}, Notes()))


@pytest.mark.parametrize("odd", [{"new": 67.174118}, {}])
def test_numbers_in_json_are_written_as_bigquery_takes_them_and_change_no_digest(odd: dict[str, float]) -> None:
    """Whether the record becomes its own row, or goes the long way because of a field that nobody declared."""
    record = {"id": "a", "any": {"x": [67.174118]}, "rate": 67.174118, **odd}
    shape = shaper(STREAM)
    calm = {"id": "b", "any": {"x": [1]}}
    found = lines(
        shape.rows([copy.deepcopy(record), calm], {}, Notes()), {"_page": "p"}, shape.before, shape.with_points
    )
    line, _ = found
    extra = b'"_extra":{"new":67.17411800000001},' if odd else b""
    assert line.startswith(b'{%b"any":{"x":[67.17411800000001]},"id":"a","rate":67.174118,' % extra)
    (row,), _ = rows([record])
    assert shaping.digest(row) == orjson.loads(line)["_hash"]
