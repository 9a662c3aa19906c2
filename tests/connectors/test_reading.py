"""A slice read page by page: passes, groups, windows, and what an answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug, Later, Reconnect
from shared.http import answer
from shared.platforms import PLATFORMS
from shared.reading import Position, instead, read, request_for
from shared.reading.totals import Sum, add_sums, lacking
from shared.vocabulary.access import Account
from shared.vocabulary.meanings import EMPTY, GONE, On
from shared.vocabulary.paging import Cursor
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import BARE_LIST, ONE, Totals
from shared.vocabulary.wire import Answer, Request
from tests.connectors.example_platform import BEGAN, DAILY, EIGHT_DAYS, PLATFORM, THINGS, part, said, turn
from tests.connectors.recorded import body

SINCE = datetime(2026, 9, 1, tzinfo=UTC)


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
    assert going_on.position == {"at": {"cursor": "n"}, "last": "2026-09-01T00:00:00+00:00"}
    old = {"data": [{"id": "3", "at": "2026-09-01T00:00:00Z"}, {"id": "4", "at": "2026-08-31T23:59:59Z"}], "next": "m"}
    ended = turn(stream, part(since=SINCE), going_on.position, said(old))
    assert [one["id"] for one in ended.records] == ["3"]
    assert ended.position is None
    assert not ended.unsorted


NEWEST = replace(THINGS, pages=Cursor("next", "c", 3), slices=Since(None, field="at", newest_first=True))


def dated(*days: int, following: str = "n") -> Any:
    return said({"data": [{"id": str(day), "at": f"2026-09-{day:02d}T00:00:00Z"} for day in days], "next": following})


def test_a_list_that_does_not_come_newest_first_is_read_to_its_end() -> None:
    """A pinned old record first: nothing says that no newer one lies behind an older one."""
    window = part(since=datetime(2026, 9, 5, tzinfo=UTC))
    first = turn(NEWEST, window, {}, dated(1, 9, 8))
    assert [one["id"] for one in first.records] == ["9", "8"]
    assert first.position == {"at": {"cursor": "n"}, "last": "2026-09-08T00:00:00+00:00", "unsorted": True}
    assert first.unsorted
    second = turn(NEWEST, window, first.position, dated(7, 2, 1, following="m"))
    assert [one["id"] for one in second.records] == ["7"]
    assert second.position is not None, "the first older record is no end any more"
    assert not second.unsorted, "it is noted once"
    last = turn(NEWEST, window, second.position, dated(6, following=""))
    assert [one["id"] for one in last.records] == ["6"]
    assert last.position is None


def test_what_is_newer_than_the_last_of_the_page_before_is_noticed_too() -> None:
    window = part(since=datetime(2026, 9, 5, tzinfo=UTC))
    first = turn(NEWEST, window, {}, dated(9, 7, 6))
    second = turn(NEWEST, window, first.position or {}, dated(8, 4, 3, following="m"))
    assert [one["id"] for one in second.records] == ["8"]
    assert second.position is not None
    assert second.unsorted


def test_a_list_that_is_begun_anew_has_no_last_record() -> None:
    begun = instead(NEWEST, part(), {"at": {"cursor": "n"}, "last": "2026-09-01"}, Later("place-expired", "Gone."))
    assert begun == {"at": {}, "again": 1}


@pytest.mark.parametrize("status", [206, 226])
def test_a_part_of_an_answer_is_no_answer(status: int) -> None:
    for platform in PLATFORMS.values():
        problem = platform.refuse(body(status, {"data": [{"id": "1"}]}))
        assert isinstance(problem, Later), platform.name
        assert problem.code == "half-an-answer"


@pytest.mark.parametrize("name", ["error", "errors"])
@pytest.mark.parametrize("error", [{"code": 7}, [{"code": 7}], "text"])
def test_an_error_beside_an_empty_list_is_no_empty_list(name: str, error: Any) -> None:
    with pytest.raises(Later, match="error-beside-nothing"):
        turn(THINGS, part(), {}, said({"data": [], name: error}))
    assert turn(THINGS, part(), {}, said({"data": [{"id": "1"}], name: error})).records
    nothing: Any
    for nothing in (None, [], {}, "", False):
        assert turn(THINGS, part(), {}, said({"data": [], name: nothing})).position is None


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
    stream = replace(THINGS, pages=Cursor("next", "c", 2), total="count", passes=(Pass(), Pass({"status": "old"})))
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
    stream = replace(THINGS, path="/stats/{id}", parent=Parent("things", {"id": "id"}, group=20))
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
    child = replace(THINGS, parent=Parent("things", {"list_id": "id"}), answers=(On(404, GONE), On(410, GONE)))
    gone = turn(child, part(given={"list_id": "L1"}), {}, said({}, 410))
    assert (gone.records, gone.position, gone.absent) == ([], None, True)
    with pytest.raises(Bug):
        turn(THINGS, part(), {}, said({}, 404))
    with pytest.raises(Bug, match="refused"):
        turn(replace(child, answers=()), part(given={"list_id": "L1"}), {}, said({}, 404))
    empty = replace(THINGS, answers=(On(204, EMPTY),))
    none = turn(empty, part(), {}, answer(204, {}, b""))
    assert (none.records, none.position, none.absent) == ([], None, False)
    with pytest.raises(Reconnect):
        turn(child, part(given={"list_id": "L1"}), {}, said({}, 401))


@pytest.mark.parametrize(
    ("zone", "day"),
    [("", "2026-08-02"), ("UTC", "2026-08-02"), ("America/Los_Angeles", "2026-08-01"), ("Japan", "2026-08-02"),
     ("Pacific/Auckland", "2026-08-02"), ("no zone", "2026-08-02")],
)  # fmt: skip
def test_todays_state_is_given_the_day_that_the_account_has(zone: str, day: str) -> None:
    """Six in the morning of 2 August is 1 August, 23:00, where Meta ends its days."""
    stream = replace(THINGS, records=ONE, snapshot_column="day")
    early = part(began=datetime(2026, 8, 2, 6, tzinfo=UTC), values={"dc": "us1", "account_zone": zone})
    assert turn(stream, early, {}, said({"id": "1"})).given == {"day": day}


@pytest.mark.parametrize("body", [{"data": None}, {"data": {}}, {"rows": []}, [], None, "text"])
def test_records_that_are_not_there_are_no_empty_page(body: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        turn(THINGS, part(), {}, said(body))


def test_a_bare_list_holds_records_too() -> None:
    assert turn(replace(THINGS, records=BARE_LIST), part(), {}, said([{"id": "1"}])).records == [{"id": "1"}]


def test_an_account_needs_no_more_than_an_id_and_a_title() -> None:
    assert Account("1", "Demo").zone == "UTC"
    assert Request("GET", "https://us1.example.com/x").host == "us1.example.com"


@pytest.mark.parametrize(
    ("told", "counted"),
    [(2, 2), ("2", 2), ("0", 0), ("", None), ("two", None), ("-1", None), (-1, None), ("²", None), ("9" * 30, None),
     (None, None), (2.0, None)],
)  # fmt: skip
def test_a_total_may_be_the_text_of_a_number(told: Any, counted: int | None) -> None:
    stream = replace(THINGS, total="meta.total")
    proof = turn(stream, part(), {}, said({"data": [{"id": "1"}, {"id": "2"}], "meta": {"total": told}})).proof
    assert (proof[1] if proof else None) == counted


def test_an_empty_list_may_be_left_out_only_where_something_says_so() -> None:
    stream = replace(DAILY, pages=Cursor("next", "after", 4), records="results", shows_empty="fields")
    assert turn(stream, EIGHT_DAYS, {}, said({"fields": "a,b"})).records == []
    with pytest.raises(Bug, match="records-missing"):
        turn(stream, EIGHT_DAYS, {}, said({}))


def test_an_answer_can_be_unfolded() -> None:
    def unfold(body: Any) -> list[Any]:
        return [dict(zip(body["names"], row, strict=True)) for row in body["rows"]]

    stream = replace(DAILY, pages=Cursor("next", "after", 4), unfold=unfold)
    assert turn(stream, EIGHT_DAYS, {}, said({"names": ["day", "id"], "rows": [["2026-08-01", "c"]]})).records == [
        {"day": "2026-08-01", "id": "c"}
    ]
    with pytest.raises(Bug, match="records-missing"):
        turn(stream, EIGHT_DAYS, {}, said({"names": ["day", "id"]}))


def test_the_platforms_sums_are_asked_first_and_once() -> None:
    totals = Totals({"cost": ("sum.cost", "cost")}, body={"level": "account", "from": "{from}"}, path="/totals")
    stream = replace(DAILY, pages=Cursor("next", "after", 2), records="data", totals=totals)
    asks = request_for(PLATFORM, stream, EIGHT_DAYS, {})
    assert (asks.url, asks.json) == ("https://us1.example.com/v1/totals", {"level": "account", "from": "2026-08-01"})
    told = turn(stream, EIGHT_DAYS, {}, said({"data": [{"sum": {"cost": "12.50"}}, {"sum": {"cost": 0.25}}]}))
    assert (told.records, told.sums) == ([], {"cost": Sum(Decimal("12.75"), Decimal())})
    page = turn(
        stream, EIGHT_DAYS, told.position or {}, said({"data": [{"cost": "12.5"}, {"cost": None}], "next": "n"})
    )
    assert request_for(PLATFORM, stream, EIGHT_DAYS, page.position or {}).json["after"] == "n"
    last = turn(stream, EIGHT_DAYS, page.position or {}, said({"data": [{"cost": 0.25}]}))
    assert last.position is None
    proof: dict[str, dict[str, Any]] = {}
    for step in (told, page, last):
        proof = add_sums(proof, step.sums)
    assert proof == {"cost": {"theirs": "12.75", "ours": "12.75", "sum": True}}


def test_a_sum_that_counts_records_is_known_as_a_count() -> None:
    stream = replace(DAILY, pages=Cursor("next", "after", 2), records="data",
                     totals=Totals({"posts": ("value", ""), "likes": ("likes", "likes")}, path="/totals"))  # fmt: skip
    told = turn(stream, EIGHT_DAYS, {}, said({"data": [{"value": 3, "likes": 9}]}))
    page = turn(stream, EIGHT_DAYS, told.position or {}, said({"data": [{"id": "a", "likes": 1}]}))
    proof: dict[str, dict[str, Any]] = {}
    for step in (told, page):
        proof = add_sums(proof, step.sums)
    assert proof["posts"] == {"theirs": "3", "ours": "1", "sum": True, "count": True}
    assert [lacking(proof[name]) for name in ("posts", "likes")] == [True, False]
    assert add_sums({}, page.sums) == {}, "a platform that refused to tell its sums says nothing against ours"


@pytest.mark.parametrize(
    ("told", "lacks"),
    [
        ({"theirs": 5, "ours": 4}, True),
        ({"theirs": 5, "ours": 5}, False),
        ({"theirs": 5, "ours": 6}, False),
        ({"theirs": "10", "ours": "9", "sum": True, "count": True}, True),  # as texts, "10" would come before "9"
        ({"theirs": "9", "ours": "10", "sum": True, "count": True}, False),
        ({"theirs": "10", "ours": "9", "sum": True}, False),
    ],
)
def test_records_are_lacking_where_the_platform_counts_more(told: dict[str, Any], lacks: bool) -> None:
    assert lacking(told) is lacks


# -- refusals that say that there is nothing ---------------------------------------------------------------------

FILM = part(given={"kind": "film"})


def nothing(given: Answer) -> bool:
    return b"nothing here" in given.body


@pytest.mark.parametrize(
    ("given", "absent"),
    [(said({"error": "nothing here"}, 400), True), (said({"error": "nothing here"}, 403), True),
     (said({"error": "no"}, 404), True), (said({"error": "no"}, 400), False),
     (answer(400, {}, b"<html>nothing here</html>"), False)],
)  # fmt: skip
def test_a_child_can_be_told_by_the_body_that_there_is_nothing(given: Answer, absent: bool) -> None:
    stream = replace(THINGS, parent=Parent("films", {"kind": "kind"}), answers=(On(404, GONE), On(nothing, GONE)))
    request = request_for(PLATFORM, stream, FILM, {})
    if absent:
        reading = read(PLATFORM, stream, FILM, {}, request, given)
        assert reading.absent
        assert not reading.records
    else:
        with pytest.raises(Bug, match="refused"):
            read(PLATFORM, stream, FILM, {}, request, given)


def test_words_in_an_answer_of_data_are_no_refusal_and_a_stream_without_parent_has_no_such_way_out() -> None:
    child = replace(THINGS, parent=Parent("films", {"kind": "kind"}), answers=(On(404, GONE), On(nothing, GONE)))
    request = request_for(PLATFORM, child, FILM, {})
    reading = read(PLATFORM, child, FILM, {}, request, said({"data": [{"id": "nothing here"}]}))
    assert reading.records
    alone = replace(THINGS, answers=(On(404, GONE), On(nothing, GONE)))
    with pytest.raises(Bug, match="refused"):
        read(PLATFORM, alone, FILM, {}, request, said({"error": "nothing here"}, 400))
