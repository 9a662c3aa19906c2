"""Page rules alone: lists that change while they are read, cursors, links."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.connectors.paging import Count, Cursor, Link, Once, Position
from shared.connectors.wire import Answer, Request
from shared.errors import Bug

ASK = Request("GET", "https://api.example.com/v3/things", {"status": "all"})


def name(record: Any) -> str:
    return str(record["id"])


def said(value: Any, origin: str = "") -> Answer:
    return Answer(200, {}, b"", value, is_json=True, origin=origin)


def read_list(rule: Count, rows: list[dict[str, Any]], changes: list[Any], total: bool) -> list[dict[str, Any]]:
    """Read a list that the server sorts by `at`; after each call one of the changes happens to it."""
    found: list[dict[str, Any]] = []
    position: Position | None = {}
    waiting = list(changes)
    for _ in range(400):
        if position is None:
            return found
        request = rule.aim(ASK, position)
        rows.sort(key=lambda row: (row["at"], row["id"]))
        start = int(request.query["offset"])
        page = [dict(row) for row in rows[start : start + int(request.query["count"])]]
        turn = rule.turn(request, position, said({"total_items": len(rows)} if total else {}), page, name)
        found += turn.records
        position = orjson.loads(orjson.dumps(turn.position))
        if waiting:
            waiting.pop(0)(rows)
    raise AssertionError("the reading does not end")


def deleting(at: int, count: int) -> Any:
    def change(rows: list[dict[str, Any]]) -> None:
        del rows[at : at + count]

    return change


def touching(at: int, count: int, now: list[int] = [1000]) -> Any:  # noqa: B006  (the clock of this file)
    """Rows change: sorted by the time of change, they go to the end."""

    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows[at : at + count]:
            now[0] += 1
            row["at"] = now[0]

    return change


CHANGES = st.lists(
    st.one_of(
        st.builds(deleting, st.integers(0, 40), st.integers(1, 12)),
        st.builds(touching, st.integers(0, 40), st.integers(1, 12)),
    ),
    max_size=12,
)


@settings(max_examples=120, deadline=None)
@given(size=st.integers(5, 15), many=st.integers(0, 60), changes=CHANGES, total=st.booleans())
def test_rows_that_stay_as_they_are_are_read_whatever_happens_to_the_others(
    size: int, many: int, changes: list[Any], total: bool
) -> None:
    """Sorted by change, with deletions and changes between all pages."""
    rows = [{"id": i, "at": i} for i in range(many)]
    rule = Count(size, by="at", total="total_items" if total else None)
    found = read_list(rule, rows, changes, total)
    unchanged = {row["id"] for row in rows if row["at"] == row["id"]}
    assert unchanged <= {row["id"] for row in found}
    assert {row["id"] for row in rows} <= {row["id"] for row in found}  # and those that moved come at the end


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(5, 15),
    many=st.integers(0, 60),
    changes=st.lists(st.builds(deleting, st.integers(0, 40), st.integers(1, 12)), max_size=8),
)
def test_rows_deleted_between_pages_lose_no_other(size: int, many: int, changes: list[Any]) -> None:
    rows = [{"id": i, "at": i} for i in range(many)]
    found = read_list(Count(size), rows, changes, total=True)
    assert {row["id"] for row in rows} <= {row["id"] for row in found}


@settings(max_examples=40, deadline=None)
@given(size=st.integers(5, 15), many=st.integers(0, 60), total=st.booleans())
def test_a_list_that_rests_is_read_once(size: int, many: int, total: bool) -> None:
    rows = [{"id": i, "at": i} for i in range(many)]
    found = read_list(Count(size, total="total_items" if total else None), list(rows), [], total)
    assert [row["id"] for row in found] == list(range(many))


def test_a_total_beyond_what_is_sent_is_an_error() -> None:
    rule = Count(10)
    first = rule.turn(ASK, {}, said({"total_items": 12}), [{"id": i} for i in range(10)], name)
    assert first.position == {"offset": 6, "known": ["6", "7", "8", "9"]}
    with pytest.raises(Bug, match="total-disagrees"):
        rule.turn(ASK, first.position, said({"total_items": 12}), [{"id": i} for i in range(6, 10)], name)


def test_page_numbers_are_counted_too() -> None:
    rule = Count(2, limit="per_page", offset="page", total="total", start=1, by_page=True)
    assert rule.aim(ASK, {}).query == {"status": "all", "per_page": "2", "page": "1"}
    second = rule.turn(ASK, {}, said({"total": 3}), [{"id": 1}, {"id": 2}], name)
    assert second.position == {"offset": 2}
    assert rule.turn(ASK, {"offset": 2}, said({"total": 3}), [{"id": 3}], name).position is None
    blind = Count(2, total=None, start=1, by_page=True)
    assert blind.turn(ASK, {}, said({}), [{"id": 1}, {"id": 2}], name).position == {"offset": 2}
    assert blind.turn(ASK, {"offset": 2}, said({}), [{"id": 3}], name).position is None


def test_once_is_one_page() -> None:
    assert Once().aim(ASK, {}) is ASK
    assert Once().turn(ASK, {}, said([]), [{"id": 1}], name).position is None


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1))
def test_a_cursor_is_handed_back_unread(text: str) -> None:
    rule = Cursor("paging.next.after", "after", 100)
    turn = rule.turn(ASK, {}, said({"paging": {"next": {"after": text}}}), [], name)
    assert turn.position == {"cursor": text}
    assert rule.aim(ASK, turn.position).query == {"status": "all", "limit": "100", "after": text}


@pytest.mark.parametrize("end", [{"paging": {}}, {"paging": {"next": None}}, {"paging": {"next": {"after": ""}}}])
def test_a_cursor_ends_where_none_is_given(end: Any) -> None:
    assert Cursor("paging.next.after", "after", 2).turn(ASK, {}, said(end), [{}, {}], name).position is None


@pytest.mark.parametrize("odd", [7, ["x"], {"a": 1}, True])
def test_a_cursor_of_another_type_is_an_error(odd: Any) -> None:
    with pytest.raises(Bug):
        Cursor("next", "after", 2).turn(ASK, {}, said({"next": odd}), [], name)


@pytest.mark.parametrize(
    "written",
    [
        "/v3/things?cursor=a%2Bb",
        "https://api.example.com/v3/things?cursor=a%2Bb",
        "?cursor=a%2Bb",
    ],
)
def test_a_link_may_be_written_in_any_way_that_stays_here(written: str) -> None:
    rule = Link("_links.next.href", 500)
    turn = rule.turn(ASK, {}, said({"_links": {"next": {"href": written}}}), [], name)
    assert turn.position is not None
    following = rule.aim(ASK, turn.position)
    assert following.url == "https://api.example.com/v3/things"
    assert following.query == {"cursor": "a+b"}  # of the link, and none of ours


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/v3/things",
        "//evil.example/v3",
        "http://api.example.com/v3/things",
        "https://api.example.com.evil.example/",
        "https://api.example.com:8443/v3/things",
        "https://x@evil.example/",
        "javascript:alert(1)",
        "ftp://api.example.com/x",
    ],
)
def test_a_link_to_another_place_is_refused(evil: str) -> None:
    with pytest.raises(Bug, match="foreign-link"):
        Link("next", 10).turn(ASK, {}, said({"next": evil}), [], name)


def test_a_stand_in_may_name_itself_and_nobody_else() -> None:
    rule = Link("next", 10)
    mine = said({"next": "http://127.0.0.1:8099/v3/things?cursor=a"}, origin="http://127.0.0.1:8099")
    turn = rule.turn(ASK, {}, mine, [], name)
    assert turn.position is not None
    assert turn.position["link"] == "https://api.example.com/v3/things?cursor=a"
    with pytest.raises(Bug, match="foreign-link"):
        rule.turn(ASK, {}, said({"next": "http://127.0.0.1:9/x"}, origin="http://127.0.0.1:8099"), [], name)


def test_the_same_link_again_is_an_error() -> None:
    rule = Link("next", 10)
    turn = rule.turn(ASK, {}, said({"next": "/v3/things?cursor=a"}), [], name)
    assert turn.position is not None
    with pytest.raises(Bug, match="paging-stands-still"):
        rule.turn(ASK, turn.position, said({"next": "/v3/things?cursor=a"}), [], name)
