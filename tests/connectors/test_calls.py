"""The call for a page: its address, its headers, its body, and the window it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.errors import Bug
from shared.reading import request_for
from shared.vocabulary.paging import Count, Cursor
from shared.vocabulary.slicing import Pass, Since
from tests.connectors.example_platform import DAILY, EIGHT_DAYS, PLATFORM, THINGS, part, said, turn

SINCE = datetime(2026, 9, 1, tzinfo=UTC)


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


def test_a_header_without_a_value_is_not_sent() -> None:
    platform = replace(PLATFORM, headers={"x-through": "{through}", "x-always": "1"})
    known = request_for(platform, THINGS, part(values={"dc": "us1", "through": "M1"}), {})
    assert known.headers == {"x-through": "M1", "x-always": "1"}
    assert request_for(platform, THINGS, part(values={"dc": "us1", "through": ""}), {}).headers == {"x-always": "1"}


def test_headers_are_filled_from_the_account() -> None:
    platform = replace(PLATFORM, headers={"x-account": "{account_id}"})
    stream = replace(DAILY, headers={"accept": "application/vnd.report+json"})
    asks = request_for(platform, stream, EIGHT_DAYS, {})
    assert asks.headers == {"x-account": "A1", "accept": "application/vnd.report+json"}


def test_a_place_goes_into_the_body_where_there_is_one() -> None:
    body = {"query": "{ things(first: $n) { id } }", "variables": {"query": "status:any"}}
    rule = Since(None, "variables.query", phrase=lambda since, until: f"at:>{since:%F}", joined=" ")
    pages = Cursor("data.page.end", "variables.after", 5, "variables.first", more="data.page.more")
    stream = replace(DAILY, body=body, slices=rule, pages=pages, records="data.rows")
    asks = request_for(PLATFORM, stream, EIGHT_DAYS, {"at": {"cursor": "c"}})
    assert asks.json["variables"] == {"query": "status:any at:>2026-08-01", "first": 5, "after": "c"}
    assert asks.json["query"] == body["query"]
    assert asks.query == {}
    assert body["variables"] == {"query": "status:any"}, "a declaration is never changed"
    end = turn(stream, EIGHT_DAYS, {}, said({"data": {"rows": [], "page": {"end": "c", "more": False}}}))
    assert end.position is None
    with pytest.raises(Bug, match="paging-missing"):
        turn(stream, EIGHT_DAYS, {}, said({"data": {"rows": [{"id": "1"}] * 5}}))
    by_row = replace(stream, pages=Count(9, "limit", "offset", where="body"))
    assert request_for(PLATFORM, by_row, EIGHT_DAYS, {}).json["offset"] == 0


def test_a_window_knows_the_day_behind_it() -> None:
    stream = replace(DAILY, body={"from": "{from}", "to": "{to}", "after": "{after}"})
    february = replace(EIGHT_DAYS, since=datetime(2026, 2, 21, tzinfo=UTC), until=datetime(2026, 2, 28, tzinfo=UTC))
    asked = request_for(PLATFORM, stream, february, {}).json
    assert asked == {"from": "2026-02-21", "to": "2026-02-27", "after": "2026-02-28"}
