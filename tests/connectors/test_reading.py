"""A slice read page by page: passes, groups, windows, and what an answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.connectors.access import Account, Key
from shared.connectors.addresses import check_values
from shared.connectors.columns import columns
from shared.connectors.paging import Cursor
from shared.connectors.reading import Part, Position, Reading, read, request_for
from shared.connectors.refusals import refusal
from shared.connectors.slicing import Parent, Pass, Since
from shared.connectors.spec import Limits, Platform, Stream
from shared.connectors.wire import Answer, Request
from shared.errors import Bug, Later, Problem, Reconnect
from shared.http import answer

BEGAN = datetime(2026, 9, 3, 12, tzinfo=UTC)
SINCE = datetime(2026, 9, 1, tzinfo=UTC)


def nobody(credential: Any) -> Any:
    return iter(())


def refuse(given: Answer) -> Problem | None:
    return refusal(given, "Example")


THINGS = Stream("things", "Things", "/things", "data", columns("id* text Id; at time At; status text Status"))
PLATFORM = Platform(
    "example", "Example", "https://{dc}.example.com/v1", (Key("Somewhere.", ".+"),), lambda c: {}, nobody, Limits(),
    (THINGS,), "1", refuse, values={"dc": r"[a-z]{2}\d"},
)  # fmt: skip


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def part(**more: Any) -> Part:
    return Part(**{"values": {"dc": "us1"}, "given": {}, "since": None, "until": None, "began": BEGAN, **more})


def turn(stream: Stream, what: Part, position: Position, given: Answer) -> Reading:
    return read(PLATFORM, stream, what, position, request_for(PLATFORM, stream, what, position), given)


def test_an_address_is_made_of_the_account_the_parent_and_the_pass() -> None:
    stream = replace(
        THINGS, path="/lists/{list_id}/things", query={"mode": "all", "of": "{list_id}"}, pages=Cursor("next", "c", 9),
        slices=Since(None, "since"), passes=(Pass(), Pass({"mode": "old"}, since="gone_since")),
    )  # fmt: skip
    what = part(given={"list_id": "L1"}, since=SINCE)
    first = request_for(PLATFORM, stream, what, {})
    assert first.url == "https://us1.example.com/v1/lists/L1/things"
    assert first.query == {"mode": "all", "of": "L1", "limit": "9", "since": "2026-09-01T00:00:00+00:00"}
    second = request_for(PLATFORM, stream, what, {"pass": 1, "at": {"cursor": "x"}})
    assert second.query == {
        "mode": "old", "of": "L1", "limit": "9", "c": "x", "gone_since": "2026-09-01T00:00:00+00:00"
    }  # fmt: skip


def test_passes_follow_one_another_and_catching_up_reads_what_changed_since_the_beginning() -> None:
    stream = replace(
        THINGS, slices=Since(None, "since", overlap=timedelta(minutes=5)), catch_up=True,
        passes=tuple(Pass({"status": status}, {"status": status}) for status in ("a", "b")),
    )  # fmt: skip
    asked, given, position = [], [], Position()
    while True:
        asked.append(dict(request_for(PLATFORM, stream, part(), position).query))
        reading = turn(stream, part(), position, said({"data": [{"id": "1"}]}))
        given.append(reading.given)
        if reading.position is None:
            break
        position = reading.position
    late = "2026-09-03T11:55:00+00:00"
    assert asked == [
        {"status": "a"}, {"status": "b"}, {"status": "a", "since": late}, {"status": "b", "since": late}
    ]  # fmt: skip
    assert given == [{"status": "a"}, {"status": "b"}] * 2


def test_a_pass_for_later_readings_is_left_out_of_the_first() -> None:
    stream = replace(THINGS, slices=Since(None, "since"), passes=(Pass(), Pass(since="gone", only_incremental=True)))
    assert turn(stream, part(), {}, said({"data": []})).position is None
    assert turn(stream, part(since=SINCE), {}, said({"data": []})).position == {"pass": 1}


def test_newest_first_stops_at_the_first_older_record() -> None:
    stream = replace(
        THINGS, pages=Cursor("next", "c", 3), slices=Since(None, field="at", newest_first=True)
    )  # fmt: skip
    page = {"data": [{"id": str(i), "at": f"2026-09-0{day}T00:00:00Z"} for i, day in enumerate((3, 2, 1))], "next": "n"}
    going_on = turn(stream, part(since=SINCE), {}, said(page))
    assert [one["id"] for one in going_on.records] == ["0", "1", "2"]  # the bound itself is inside
    assert going_on.position == {"at": {"cursor": "n"}}
    old = {"data": [{"id": "3", "at": "2026-09-01T00:00:01Z"}, {"id": "4", "at": "2026-08-31T23:59:59Z"}], "next": "m"}
    ended = turn(stream, part(since=SINCE), {}, said(old))
    assert [one["id"] for one in ended.records] == ["3"]
    assert ended.position is None


def test_a_window_of_a_backfill_has_an_end() -> None:
    stream = replace(THINGS, slices=Since(None, field="at"), pages=Cursor("next", "c", 3))
    page = {"data": [{"id": "1", "at": "2026-09-05T00:00:00Z"}, {"id": "2", "at": "2026-09-01T05:00:00Z"},
                     {"id": "3", "at": "2026-08-01T00:00:00Z"}, {"id": "4", "at": "no time"}], "next": "n"}  # fmt: skip
    reading = turn(stream, part(since=SINCE, until=BEGAN), {}, said(page))
    assert [one["id"] for one in reading.records] == ["2", "4"]  # what cannot be judged is kept
    assert reading.position is not None  # not sorted: older ones may be followed by newer ones
    bounded = replace(THINGS, slices=Since(None, "from", until_parameter="to"))
    asked = request_for(PLATFORM, bounded, part(since=SINCE, until=BEGAN), {}).query
    assert asked == {"from": "2026-09-01T00:00:00+00:00", "to": "2026-09-03T12:00:00+00:00"}


def test_a_total_told_once_proves_the_pages_that_follow() -> None:
    stream = replace(THINGS, pages=Cursor("next", "c", 1), total="count", passes=(Pass(), Pass({"status": "old"})))
    first = turn(stream, part(), {}, said({"data": [{"id": "1"}], "count": 2, "next": "n"}))
    assert first.proof == ("#0", 2, 1)
    assert first.position is not None
    second = turn(stream, part(), first.position, said({"data": [{"id": "2"}], "next": None}))
    assert second.proof == ("#0", 2, 1)
    assert second.position == {"pass": 1}  # the next pass has a total of its own
    third = turn(stream, part(), second.position, said({"data": [{"id": "2"}]}))
    assert third.proof is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_gone_ids_of_a_group_are_found_by_halving(there: list[bool]) -> None:
    stream = replace(THINGS, path="/stats/{id}", per=Parent("things", {"id": "id"}, group=20))
    ids = [f"i{number}" for number in range(len(there))]
    alive = {name for name, lives in zip(ids, there, strict=True) if lives}
    what, position, found, calls = part(given={"id": ",".join(ids)}), Position(), [], 0
    while True:
        request = request_for(PLATFORM, stream, what, position)
        asked, calls = request.url.rpartition("/")[2].split(","), calls + 1
        whole = all(name in alive for name in asked)
        reply = said({"data": [{"id": name} for name in asked]}) if whole else said({}, 404)
        reading = read(PLATFORM, stream, what, position, request, reply)
        found += [one["id"] for one in reading.records]
        assert "id" not in reading.given
        if reading.position is None:
            break
        position = orjson.loads(orjson.dumps(reading.position))
    assert sorted(found) == sorted(alive)
    assert calls <= 2 * len(ids)


def test_statuses_mean_what_the_stream_says() -> None:
    child = replace(THINGS, per=Parent("things", {"list_id": "id"}), absent=frozenset({404, 410}))
    gone = turn(child, part(given={"list_id": "L1"}), {}, said({}, 410))
    assert (gone.records, gone.position, gone.absent) == ([], None, True)
    with pytest.raises(Bug):
        turn(THINGS, part(), {}, said({}, 404))
    slow = replace(THINGS, patient=frozenset({202}))
    with pytest.raises(Later) as caught:
        turn(slow, part(), {}, said({"status": "processing"}, 202))
    assert caught.value.code == "still-preparing"
    assert not caught.value.counts
    with pytest.raises(Reconnect):
        turn(child, part(given={"list_id": "L1"}), {}, said({}, 401))


def test_todays_state_is_given_the_day_of_reading() -> None:
    stream = replace(THINGS, records=None, dated="day")
    late = datetime(2026, 9, 3, 23, 30, tzinfo=UTC) - timedelta(hours=0)
    assert turn(stream, part(began=late), {}, said({"id": "1"})).given == {"day": "2026-09-03"}


@pytest.mark.parametrize("body", [{"data": None}, {"data": {}}, {"rows": []}, [], None, "text"])
def test_records_that_are_not_there_are_no_empty_page(body: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        turn(THINGS, part(), {}, said(body))


def test_a_bare_list_holds_records_too() -> None:
    assert turn(replace(THINGS, records=""), part(), {}, said([{"id": "1"}])).records == [{"id": "1"}]


@pytest.mark.parametrize("value", ["us1.evil.example/", "US1", "us", "us12", "", "us1\n"])
def test_values_in_addresses_have_a_strict_form(value: str) -> None:
    check_values(PLATFORM, {"dc": "us1"})
    with pytest.raises(Bug, match="odd-address"):
        check_values(PLATFORM, {"dc": value})


def test_an_account_needs_no_more_than_an_id_and_a_title() -> None:
    assert Account("1", "Demo").zone == "UTC"
    assert Request("GET", "https://us1.example.com/x").host == "us1.example.com"


def test_a_header_without_a_value_is_not_sent() -> None:
    platform = replace(PLATFORM, headers={"x-through": "{through}", "x-always": "1"})
    known = request_for(platform, THINGS, part(values={"dc": "us1", "through": "M1"}), {})
    assert known.headers == {"x-through": "M1", "x-always": "1"}
    assert request_for(platform, THINGS, part(values={"dc": "us1", "through": ""}), {}).headers == {"x-always": "1"}


@pytest.mark.parametrize(
    ("told", "counted"),
    [(2, 2), ("2", 2), ("0", 0), ("", None), ("two", None), ("-1", None), (-1, None), ("²", None), ("9" * 30, None),
     (None, None), (2.0, None)],
)  # fmt: skip
def test_a_total_may_be_the_text_of_a_number(told: Any, counted: int | None) -> None:
    stream = replace(THINGS, total="meta.total")
    proof = turn(stream, part(), {}, said({"data": [{"id": "1"}, {"id": "2"}], "meta": {"total": told}})).proof
    assert (proof[1] if proof else None) == counted
