"""Every row of every page is read, whatever happens between two pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.connectors.paging import Count, Cursor
from shared.connectors.wire import Answer, Request, put
from shared.errors import Bug
from tests.connectors.checks.subject import ONE_PAGE, Subject, check, first_query
from tests.connectors.desk import Desk, body, walk
from tests.connectors.recorded import BEGAN, Record

MANY = 1000  # records of a page: beyond that, smaller ones do as well


def reads_all(s: Subject, rows: list[Record], desk: Desk) -> None:
    found = set(walk(s.platform, s.stream, s.part, desk).keys(*s.recorded.key))
    expected = s.expected(rows)
    assert found >= expected, f"{len(expected - found)} rows are missing"
    assert found <= expected, f"{len(found - expected)} rows are not of this stream"


@check
def every_row_of_every_page_is_read(s: Subject) -> str | None:
    if s.recorded.most > MANY:
        s = s.small(100)
    rows = s.rows(int(min(s.recorded.most, MANY) * 2.3) or 25)
    reads_all(s, rows, s.desk(rows))
    return None


@check
def pages_smaller_than_asked_for_lose_nothing(s: Subject) -> str | None:
    if s.once:
        return ONE_PAGE
    rows = s.rows(40)
    reads_all(s, rows, s.desk(rows, capped=7))
    return None


@check
def list_that_may_be_cut_off_is_asked_for_in_parts(s: Subject) -> str | None:
    """Whether the answer says that it is cut, or only looks like it: every row is read, of fewer days at a time."""
    if not s.recorded.cut:
        return "nothing cuts its lists off"
    rows = s.rows(s.recorded.cut * 2)
    for count in (s.recorded.cut, len(rows)):
        desk = s.desk(rows[:count], capped=s.recorded.cut)
        found = walk(s.platform, s.stream, s.part, desk, s.start, another_way=True)
        assert set(found.keys(*s.recorded.key)) == s.expected(rows[:count])
    return None


@check
def reading_stops_at_the_true_end(s: Subject) -> str | None:
    """A last page that is full is followed by no call where the platform says that it is the last."""
    size = 10
    rows = [row for row in s.rows(400) if s.recorded.wanted(row) and s.recorded.shown(row, first_query(s))][:size]
    desk = s.desk(rows)
    found = s.small(size).read(desk)
    others = sum(1 for reading in found.readings if not reading.records)
    fetched = [call for call in desk.calls if call.bare] or desk.calls  # whoever looks for a file fetches nothing yet
    assert len(fetched) - others == 1
    if isinstance(s.pages, Count) and not s.recorded.total:
        assert others == 1  # nothing says where the end is, so one empty look
    elif len(s.stream.passes) == 1 and not s.stream.catch_up:
        assert others == 0
    return None


@check
def place_that_does_not_move_is_an_error(s: Subject) -> str | None:
    """The platform keeps sending the same page, or the same place: that must not run for ever, nor end quietly."""
    if s.once:
        return ONE_PAGE
    if isinstance(s.pages, Count) and not s.recorded.total:
        return "has no total, so a page with nothing new is its end"
    small = s.small()
    if len(s.rows(100)) <= 10:
        return "there are too few of them for a second page"
    desk = s.desk(s.rows(100))
    again: list[Answer] = []

    def standing(request: Request) -> Answer:
        again.append(desk(request) if not again else again[0])
        assert len(again) < 20, "the reading does not end"
        return again[0]

    with pytest.raises(Bug, match=r"paging-stands-still|total-disagrees"):
        small.read(standing)
    return None


@check
def full_page_without_word_of_the_next_is_an_error(s: Subject) -> str | None:
    if not isinstance(s.pages, Cursor) or not (s.pages.more or "." in s.pages.at):
        return "the platform may leave out the word of a next page"
    if not s.pages.limit:
        return "the platform chooses the size of its pages, so none is known to be full"
    rows = put({}, s.recorded.records or "data", [s.recorded.record(i) for i in range(s.recorded.most)])
    with pytest.raises(Bug, match="paging-missing"):
        s.read(lambda request: body(200, rows))
    return None


@check
def rows_deleted_between_pages_lose_nothing(s: Subject) -> str | None:
    if s.once:
        return ONE_PAGE
    for gone in (1, 3, 8, 25):
        rows = s.rows(60)
        desk = s.desk(list(rows))

        def forget(desk: Desk, gone: int = gone) -> None:
            if len(desk.calls) == 3:
                del desk.rows[:gone]

        desk.before = forget
        found = set(s.small().read(desk).keys(*s.recorded.key))
        assert found >= s.expected(rows[gone:]), f"rows are missing after {gone} were deleted"
    return None


@check
def rows_added_between_pages_lose_nothing(s: Subject) -> str | None:
    if s.once:
        return ONE_PAGE
    for added in (1, 5, 30):
        rows = s.rows(60)
        desk = s.desk(list(rows))

        def add(desk: Desk, added: int = added) -> None:
            if len(desk.calls) == 2:
                desk.rows[:0] = [s.recorded.record(1000 + i) for i in range(added)]

        desk.before = add
        found = set(s.small().read(desk).keys(*s.recorded.key))
        assert found >= s.expected(rows), f"rows are missing after {added} were added"
    return None


@check
def rows_that_move_while_we_read_hide_no_others(s: Subject) -> str | None:
    """Sorted by the time of change, a row that changes leaves for the end, and all others move up."""
    if not s.recorded.moves:
        return "its order does not depend on changes"
    assert s.recorded.changed
    for first in range(0, 12, 2):
        rows = s.rows(15)
        rows = sorted((row for row in rows if s.recorded.shown(row, {})), key=lambda row: row[s.recorded.changed])
        desk = s.desk(list(rows))

        def move(desk: Desk, first: int = first) -> None:
            if len(desk.calls) == 1:
                for i in range(first, first + 5):
                    if i < len(desk.rows):
                        desk.rows[i] = {**desk.rows[i], s.recorded.changed: (BEGAN + timedelta(minutes=i)).isoformat()}

        desk.before = move
        found = set(s.small().read(desk).keys(*s.recorded.key))
        assert found >= s.expected(rows)
    return None


@check
def what_changes_its_status_between_passes_is_read(s: Subject) -> str | None:
    if not s.recorded.slips:
        return "no row can slip from one of its passes to another for good"
    statuses = [which.query["status"] for which in s.stream.passes]
    rows = [{**s.recorded.record(i), "status": statuses[-1]} for i in range(4)]
    desk = s.desk(list(rows))

    def move(desk: Desk) -> None:
        if len(desk.calls) == 2:  # the first pass is over; who was in the last one moves into the first
            for i, row in enumerate(desk.rows):
                now = {**row, "status": statuses[0], s.recorded.changed: (BEGAN + timedelta(seconds=9)).isoformat()}
                desk.rows[i] = now

    desk.before = move
    found = set(s.read(desk).keys(*s.recorded.key))
    assert found >= s.expected(rows)
    return None
