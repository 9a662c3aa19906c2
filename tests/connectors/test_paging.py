"""Page rules alone: lists that change while they are read, cursors, links."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.vocabulary.paging import Count, Cursor, Link, Once, Position
from shared.vocabulary.paging.ends import MOST_AGAIN
from shared.vocabulary.wire import Answer, Request

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
        request = rule.apply(ASK, position)
        rows.sort(key=lambda row: (row["at"], row["id"]))
        start = int(request.query["offset"])
        page = [dict(row) for row in rows[start : start + int(request.query["count"])]]
        turn = rule.next(request, position, said({"total_items": len(rows)} if total else {}), page, name)
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
    first = rule.next(ASK, {}, said({"total_items": 12}), [{"id": i} for i in range(10)], name)
    assert first.position == {"offset": 6, "known": ["6", "7", "8", "9"]}
    with pytest.raises(Bug, match="total-disagrees"):
        rule.next(ASK, first.position, said({"total_items": 12}), [{"id": i} for i in range(6, 10)], name)


def test_page_numbers_are_counted_too() -> None:
    rule = Count(2, limit="per_page", offset="page", total="total", start=1, by_page=True)
    assert rule.apply(ASK, {}).query == {"status": "all", "per_page": "2", "page": "1"}
    second = rule.next(ASK, {}, said({"total": 3}), [{"id": 1}, {"id": 2}], name)
    assert second.position is not None
    assert rule.apply(ASK, second.position).query["page"] == "2"
    assert rule.next(ASK, second.position, said({"total": 3}), [{"id": 3}], name).position is None
    with pytest.raises(Bug, match="total-disagrees"):
        rule.next(ASK, second.position, said({"total": 3}), [], name)
    with pytest.raises(Bug, match="paging-missing"):
        rule.next(ASK, second.position, said({}), [{"id": 3}], name)


def test_a_short_numbered_page_is_not_the_end() -> None:
    """Servers cap pages: of numbered ones, too, only an empty page or the total is the end."""
    blind = Count(2, total=None, start=1, by_page=True)
    first = blind.next(ASK, {}, said({}), [{"id": 1}], name)
    assert first.position is not None
    with pytest.raises(Bug, match="paging-stands-still"):
        blind.next(ASK, first.position, said({}), [{"id": 1}], name)
    second = blind.next(ASK, first.position, said({}), [{"id": 2}], name)
    assert second.position is not None
    assert blind.next(ASK, second.position, said({}), [], name).position is None
    told = Count(2, total="total", start=1, by_page=True)
    assert told.next(ASK, {}, said({"total": 3}), [{"id": 1}], name).position is not None


# -- no word of the next page -------------------------------------------------------------------------------

CURSORED = Cursor("next", "after", 3)
LINKED = Link("next", 3)
THREE = [{"id": 1}, {"id": 2}, {"id": 3}]


@pytest.mark.parametrize("rule", [CURSORED, LINKED])
def test_a_full_first_page_is_the_end_only_when_a_smaller_one_leads_on(rule: Cursor | Link) -> None:
    asked = rule.next(ASK, {}, said({}), THREE, name)
    assert (asked.records, asked.position) == ([], {"sure": 1, "size": 2})
    assert asked.position is not None
    assert rule.apply(ASK, asked.position).query["limit"] == "2"
    led = rule.next(ASK, asked.position, said({"next": "?after=x"}), THREE[:2], name)
    assert led.records == THREE[:2]
    assert led.position is not None
    assert "sure" not in led.position
    last = rule.next(ASK, led.position, said({}), THREE[2:], name)
    assert (last.records, last.position) == (THREE[2:], None)


@pytest.mark.parametrize("rule", [CURSORED, LINKED])
def test_a_smaller_first_page_that_leads_nowhere_either_is_an_error(rule: Cursor | Link) -> None:
    """At once where nothing smaller can be asked for, and where as many records went as it was asked about."""
    for position in ({"sure": 1, "size": 1}, {"sure": MOST_AGAIN, "size": 2}):
        with pytest.raises(Bug, match="paging-missing"):
            rule.next(ASK, position, said({}), THREE[: position["size"]], name)


@pytest.mark.parametrize("rule", [CURSORED, LINKED])
def test_a_list_that_became_shorter_between_two_questions_is_asked_about_again(rule: Cursor | Link) -> None:
    again = rule.next(ASK, {"sure": 1, "size": 2}, said({}), THREE[:2], name)
    assert (again.records, again.position) == ([], {"sure": 2, "size": 1})
    assert again.position is not None
    led = rule.next(ASK, again.position, said({"next": "?after=x"}), THREE[:1], name)
    assert led.records == THREE[:1]
    assert led.position is not None
    assert "sure" not in led.position


@pytest.mark.parametrize("rule", [CURSORED, LINKED])
@pytest.mark.parametrize("count", [1, 3])
def test_a_first_page_asked_for_again_may_be_the_end(rule: Cursor | Link, count: int) -> None:
    """It has become shorter meanwhile; or the platform takes no heed of the smaller number, and says the same twice."""
    again = rule.next(ASK, {"sure": 1, "size": 2}, said({}), THREE[:count], name)
    assert (again.records, again.position) == (THREE[:count], None)


@pytest.mark.parametrize(("rule", "here"), [(CURSORED, {"cursor": "b"}), (LINKED, {"link": ASK.url, "written": "/b"})])
def test_a_later_full_page_is_the_end_when_it_says_so_twice(rule: Cursor | Link, here: Position) -> None:
    asked = rule.next(ASK, here, said({}), THREE, name)
    assert (asked.records, asked.position) == ([], {**here, "sure": 1})
    assert asked.position is not None
    assert rule.next(ASK, asked.position, said({}), THREE, name) == Once().next(ASK, {}, said({}), THREE, name)
    led = rule.next(ASK, asked.position, said({"next": "?after=c"}), THREE, name)
    assert led.records == THREE
    assert led.position is not None
    assert "sure" not in led.position


@pytest.mark.parametrize("rule", [Cursor("next", "after", 3, ""), Link("next", 3, "")])
def test_pages_whose_size_is_the_platforms_are_asked_for_twice_as_they_are(rule: Cursor | Link) -> None:
    asked = rule.next(ASK, {}, said({}), THREE, name)
    assert (asked.records, asked.position) == ([], {"sure": 1})
    assert rule.next(ASK, {"sure": 1}, said({}), THREE, name).position is None


@pytest.mark.parametrize(
    "rule", [Cursor("links.next", "after", 3, always="links"), Link("links.next", 3, always="links")]
)
@pytest.mark.parametrize("body", [{}, {"links": None}, {"link": {}}, []])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_always_sent_is_never_missed_quietly(rule: Cursor | Link, body: Any, count: int) -> None:
    with pytest.raises(Bug, match="paging-missing"):
        rule.next(ASK, {}, said(body), THREE[:count], name)
    assert rule.next(ASK, {}, said({"links": {}}), THREE[:count], name) == Once().next(
        ASK, {}, said({}), THREE[:count], name
    )


def test_a_list_that_hangs_on_something_gone_says_nothing_of_more() -> None:
    more = "data.order.lines.pageInfo.hasNextPage"
    rule = Cursor("data.order.lines.pageInfo.endCursor", "after", 3, "", more, always=more)
    assert rule.next(ASK, {}, said({"data": {"order": None}}), [], name).position is None
    spoiled: list[Any] = [{"order": {"lines": {"pageInfo": None}}}, {"order": {"lines": {}}}, {}, {"order": {}}]
    for broken in spoiled:
        with pytest.raises(Bug, match="paging-missing"):
            rule.next(ASK, {}, said({"data": broken}), [], name)


@pytest.mark.parametrize("always", [True, False])
def test_a_count_that_is_told_is_told_with_every_page_of_records(always: bool) -> None:
    rule = Count(3, always=always)
    with pytest.raises(Bug, match="paging-missing"):
        rule.next(ASK, {}, said({}), THREE, name)
    if always:
        with pytest.raises(Bug, match="paging-missing"):
            rule.next(ASK, {}, said({}), [], name)
    else:
        assert rule.next(ASK, {}, said({}), [], name).position is None


@pytest.mark.parametrize("total", [None, "total_items"])
def test_a_long_page_of_what_is_known_is_no_end(total: str | None) -> None:
    """As many rows came in before it as fit; or the server takes no heed of the place."""
    rule, rows = Count(10, total=total), [{"id": number} for number in range(40)]
    first = rule.next(ASK, {}, said({"total_items": 40}), rows[:10], name)
    assert first.position is not None
    moved = rule.next(ASK, first.position, said({"total_items": 46}), rows[:10], name)
    assert moved.records == []
    assert moved.position is not None
    assert moved.position["offset"] == 12
    with pytest.raises(Bug, match="paging-stands-still"):
        rule.next(ASK, moved.position, said({"total_items": 46}), rows[:10], name)


def test_an_answer_that_is_whole_does_not_say_that_there_is_more() -> None:
    assert Once("links.next").next(ASK, {}, said({"links": {"next": None}}), THREE, name).position is None
    with pytest.raises(Bug, match="more-than-one-page"):
        Once("links.next").next(ASK, {}, said({"links": {"next": "/b"}}), THREE, name)


def test_a_name_that_a_link_says_twice_is_said_twice() -> None:
    turn = LINKED.next(ASK, {}, said({"next": "/v3/things?id=a&id=b&cursor=%2B"}), THREE, name)
    assert turn.position is not None
    following = LINKED.apply(ASK, turn.position)
    assert (following.url, following.query) == ("https://api.example.com/v3/things?id=a&id=b&cursor=%2B", {})


def test_once_is_one_page() -> None:
    assert Once().apply(ASK, {}) is ASK
    assert Once().next(ASK, {}, said([]), [{"id": 1}], name).position is None


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1))
def test_a_cursor_is_handed_back_unread(text: str) -> None:
    rule = Cursor("paging.next.after", "after", 100)
    turn = rule.next(ASK, {}, said({"paging": {"next": {"after": text}}}), [], name)
    assert turn.position == {"cursor": text}
    assert rule.apply(ASK, turn.position).query == {"status": "all", "limit": "100", "after": text}


@pytest.mark.parametrize("end", [{"paging": {}}, {"paging": {"next": None}}, {"paging": {"next": {"after": ""}}}])
def test_a_cursor_ends_where_none_is_given(end: Any) -> None:
    assert Cursor("paging.next.after", "after", 2).next(ASK, {}, said(end), [{}, {}], name).position is None


@pytest.mark.parametrize("odd", [7, ["x"], {"a": 1}, True])
def test_a_cursor_of_another_type_is_an_error(odd: Any) -> None:
    with pytest.raises(Bug):
        Cursor("next", "after", 2).next(ASK, {}, said({"next": odd}), [], name)


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
    turn = rule.next(ASK, {}, said({"_links": {"next": {"href": written}}}), [], name)
    assert turn.position is not None
    following = rule.apply(ASK, turn.position)
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
        Link("next", 10).next(ASK, {}, said({"next": evil}), [], name)


def test_a_stand_in_may_name_itself_and_nobody_else() -> None:
    rule = Link("next", 10)
    mine = said({"next": "http://127.0.0.1:8099/v3/things?cursor=a"}, origin="http://127.0.0.1:8099")
    turn = rule.next(ASK, {}, mine, [], name)
    assert turn.position is not None
    assert turn.position["link"] == "https://api.example.com/v3/things?cursor=a"
    with pytest.raises(Bug, match="foreign-link"):
        rule.next(ASK, {}, said({"next": "http://127.0.0.1:9/x"}, origin="http://127.0.0.1:8099"), [], name)


def test_the_same_link_again_is_an_error() -> None:
    rule = Link("next", 10)
    turn = rule.next(ASK, {}, said({"next": "/v3/things?cursor=a"}), [], name)
    assert turn.position is not None
    with pytest.raises(Bug, match="paging-stands-still"):
        rule.next(ASK, turn.position, said({"next": "/v3/things?cursor=a"}), [], name)
