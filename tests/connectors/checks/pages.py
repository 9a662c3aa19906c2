"""Every row of every page is read, whatever happens between two pages."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from shared.errors import Bug
from shared.reading import passes_of
from shared.vocabulary.paging import Count, Cursor, Link, Once, Onward
from shared.vocabulary.wire import Answer, Request, put
from tests.connectors.checks.subject import ONE_PAGE, Subject, check, first_query, whole_answer
from tests.connectors.documented import DOCUMENTED
from tests.connectors.fake_platform import FakePlatform, walk
from tests.connectors.recorded import BEGAN, Record, body

MANY = 1000  # records of a page: beyond that, smaller ones do as well


def reads_all(s: Subject, rows: list[Record], desk: FakePlatform) -> None:
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
    """A last page that is full is followed by no call where the platform says that it is the last.

    Where nothing says so, it is asked for again with one record less, and the one record that is left comes behind.
    """
    size = 10
    rows = [row for row in s.rows(400) if s.recorded.wanted(row) and s.recorded.shown(row, first_query(s))][:size]
    desk = s.desk(rows)
    found = s.small(size).read(desk)
    others = sum(1 for reading in found.readings if not reading.records)
    fetched = [call for call in desk.calls if call.bare] or desk.calls  # whoever looks for a file fetches nothing yet
    if unsaid(s):
        assert len(fetched) <= 3 * len(passes_of(s.stream, incremental=False))
        return None
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


def unsaid(s: Subject) -> bool:
    """Whether the last page of a list holds nothing that says that it is the last."""
    rule = s.pages
    if isinstance(rule, Cursor):
        return not (s.recorded.always or rule.more or "." in rule.at)
    return isinstance(rule, Onward) or (isinstance(rule, Link) and not s.recorded.always)


@check
def page_without_what_is_always_sent_is_an_error(s: Subject) -> str | None:
    """Whatever it holds: nothing, a few records, or as many as a page can."""
    if s.once:
        return ONE_PAGE
    if not s.recorded.always:
        return "the platform may leave out the word of a next page"
    for count in (0, 3, 10):
        small = s.small()
        desk = small.desk(s.rows(count))

        def silent(request: Request, desk: FakePlatform = desk) -> Answer:
            return without(desk(request), s.recorded.always)

        with pytest.raises(Bug, match="paging-missing"):
            small.read(silent)
    return None


@check
def full_page_without_word_of_the_next_is_not_believed(s: Subject) -> str | None:
    """Once, it costs a call; always, it is an error where a page is certain not to be the last one."""
    if isinstance(s.pages, (Count, Once)) or s.recorded.always:
        return "nothing but a total, or what is always sent, says where its end is"
    if isinstance(s.pages, Onward):
        return "a full page is followed by another question, whatever is said"
    assert isinstance(s.pages, (Cursor, Link))
    rows = s.rows(25)
    if len(rows) < 25:
        return "there are too few of them for a second page"
    for number in (0, 1, None):
        small, calls = s.small(), list[int]()
        desk = small.desk(rows)

        def forgetful(
            request: Request, desk: FakePlatform = desk, calls: list[int] = calls, number: int | None = number
        ) -> Answer:
            answered = desk(request)
            # Of a report, the calls that ask after it hold no records and no word of more.
            held = s.platform.refuse(answered) is None and said_to_go_on(answered)
            calls += [1] if held else []
            return without_word(answered) if held and number in (None, len(calls) - 1) else answered

        try:
            found = set(small.read(forgetful).keys(*s.recorded.key))
        except Bug as problem:
            refused = problem.code
        else:
            refused = ""
        if refused:
            assert refused == "paging-missing"
            assert number is None or not unsaid(s), "it was forgotten once only"
            continue
        if number is None and not s.pages.limit and s.recorded.total:
            continue  # nothing smaller can be asked for: the total tells
        assert found == s.expected(rows), f"{len(s.expected(rows) - found)} rows are missing"
        assert number is not None, "it is never told"
    return None


@check
def list_that_ends_before_its_total_is_an_error(s: Subject) -> str | None:
    if not isinstance(s.pages, Count) or not s.recorded.total:
        return "its end is not told by a total"
    small = s.small()
    desk = small.desk(s.rows(25))

    def promising(request: Request) -> Answer:
        answered = desk(request)
        name = s.recorded.total
        return body(answered.status, {**answered.json, name: answered.json[name] + 5})

    with pytest.raises(Bug, match="total-disagrees"):
        small.read(promising)
    return None


@check
def answer_that_is_no_longer_whole_is_an_error(s: Subject) -> str | None:
    rule, more = s.pages, DOCUMENTED[s.platform.name].more
    if not isinstance(rule, Once) or not more or s.recorded.records is None:
        return "it comes in pages, or its platform has no word of a next one"
    said = put(whole_answer(s, s.rows(1)), more, f"https://{s.request.url.split('/')[2]}/next")
    with pytest.raises(Bug, match="more-than-one-page"):
        s.read(lambda request: body(200, said))
    return None


HOLDERS = {"links", "_links", "paging", "nextPageToken", "nextToken"}
HOLDERS |= {each.more.partition(".")[0] for each in DOCUMENTED.values() if each.more}


def said_to_go_on(answered: Answer) -> bool:
    return isinstance(answered.json, dict) and any(answered.json.get(name) for name in HOLDERS)


def without_word(answered: Answer) -> Answer:
    return body(answered.status, {name: value for name, value in answered.json.items() if name not in HOLDERS})


def without(answered: Answer, path: str) -> Answer:
    """The same answer without what stands at this path."""
    *way, last = path.split(".")
    copy = orjson.loads(answered.body)
    around = copy
    for step in way:
        around = around[step]
    del around[last]
    return body(answered.status, copy)


@check
def rows_deleted_between_pages_lose_nothing(s: Subject) -> str | None:
    if s.once:
        return ONE_PAGE
    for gone in (1, 3, 8, 25):
        rows = s.rows(60)
        desk = s.desk(list(rows))

        def forget(desk: FakePlatform, gone: int = gone) -> None:
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

        def add(desk: FakePlatform, added: int = added) -> None:
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

        def move(desk: FakePlatform, first: int = first) -> None:
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

    def move(desk: FakePlatform) -> None:
        if len(desk.calls) == 2:  # the first pass is over; who was in the last one moves into the first
            for i, row in enumerate(desk.rows):
                now = {**row, "status": statuses[0], s.recorded.changed: (BEGAN + timedelta(seconds=9)).isoformat()}
                desk.rows[i] = now

    desk.before = move
    found = set(s.read(desk).keys(*s.recorded.key))
    assert found >= s.expected(rows)
    return None
