"""What to do after a refusal that has another way out: less at once, the list anew, a shorter question."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.errors import Bug, Later, NotOffered
from shared.parsing import Rounded
from shared.reading import START, Position, SliceContext, instead, left_out, read, request_for
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor
from shared.vocabulary.slicing import Pass, Since
from shared.vocabulary.stream import Stream
from tests.connectors.example_platform import BEGAN, DAILY, EIGHT_DAYS, PLATFORM, said, turn

TOO_MUCH, EXPIRED = Later("too-much", "Too much at once."), Later("place-expired", "The place was forgotten.")
NO = Bug("not-offered", "No.")


def test_too_much_is_halved_first_by_page_then_by_days() -> None:
    stream = replace(DAILY, pages=Cursor("next", "after", 4), records="data")
    position: Position | None = {"pass": 0, "at": {"cursor": "x"}}
    sizes = []
    while position is not None and "spans" not in position:
        position = instead(stream, EIGHT_DAYS, position, TOO_MUCH)
        sizes.append((position or {}).get("at"))
    assert sizes == [{"cursor": "x", "size": 2}, {"cursor": "x", "size": 1}, {}]
    assert position is not None
    assert position["spans"] == [["2026-08-01", "2026-08-04"], ["2026-08-05", "2026-08-08"]]
    assert request_for(PLATFORM, stream, EIGHT_DAYS, position).json["to"] == "2026-08-04"
    seen = []
    while position is not None:
        body = request_for(PLATFORM, stream, EIGHT_DAYS, position).json
        seen.append((body["from"], body["to"]))
        step = instead(stream, EIGHT_DAYS, {**position, "at": {"size": 1}}, TOO_MUCH)
        if step is not None:
            position = step
            seen.pop()
            continue
        position = turn(stream, EIGHT_DAYS, position, said({"data": []})).position
    assert [day for day, _ in seen] == [date(2026, 8, day).isoformat() for day in range(1, 9)]


def test_a_day_of_one_record_cannot_be_less() -> None:
    assert instead(DAILY, replace(EIGHT_DAYS, until=datetime(2026, 8, 2, tzinfo=UTC)), {}, TOO_MUCH) is None
    assert instead(replace(DAILY, slices=Since(None)), EIGHT_DAYS, {}, TOO_MUCH) is None
    assert instead(DAILY, EIGHT_DAYS, {}, Later("limited", "Slow down.")) is None


def test_a_forgotten_place_begins_the_list_anew_and_not_for_ever() -> None:
    position: Position | None = {"pass": 1, "at": {"cursor": "x"}, "told": True}
    for again in range(1, 6):
        position = instead(DAILY, EIGHT_DAYS, {**(position or {}), "at": {"cursor": "x"}}, EXPIRED)
        assert position == {"pass": 1, "at": {}, "told": True, "again": again}
    assert instead(DAILY, EIGHT_DAYS, position or {}, EXPIRED) is None


# -- questions that are made of given values -------------------------------------------------------------

FILM = SliceContext({"dc": "us1", "account_id": "A1"}, {"kind": "film"}, None, None, BEGAN)
LISTS = ("a,b,c", "a,b", "a")
NUMBERS = Stream(
    "numbers",
    "Numbers",
    path="/numbers",
    records="data",
    columns=columns("id* text Key"),
    query={"by": "{account_id}"},
    narrow_query=lambda given, refused: {"what": f"{given['kind']}:{LISTS[refused]}"} if refused < 3 else None,
)


def test_what_the_platform_names_is_left_out_and_told() -> None:
    """Where the refusal says which part it does not know, `narrow_query` is told; and a body is asked in its body."""
    words = ("key", "first", "second")

    def left(given: Mapping[str, Any], refused: int) -> Mapping[str, Any] | None:
        kept = [word for word in words if word not in given["without"]]
        return {"columns": kept} if refused < 2 and "key" in kept else None

    stream = replace(NUMBERS, method="POST", body={"of": "{account_id}", "columns": list(words)}, narrow_query=left)
    assert request_for(PLATFORM, stream, FILM, START).json == {"of": "A1", "columns": ["key", "first", "second"]}
    step = instead(stream, FILM, START, NotOffered("not-offered", "No.", names=("second", "third")))
    assert step == {"at": {}, "refused": 1, "without": ["second", "third"]}
    asked = request_for(PLATFORM, stream, FILM, step)
    assert (asked.json, dict(asked.query)) == ({"of": "A1", "columns": ["key", "first"]}, {"by": "A1"})
    reading = read(PLATFORM, stream, FILM, step, asked, said({"data": [{"id": "1"}]}))
    assert reading.narrowed
    assert left_out(stream, FILM, START, step) == ("second", "third")
    assert instead(stream, FILM, step, NO) is None, "once more, and no further"
    assert instead(stream, FILM, START, NotOffered("not-offered", "No.", names=("key",))) is None


def test_what_is_kept_for_a_later_page_has_all_its_digits() -> None:
    """Of a list of which only the best are rows, they stand in the position: what lost its digits there stays so."""
    stream = replace(NUMBERS, pages=Cursor("next", "after", 1), best=lambda record, values: 1)
    request = request_for(PLATFORM, stream, FILM, START)
    for kept, whole in ((12345678901234567890123.0, False), (2**64 - 1, True), ("12345678901234567890123", True)):
        page = said({"data": [{"id": "1", "deep": {"number": [kept]}}], "next": "n"})
        with nullcontext() if whole else pytest.raises(Rounded):
            assert read(PLATFORM, stream, FILM, START, request, page).position is not None


def query(stream: Stream, position: Position) -> dict[str, str]:
    return dict(request_for(PLATFORM, stream, FILM, position).query)


def test_the_question_is_made_of_given_values_and_gets_shorter() -> None:
    assert query(NUMBERS, START) == {"by": "A1", "what": "film:a,b,c"}
    position = START
    for wanted in ("film:a,b", "film:a"):
        step = instead(NUMBERS, FILM, position, NO)
        assert step is not None
        position = step
        assert query(NUMBERS, position)["what"] == wanted
    assert instead(NUMBERS, FILM, position, NO) is None, "nothing less can be asked"
    assert instead(replace(NUMBERS, narrow_query=None), FILM, START, NO) is None


def test_a_list_that_was_narrowed_stays_so_to_its_end_and_says_so() -> None:
    stream = replace(NUMBERS, pages=Cursor("next", "after", 1))
    first: Position = {"refused": 1}
    request = request_for(PLATFORM, stream, FILM, first)
    reading = read(PLATFORM, stream, FILM, first, request, said({"data": [{"id": "1"}], "next": "n"}))
    assert reading.narrowed
    assert reading.position is not None
    assert query(stream, reading.position) == {"by": "A1", "what": "film:a,b", "limit": "1", "after": "n"}
    whole = read(PLATFORM, stream, FILM, START, request, said({"data": [], "next": ""}))
    assert not whole.narrowed


def test_the_next_pass_asks_for_everything_again() -> None:
    stream = replace(NUMBERS, passes=(Pass({"side": "x"}), Pass({"side": "y"}, {"kind": "book"})))
    reading = read(PLATFORM, stream, FILM, {"refused": 2}, request_for(PLATFORM, stream, FILM, {}),
                   said({"data": []}))  # fmt: skip
    assert reading.position == {"pass": 1}
    assert query(stream, reading.position) == {"by": "A1", "side": "y", "what": "book:a,b,c"}
