"""Lists that nobody may page to their end: each record is read once, whatever the depth that is allowed."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.vocabulary.paging import Cursor, Deep, Position
from shared.vocabulary.wire import Answer, Request, at


def rule(most: int, size: int) -> Cursor:
    deep = Deep(most, "number", "variables.window", "variables.query", lambda number: f"id:>={number}")
    return Cursor("page.end", "variables.after", size, "variables.first", "page.more", deep=deep)


class Server:
    """Pages a list of numbers by a cursor, `most` records far, behind what its filter says."""

    def __init__(self, numbers: list[Any], most: int) -> None:
        self.numbers, self.most = numbers, most
        self.filters: list[str | None] = []

    def __call__(self, request: Request) -> Answer:
        said: Any = at(request.json, "variables")
        self.filters.append(said.get("query"))
        beyond = re.search(r"id:>=(\d+)", said.get("query") or "")
        least = int(beyond[1]) if beyond else 0
        rows = [number for number in self.numbers if not isinstance(number, int) or number >= least]
        start = int(said.get("after") or 0)
        if start + said["first"] > self.most:
            raise Bug("too-deep", "The server lets nobody page that far.")
        page, end = rows[start : start + said["first"]], start + said["first"]
        body = {
            "rows": [{"number": str(number)} for number in page],
            "page": {"more": end < len(rows), "end": str(end)},
        }
        return Answer(200, {}, b"", body, is_json=True)


def read_all(pages: Cursor, server: Server, window: str = "", less_after: int = 0) -> list[str]:
    ask = Request("POST", "https://api.example.com/graphql", json={"variables": {"window": window} if window else {}})
    position: Position | None = {}
    found: list[str] = []
    for calls in range(500):
        if position is None:
            return found
        if calls and calls == less_after:
            position = pages.smaller(position)
            assert position is not None
        request = pages.apply(ask, position)
        answer = server(request)
        turn = pages.next(request, position, answer, answer.json["rows"], lambda record: str(record["number"]))
        found += [record["number"] for record in turn.records]
        position = orjson.loads(orjson.dumps(turn.position))
    raise AssertionError("the reading does not end")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 10**6), unique=True, max_size=90), st.integers(1, 12), st.integers(1, 4), st.integers(0, 12)
)
def test_no_record_is_lost_and_none_comes_twice(numbers: list[int], size: int, pages: int, odd: int) -> None:
    most = size * pages + odd
    found = read_all(rule(most, size), Server(sorted(numbers), most))
    assert found == [str(number) for number in sorted(numbers)]


def test_the_new_list_keeps_the_filter_of_the_slice_and_the_smaller_pages() -> None:
    server = Server(list(range(1, 40)), 12)
    found = read_all(rule(12, 10), server, window="changed:>=7", less_after=1)
    assert found == [str(number) for number in range(1, 40)]
    assert server.filters[0] == "changed:>=7"
    assert server.filters[-1] is not None
    assert server.filters[-1].startswith("changed:>=7 AND id:>=")


def test_a_list_in_another_order_is_not_begun_anew_and_is_refused_where_it_is_too_deep() -> None:
    with pytest.raises(Bug, match="too-deep"):
        read_all(rule(12, 5), Server([9, 3, 8, 1, 7, 2, 6, 30, 31, 32, 33, 34, 35, 36, 37], 12))
    with pytest.raises(Bug, match="too-deep"):
        read_all(rule(12, 5), Server([f"x{number}" for number in range(30)], 12))
    short = Server([9, 3, 8, 1, 7, 2, 6], 12)
    assert read_all(rule(12, 5), short) == ["9", "3", "8", "1", "7", "2", "6"]
    assert set(short.filters) == {None}


def test_what_stands_in_the_query_is_narrowed_there() -> None:
    deep = Deep(10, "n", "filter", "filter", lambda number: f"n>={number}", ",")
    pages = Cursor("next", "after", 5, "limit", deep=deep)
    ask = Request("GET", "https://api.example.com/things", {"filter": "a=1"})
    assert pages.apply(ask, {}).query == {"filter": "a=1", "limit": "5"}
    assert pages.apply(ask, {"behind": 41}).query == {"filter": "a=1,n>=42", "limit": "5"}
    bare = Request("GET", "https://api.example.com/things")
    assert pages.apply(bare, {}).query == {"limit": "5"}
