"""Questions that are made of given values and narrow after a refusal, and what a refusal says by its body."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shared.connectors import platform
from shared.connectors.columns import columns
from shared.connectors.paging import Cursor
from shared.connectors.planning import child_slices, first_slices, had
from shared.connectors.reading import START, Part, instead, read, request_for
from shared.connectors.slicing import Days, Parent, Pass
from shared.connectors.spec import Platform, Stream
from shared.connectors.wire import Answer
from shared.errors import Bug
from shared.http import answer
from shared.model import Connection, Run

NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
PART = Part({"account_id": "A1"}, {"kind": "film"}, None, None, NOW)
LISTS = ("a,b,c", "a,b", "a")
NO = Bug("not-offered", "No.")
STREAM = Stream(
    "numbers", "Numbers", "/numbers", "data", columns("id* text Key"), {"by": "{account_id}"},
    ask=lambda given, refused: {"what": f"{given['kind']}:{LISTS[refused]}"} if refused < 3 else None,
)  # fmt: skip


def host(*streams: Stream) -> Platform:
    return replace(platform("emailoctopus"), streams=streams)


def query(stream: Stream, position: dict[str, Any], part: Part = PART) -> dict[str, str]:
    return dict(request_for(host(stream), stream, part, position).query)


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def test_the_question_is_made_of_given_values_and_gets_shorter() -> None:
    assert query(STREAM, START) == {"by": "A1", "what": "film:a,b,c"}
    position = START
    for wanted in ("film:a,b", "film:a"):
        step = instead(STREAM, PART, position, NO)
        assert step is not None
        position = step
        assert query(STREAM, position)["what"] == wanted
    assert instead(STREAM, PART, position, NO) is None, "nothing less can be asked"
    assert instead(replace(STREAM, ask=None), PART, START, NO) is None


def test_a_list_that_was_narrowed_stays_so_to_its_end_and_says_so() -> None:
    stream = replace(STREAM, pages=Cursor("next", "after", 1))
    first = {"refused": 1}
    request = request_for(host(stream), stream, PART, first)
    reading = read(host(stream), stream, PART, first, request, said({"data": [{"id": "1"}], "next": "n"}))
    assert reading.narrowed
    assert reading.position is not None
    assert query(stream, reading.position) == {"by": "A1", "what": "film:a,b", "limit": "1", "after": "n"}
    whole = read(host(stream), stream, PART, START, request, said({"data": [], "next": ""}))
    assert not whole.narrowed


def test_the_next_pass_asks_for_everything_again() -> None:
    stream = replace(STREAM, passes=(Pass({"side": "x"}), Pass({"side": "y"}, {"kind": "book"})))
    reading = read(host(stream), stream, PART, {"refused": 2}, request_for(host(stream), stream, PART, {}),
                   said({"data": []}))  # fmt: skip
    assert reading.position == {"pass": 1}
    assert query(stream, reading.position) == {"by": "A1", "side": "y", "what": "book:a,b,c"}


# -- days ----------------------------------------------------------------------------------------------------


def of_days(size: int) -> Stream:
    days = Days(size, look_back=NOW - NOW, history=NOW - NOW, column="day")
    return replace(STREAM, query={"from": "{from}", "to": "{to}", "after": "{after}"}, ask=None, slices=days,
                   columns=columns("day* date Day"), records="data")  # fmt: skip


def window(first: int, last: int) -> Part:
    return replace(PART, since=datetime(2026, 2, first, tzinfo=UTC), until=datetime(2026, 2, last + 1, tzinfo=UTC))


def test_a_window_knows_the_day_behind_it() -> None:
    asked = query(of_days(7), START, window(21, 27))
    assert asked == {"from": "2026-02-21", "to": "2026-02-27", "after": "2026-02-28"}


# -- refusals that say that there is nothing ---------------------------------------------------------------------


def nothing(given: Answer) -> bool:
    return b"nothing here" in given.body


@pytest.mark.parametrize(
    ("given", "absent"),
    [(said({"error": "nothing here"}, 400), True), (said({"error": "nothing here"}, 403), True),
     (said({"error": "no"}, 404), True), (said({"error": "no"}, 400), False),
     (answer(400, {}, b"<html>nothing here</html>"), False)],
)  # fmt: skip
def test_a_child_can_be_told_by_the_body_that_there_is_nothing(given: Answer, absent: bool) -> None:
    stream = replace(STREAM, per=Parent("films", {"kind": "kind"}), lacks=nothing)
    request = request_for(host(stream), stream, PART, START)
    if absent:
        reading = read(host(stream), stream, PART, START, request, given)
        assert reading.absent
        assert not reading.records
    else:
        with pytest.raises(Bug, match="refused"):
            read(host(stream), stream, PART, START, request, given)


def test_words_in_an_answer_of_data_are_no_refusal_and_a_stream_without_parent_has_no_such_way_out() -> None:
    child = replace(STREAM, per=Parent("films", {"kind": "kind"}), lacks=nothing)
    request = request_for(host(child), child, PART, START)
    reading = read(host(child), child, PART, START, request, said({"data": [{"id": "nothing here"}]}))
    assert reading.records
    alone = replace(STREAM, lacks=nothing)
    with pytest.raises(Bug, match="refused"):
        read(host(alone), alone, PART, START, request, said({"error": "nothing here"}, 400))


# -- what an account has -----------------------------------------------------------------------------------------


def test_streams_that_an_account_lacks_are_not_planned_and_hold_nobody_up() -> None:
    films = Stream("films", "Films", "/films", "data", columns("id* text Key"), needs="cinema")
    child = Stream("seats", "Seats", "/films/{id}", "data", columns("id* text Key"), per=Parent("films", {"id": "id"}),
                   needs="cinema")  # fmt: skip
    books = Stream("books", "Books", "/books", "data", columns("id* text Key"))
    house = host(films, child, books)
    run = Run("run", "acme", "con", house.name, "schedule", started_at=NOW)
    for values, names in (
        ({"cinema": "c1"}, {"films", "seats", "books"}),
        ({"cinema": ""}, {"books"}),
        ({}, {"books"}),
    ):
        connection = Connection("con", "acme", house.name, "A1", "Demo", values=values)
        assert {stream.name for stream in had(house, connection, [])} == names
        assert {part.stream for part in first_slices(house, connection, run, {})} == names - {"seats"}
        planned = child_slices(house, films, connection, run, [{"id": "1"}], {}, {})
        assert {part.stream for part in planned} == names & {"seats"}
