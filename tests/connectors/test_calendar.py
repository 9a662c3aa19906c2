"""Windows of days: in the account's zone, the same in every run, and read again until their numbers stand still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.http import answer
from shared.kit import calendar
from shared.model import Connection, Cursor, Run, cursor_id
from shared.reading import SliceContext, read, request_for
from shared.states import Reason
from shared.sync.slices_of_run import first_slices, new_slices, runs_of_days, sweep_slice
from shared.vocabulary.access import Key
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Days, Parent
from shared.vocabulary.stream import Stream
from tests.connectors.example_platform import nobody, refuse

RULE = Days(7, timedelta(days=28), timedelta(days=60), "day")
DAILY = Stream(
    "daily",
    "Daily",
    path="/daily",
    records="rows",
    columns=columns("id* text Id", "day* date Day", "cost money+ Cost"),
    slices=RULE,
)
PLATFORM = Platform(
    "example", "Example", "https://api.example.com", (Key("Here.", ".+"),), lambda c: {}, nobody, Limits(), (DAILY,),
    "1", refuse,
)  # fmt: skip
# Half past eleven in the evening of the 20th in New York is the 21st in UTC.
NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
NEW_YORK = "America/New_York"


def connection(zone: str = NEW_YORK) -> Connection:
    return Connection("con", "acme", "example", "A1", "Demo", zone=zone)


def run(**more: datetime | None) -> Run:
    told = {"started_at": NOW, **more}
    return Run("run", "acme", "con", "example", Reason.SCHEDULE, **told)  # type: ignore[arg-type]


def test_today_is_the_accounts_today() -> None:
    assert calendar.day_in(NEW_YORK, NOW) == date(2026, 11, 20)
    assert calendar.day_in("Asia/Tokyo", NOW) == date(2026, 11, 21)
    newest = next(iter(calendar.windows(RULE, NEW_YORK, NOW, None, None)))
    assert newest[1] == date(2026, 11, 20)
    newest = next(iter(calendar.windows(replace(RULE, today=False), NEW_YORK, NOW, None, None)))
    assert newest[1] == date(2026, 11, 19)


def test_a_day_that_is_25_hours_long_ends_at_its_own_midnight() -> None:
    assert calendar.end_of(NEW_YORK, date(2026, 11, 1)) == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert calendar.end_of(NEW_YORK, date(2026, 10, 31)) == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_said() -> None:
    with pytest.raises(Bug, match="odd-zone"):
        calendar.zone_named("Europe/Atlantis")


@settings(deadline=None)
@given(
    size=st.integers(1, 40),
    history=st.integers(0, 200),
    shift=st.integers(0, 400),
    zone=st.sampled_from(["UTC", NEW_YORK, "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_windows_hold_every_day_once_and_keep_their_names(size: int, history: int, shift: int, zone: str) -> None:
    rule, now = replace(RULE, size=size, history=timedelta(days=history)), NOW + timedelta(days=shift)
    found = list(calendar.windows(rule, zone, now, None, None))
    days = [first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)]
    today = calendar.day_in(zone, now)
    assert sorted(days) == [today - timedelta(days=n) for n in range(history, -1, -1)]
    assert found == sorted(found, reverse=True), "newest first"
    assert all((last - first).days < size for first, last in found)
    # Tomorrow each of these windows has the same name, whatever part of it is read by then.
    names = {calendar.name_of(rule, day): {calendar.name_of(rule, other) for other in days} for day in days}
    assert len(set(names)) == len(found)
    assert all(calendar.as_days(*calendar.as_moments(each)) == each for each in found)


def test_windows_that_are_told_as_one_are_never_cut() -> None:
    whole = replace(RULE, whole=True, today=False)
    since, until = datetime(2026, 10, 20, 4, tzinfo=UTC), datetime(2026, 10, 24, 4, tzinfo=UTC)
    asked = list(calendar.windows(whole, NEW_YORK, NOW, since, until))
    every = list(calendar.windows(whole, NEW_YORK, NOW, None, None))
    assert asked == [(date(2026, 10, 18), date(2026, 10, 24))]
    assert set(asked) < set(every)
    assert all(first.toordinal() % 7 == 0 for first, _ in every)
    assert every[0] == (date(2026, 11, 15), date(2026, 11, 19)), "only the newest is not over yet"
    assert {(last - first).days for first, last in every[1:]} == {6}


def test_rows_of_a_window_that_is_told_as_one_take_its_first_day() -> None:
    stream = replace(DAILY, slices=replace(RULE, whole=True))
    part = SliceContext({}, {}, *calendar.as_moments((date(2026, 10, 18), date(2026, 10, 24))), NOW)
    request = request_for(PLATFORM, stream, part, {})
    found = read(PLATFORM, stream, part, {}, request, answer(200, {}, b'{"rows": [{"id": "1"}]}'))
    assert found.given == {"day": "2026-10-18"}
    cut = read(PLATFORM, DAILY, part, {}, request, answer(200, {}, b'{"rows": [{"id": "1"}]}'))
    assert cut.given == {}, "other rows must say their day themselves"


def test_a_window_is_read_until_its_numbers_stand_still() -> None:
    window = list(calendar.windows(RULE, NEW_YORK, NOW, None, None))[3]
    assert calendar.name_of(RULE, window[0]) == calendar.name_of(RULE, window[1])
    last = date.fromisoformat(calendar.name_of(RULE, window[0])) + timedelta(days=6)
    end = calendar.end_of(NEW_YORK, last) + RULE.look_back
    assert not calendar.is_final(RULE, NEW_YORK, window, None)
    assert not calendar.is_final(RULE, NEW_YORK, window, end - timedelta(seconds=1))
    assert calendar.is_final(RULE, NEW_YORK, window, end)


def test_the_first_run_reads_all_windows_and_the_next_only_what_still_moves() -> None:
    first = first_slices(PLATFORM, connection(), run(), {})
    assert len(first) == 9
    assert min(part.since for part in first if part.since).date() == date(2026, 9, 21)
    assert max(part.until for part in first if part.until).date() == date(2026, 11, 21), "the end is not part of it"
    read = {
        cursor_id("con", "daily", part.partition): Cursor("x", "acme", "con", "daily", part.partition, NOW, "run")
        for part in first
    }
    later = NOW + timedelta(days=1)
    again = first_slices(PLATFORM, connection(), run(started_at=later), read)
    # 28 days of look-back touch five windows; the four older ones are left alone.
    assert {part.partition for part in again} == {part.partition for part in first[:5]}
    lost = {name: cursor for name, cursor in read.items() if cursor.partition != first[-1].partition}
    mended = first_slices(PLATFORM, connection(), run(started_at=later), lost)
    assert first[-1].partition in {part.partition for part in mended}, "what failed once is read by the next run"


def test_a_connection_may_ask_for_less_of_the_past() -> None:
    short = replace(connection(), history_days=10)
    days = [calendar.as_days(p.since, p.until) for p in first_slices(PLATFORM, short, run(), {}) if p.since and p.until]
    assert min(first for first, _ in days) == date(2026, 11, 10)
    asked = run(since=datetime(2026, 9, 25, 12, tzinfo=UTC))
    assert len(first_slices(PLATFORM, short, asked, {})) == 9, "a backfill goes back as far as it is asked to"


def test_a_backfill_reads_its_days_whatever_is_settled() -> None:
    asked = run(since=datetime(2026, 10, 1, 12, tzinfo=UTC), until=datetime(2026, 10, 3, 12, tzinfo=UTC))
    read = {
        cursor_id("con", "daily", part.partition): Cursor("x", "acme", "con", "daily", part.partition, NOW, "run")
        for part in first_slices(PLATFORM, connection(), run(), {})
    }
    parts = first_slices(PLATFORM, connection(), asked, read)
    days = sorted(calendar.as_days(part.since, part.until) for part in parts if part.since and part.until)
    assert (days[0][0], days[-1][1]) == (date(2026, 10, 1), date(2026, 10, 3))


def test_children_have_windows_of_their_own() -> None:
    child = replace(DAILY, parent=Parent("things", {"thing_id": "id"}))
    one, other = (new_slices(PLATFORM, child, connection(), run(), {"thing_id": name}, {}) for name in "ab")
    assert len(one) == len(other) == 9
    assert len({part.id for part in one + other}) == 18


def test_windows_that_touch_are_swept_as_one() -> None:
    days = [(date(2026, 11, 8), date(2026, 11, 14)), (date(2026, 11, 1), date(2026, 11, 7)),
            (date(2026, 10, 1), date(2026, 10, 2))]  # fmt: skip
    joined = runs_of_days(calendar.as_moments(each) for each in days)
    assert joined == [(date(2026, 10, 1), date(2026, 10, 2)), (date(2026, 11, 1), date(2026, 11, 14))]
    one, other = (sweep_slice(run(), "daily", each) for each in joined)
    assert one.id != other.id
    assert other.since == datetime(2026, 11, 1, tzinfo=UTC)
    assert other.until == datetime(2026, 11, 15, tzinfo=UTC)


@settings(deadline=None)
@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 400))
def test_halves_hold_the_same_days(first: date, days: int) -> None:
    window = (first, first + timedelta(days=days))
    parts = calendar.halves(window)
    if days == 0:
        assert parts is None
        return
    assert parts is not None
    (a, b), (c, d) = parts
    assert (a, d) == window
    assert c == b + timedelta(days=1)
    assert a <= b < c <= d
