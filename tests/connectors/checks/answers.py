"""What an answer holds arrives, and what it lacks is noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import pytest

from shared.clock import parse
from shared.errors import Bug
from shared.reading.records import find_records
from shared.rows.shaping import Notes, shaper
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import at, put
from tests.connectors.checks.subject import Subject, check, first_query, one_answer, whole_answer
from tests.connectors.fake_platform import part, walk
from tests.connectors.recorded import Record, body


@check
def records_that_are_not_where_they_belong_are_an_error(s: Subject) -> str | None:
    whole = whole_answer(s, s.rows(3))
    if s.recorded.records is None:
        shapes: list[Any] = [[whole], None, "text"]
    elif s.recorded.records == "":
        shapes = [{"renamed": whole}, {}, None, "text"]
    else:
        whole = {name: value for name, value in whole.items() if name != s.stream.shows_empty}
        there = s.recorded.records
        shapes = [without(whole, there), put(whole, there, None), put(whole, there, {"0": {}}), [], None]
    for shape in shapes:
        with pytest.raises(Bug, match="records-missing"):
            one_answer(s, body(200, shape))
    return None


def without(whole: Any, path: str) -> Any:
    """The same with the records under another name."""
    name, _, rest = path.partition(".")
    kept = {key: value for key, value in whole.items() if key != name}
    return {**kept, name: without(whole[name], rest)} if rest else {**kept, "renamed": whole[name]}


def shaped(s: Subject, records: list[Record], given: dict[str, Any] | None = None) -> tuple[list[Row], Notes]:
    """Rows of records, as if an answer had held them. The records stay as they are."""
    notes = Notes()
    if given is None:
        given = {**s.about, **one_answer(s, body(200, whole_answer(s, s.rows(3)))).given}
    return list(shaper(s.stream).rows(json.loads(json.dumps(records)), given, notes)), notes


def shown_rows(s: Subject, count: int = 12) -> list[Record]:
    """Records as the platform shows them to our first call; where they are in pieces there, put together."""
    if s.stream.unfold is not None:
        return find_records(s.stream, body(200, whole_answer(s, s.rows(count))))
    query = first_query(s)
    seen = (s.recorded.shown(row, query) for row in s.rows(count) if s.recorded.wanted(row))
    return [row for row in seen if row is not None]


@check
def record_without_its_key_is_an_error(s: Subject) -> str | None:
    record = shown_rows(s)[0]
    paths = {column.name: ".".join(column.path) for column in s.stream.columns}
    own = [name for name in s.recorded.key if name not in s.recorded.may_lack]
    carried = [name for name in own if at(record, paths[name]) is not None]
    if not carried:
        return "its key is given by the call or made by its shape"
    for name in carried:
        for odd in (
            lacking(record, paths[name]),
            put(record, paths[name], None),
            put(record, paths[name], {"a": 1}),
            *blank(s, record, name),
        ):
            with pytest.raises(Bug, match="key-missing"):
                shaped(s, [odd], given={k: v for k, v in s.given.items() if k != name})
    if "," in s.recorded.path:
        for name in carried:
            record = lacking(record, paths[name])
        with pytest.raises(Bug, match="key-missing"):  # the ids of the whole group are nobody's key
            shaped(s, [record])
    return None


@check
def row_may_lack_what_may_be_lacking(s: Subject) -> str | None:
    paths = {column.name: ".".join(column.path) for column in s.stream.columns}
    lacked = sorted(s.recorded.may_lack & s.stream.may_lack)
    if not lacked:
        return "each row has its whole key, or is given what it lacks by its shape"
    records = shown_rows(s, 3)
    for name in lacked:
        rows, _ = shaped(s, [records[0], lacking(records[1], paths[name]), records[2]])
        assert [name in row for row in rows] == [True, False, True], "one row without a part of its key costs others"
    return None


def blank(s: Subject, record: Record, name: str) -> list[Record]:
    """The same with an empty text for this column of its key: nobody's name, unless that says something there."""
    column = next(column for column in s.stream.columns if column.name == name)
    says_something = name in s.stream.may_be_empty
    return [] if says_something else [put(record, ".".join(column.path), text) for text in ("", "  ")]


def lacking(record: Record, path: str) -> Record:
    """The same without what stands at a dotted path."""
    name, _, rest = path.partition(".")
    if rest:
        return {**record, name: lacking(record[name], rest)}
    return {key: value for key, value in record.items() if key != name}


@check
def keys_are_the_meant_ones_and_unique_as_values(s: Subject) -> str | None:
    assert s.stream.key == s.recorded.key
    rows = s.rows(60)
    found = walk(s.platform, s.small().stream, part(s.platform, s.recorded), s.desk(rows)).keys(*s.recorded.key)
    assert len(found) == len(set(found)), "a row comes twice though nothing changed"
    return None


def arrived(kind: str, value: Any, sent: Any) -> bool:
    """Is the value in the row what the platform sent?"""
    if kind == "text":
        return bool(value == str(sent))
    if kind in {"int", "float"}:
        return isinstance(value, (int, float)) and value == type(value)(sent)
    if kind == "money":
        return Decimal(value) == Decimal(str(sent))
    if kind == "micros":
        return Decimal(value) * 1_000_000 == Decimal(str(sent))
    if kind == "date":
        return bool(value == sent and len(sent) == 10)
    if kind == "time":
        return parse(value) == parse(sent)
    if kind == "texts":
        return bool(value == [str(item) for item in sent])
    return bool(value == sent)


@check
def every_documented_field_arrives_unharmed(s: Subject) -> str | None:
    """The recorded record holds all that the platform documents: each column is filled, nothing is odd or unknown."""
    records = shown_rows(s)
    rows, notes = shaped(s, records)
    assert not notes.mismatched, notes.mismatched
    assert not notes.unknown, notes.unknown
    filled = {name for row in rows for name in row}
    # What is never set in a plain record of this kind is looked at through the record as it is documented.
    documented, notes = shaped(
        s, [{**records[0], **{k: v for k, v in s.recorded.base.items() if k in records[0] and records[0][k] is None}}]
    )
    assert not notes.mismatched
    assert not notes.unknown
    filled |= {name for row in documented for name in row}
    for given in (s.recorded.given, *s.recorded.others):  # by all of its passes, and of every kind of parent
        read = walk(s.platform, s.stream, replace(s.part, given=dict(given)), s.desk(s.rows(12)), s.start)
        filled |= {name for row in read.rows for name in row} - {"_extra"}
    empty = [".".join(column.path) for column in s.stream.columns if column.name not in filled]
    assert not empty, f"recorded/{s.platform.name}.json has no {', '.join(empty)} in {s.stream.name}"
    assert filled <= {column.name for column in s.stream.columns}
    if s.stream.shape is None:
        for record, row in zip(records, rows, strict=True):
            for column in s.stream.columns:
                value = at(record, ".".join(column.path))
                if value not in (None, "") and column.name not in s.recorded.given:
                    assert arrived(column.kind, row[column.name], value), f"{column.name}: {value!r} became another"
    return None


@check
def what_is_not_declared_is_kept_and_counted(s: Subject) -> str | None:
    records = shown_rows(s, 4)
    odd = [{**record, "brand_new": {"x": [1, 2]}} for record in records]
    rows, notes = shaped(s, odd)
    assert rows
    assert all(row["_extra"]["brand_new"] == {"x": [1, 2]} for row in rows)
    assert notes.unknown["brand_new"] == len(rows)
    return None


@check
def value_of_another_type_is_kept_and_breaks_no_row(s: Subject) -> str | None:
    record = shown_rows(s)[0]
    own = [c for c in s.stream.columns if at(record, ".".join(c.path)) is not None and c.name not in s.given]
    loose = next((c for c in sorted(own, key=lambda c: len(c.path)) if not c.key and c.kind != "json"), None)
    if loose is None:
        return "has no loose column"
    path = ".".join(loose.path)
    rows, notes = shaped(s, [put(record, path, {"not": "expected"}), record])
    assert notes.mismatched[loose.name] >= 1
    assert at(rows[0]["_extra"], path) == {"not": "expected"}
    assert loose.name not in rows[0]
    assert loose.name in rows[-1]
    return None


@check
def empty_texts_are_no_moments_and_no_numbers(s: Subject) -> str | None:
    record = shown_rows(s)[0]
    kinds = {"time", "date", "int", "float", "money", "micros"}
    empty = [c for c in s.stream.columns if c.kind in kinds and not c.key]
    empty = [c for c in empty if (len(c.path) == 1 and c.path[0] in record) or at(record, ".".join(c.path)) is not None]
    if not empty:
        return "has no column of that kind"
    for column in empty:
        record = put(record, ".".join(column.path), "")
    rows, notes = shaped(s, [record])
    assert not notes.mismatched
    assert not {c.name for c in empty} & set(rows[0])
    return None


@check
def nothing_at_all_is_accepted(s: Subject) -> str | None:
    if s.recorded.records is None:
        return "the answer is the record"
    if "," in s.recorded.path:
        return "asked for by ids, so none of them there is an answer of its own"
    found = walk(s.platform, s.stream, part(s.platform, s.recorded), s.desk([]))
    assert not found.rows
    return None


@check
def a_reading_says_the_same_twice(s: Subject) -> str | None:
    rows = s.rows(20)
    twice = [walk(s.platform, s.stream, part(s.platform, s.recorded), s.desk(rows)).rows for _ in range(2)]
    assert orjson.dumps(twice[0]) == orjson.dumps(twice[1])
    return None
