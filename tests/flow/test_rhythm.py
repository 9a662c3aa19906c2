"""A connection's own rhythm: what can be said, and when the tick then asks for a sync."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.messages import Tick
from shared.model import Connection
from shared.states import Schedule
from shared.sync.rhythm import Unreadable, following, read
from tests.flow.pipeline import TINY, Pipeline

MONDAY = datetime(2026, 8, 31, 12, tzinfo=UTC)
OURS = Connection("c", "w", "mailchimp", "1", "One", zone="Europe/Vienna", schedule=Schedule.DAILY)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("every 6 hours", "every 6 hours"),
        ("Every  12 Hours", "every 12 hours"),
        ("every 1 hour", "every hour"),
        ("every 1 hours", "every hour"),
        ("every hour", "every hour"),
        ("every 168 hours", "every 168 hours"),
        ("thu, Mon", "monday, thursday at 05:00"),
        ("saturday sunday at 6:30", "saturday, sunday at 06:30"),
        ("wednesday at 00:00", "wednesday at 00:00"),
    ],
)
def test_a_rhythm_is_kept_in_one_way_of_saying_it(said: str, kept: str) -> None:
    assert str(read(said)) == kept
    assert str(read(kept)) == kept


@pytest.mark.parametrize(
    "said",
    ["", "every 0 hours", "every 169 hours", "every hours", "every 6 days", "someday", "mo", "monday, x", ", ", "ø",
     "monday at 24:00", "monday at 5", "monday at 05:60", "at 05:00", "every 9999 hours", "monday\x00"],
    ids=ascii,
)  # fmt: skip
def test_anything_else_is_none(said: str) -> None:
    with pytest.raises(Unreadable, match="every N hours"):
        read(said)


def when(rhythm: str, due: datetime, now: datetime, zone: str = "Europe/Vienna") -> datetime | None:
    return following(replace(OURS, rhythm=rhythm, zone=zone), due, now)


def test_hours_are_counted_from_when_it_was_due_and_what_was_missed_is_made_good_once() -> None:
    late = MONDAY + timedelta(minutes=2)
    assert when("every 6 hours", MONDAY, late) == MONDAY + timedelta(hours=6)
    assert when("every 6 hours", MONDAY, MONDAY + timedelta(days=2)) == MONDAY + timedelta(days=2)


def test_days_of_the_week_are_those_of_the_account() -> None:
    """When it is noon in UTC it is nearly Tuesday in Auckland, and five in the morning there is the evening before."""
    assert when("monday, thursday", MONDAY, MONDAY) == datetime(2026, 9, 3, 3, tzinfo=UTC)
    assert when("tuesday", MONDAY, MONDAY, "Pacific/Auckland") == datetime(2026, 8, 31, 17, tzinfo=UTC)
    assert when("monday at 15:00", MONDAY, MONDAY) == MONDAY + timedelta(hours=1)
    assert when("monday at 14:00", MONDAY, MONDAY) == MONDAY + timedelta(days=7), "the moment itself is over"
    assert when("monday", MONDAY, MONDAY + timedelta(days=30)) == datetime(2026, 10, 5, 3, tzinfo=UTC)


def test_a_clock_that_is_put_back_changes_the_moment_and_not_the_hour() -> None:
    before, after = (
        when("sunday", day, day) for day in (datetime(2026, 10, 17, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC))
    )
    assert (before, after) == (datetime(2026, 10, 18, 3, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC))


def test_a_zone_that_nobody_knows_keeps_no_tick_from_going_on() -> None:
    assert when("tuesday", MONDAY, MONDAY, "Nowhere/Here") == datetime(2026, 9, 1, 5, tzinfo=UTC)


def test_what_a_later_release_says_is_read_as_the_schedule_beside_it() -> None:
    assert when("each full moon", MONDAY, MONDAY) == MONDAY + timedelta(days=1)
    assert following(replace(OURS, schedule=Schedule.STANDARD), MONDAY, MONDAY) is None
    assert following(replace(OURS, schedule=Schedule.HOURLY), MONDAY, MONDAY) == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("rhythm", "moments"),
    [
        ("every 6 hours", ["2026-09-01T12:00", "2026-09-01T18:00"]),
        ("thursday, saturday at 08:00", ["2026-09-03T08:00", "2026-09-05T08:00"]),
        ("tuesday", ["2026-09-08T05:00", "2026-09-15T05:00"]),
    ],
)
def test_the_tick_asks_when_it_is_due_and_not_before(rhythm: str, moments: list[str]) -> None:
    """It is a Tuesday, six in the morning."""
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    machine, where = world.machine, f"workspaces/demo/connections/{world.connection.id}"
    first = datetime.fromisoformat(f"{moments[0]}+00:00")
    kept = {"schedule": "daily", "rhythm": rhythm, "zone": "UTC", "next_sync_at": first}
    machine.documents.set(where, {**machine.documents.get(where), **kept})

    def runs_at(moment: datetime) -> int:
        world.clock.forward(seconds=(moment - world.clock.now()).total_seconds())
        machine.bus.publish(Tick())
        machine.settle()
        return int(machine.documents.count("workspaces/demo/runs", ("reason", "==", "schedule")))

    for number, text in enumerate(moments):
        moment = datetime.fromisoformat(f"{text}+00:00")
        assert runs_at(moment - timedelta(minutes=1)) == number, "too early"
        assert runs_at(moment) == number + 1
