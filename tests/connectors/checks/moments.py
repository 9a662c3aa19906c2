"""Readings since a moment, and windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from shared.kit.calendar import end_of, is_final, name_of
from shared.model import Cursor as Mark
from shared.sync.slices_of_run import window
from tests.connectors.checks.subject import RUN, Subject, check
from tests.connectors.fake_platform import part, walk
from tests.connectors.recorded import BEGAN, MIDDLE


@check
def incremental_reading_brings_what_changed_and_no_more(s: Subject) -> str | None:
    if not s.recorded.changed:
        return "is read whole each time"
    rows = s.rows(60)
    found = walk(s.platform, s.small().stream, part(s.platform, s.recorded, incremental=True), s.desk(rows))
    keys = set(found.keys(*s.recorded.key))
    assert keys >= s.expected(rows[::2]), "changed rows are missing"
    assert keys != s.expected(rows), "everything was read again"
    return None


@check
def opting_out_is_noticed(s: Subject) -> str | None:
    if not s.recorded.opts_out:
        return "one time of change covers all changes"
    rows = s.rows(10)
    found = walk(s.platform, s.stream, part(s.platform, s.recorded, incremental=True), s.desk(rows))
    assert set(found.keys(*s.recorded.key)) >= s.expected([rows[1]])
    return None


@check
def numbers_that_still_move_are_read_again(s: Subject) -> str | None:
    if s.recorded.look_back is None:
        return "its rows change only together with the time that we ask by"
    if s.stream.days is not None:
        last = date.fromisoformat(name_of(s.stream.days, BEGAN.date())) - timedelta(days=1)
        moved = end_of("UTC", last) + s.recorded.look_back  # the last moment at which the day before can still change
        before = (last, last)
        assert not is_final(s.stream.days, "UTC", before, moved - timedelta(hours=1))
        return None
    cursor = Mark("c", "acme", "con", s.stream.name, "", until=BEGAN - timedelta(hours=1), run="r")
    since, until = window(s.stream, RUN, cursor)
    assert until is None
    assert since is not None
    assert since <= BEGAN - s.recorded.look_back
    return None


@check
def windows_overlap_and_first_readings_have_none(s: Subject) -> str | None:
    if not s.recorded.changed:
        return "is read whole each time"
    assert window(s.stream, RUN, None) == (None, None)
    cursor = Mark("c", "acme", "con", s.stream.name, "", until=BEGAN - timedelta(days=400), run="r")
    since, _ = window(s.stream, RUN, cursor)
    assert since is not None
    assert since <= cursor.until - timedelta(seconds=1), "no platform states its bounds well"
    backfill = replace(RUN, since=MIDDLE, until=BEGAN)
    assert window(s.stream, backfill, cursor) == (MIDDLE, BEGAN)
    return None
