"""Measures over time: averages over seven days and weeks beside each other, worked out from the days again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from tests.marts.conftest import EMPTY
from tests.marts.golden import BERLIN, NEW_YORK, google
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

FIRST = date(2026, 8, 27)  # a Thursday
Course = Mapping[date, int]


@pytest.fixture(scope="module")
def clicks(empty: MartsFixture) -> dict[str, Course]:
    """Of two accounts with the same campaigns; on some days nothing is told, for the second for more than a week."""
    dice, found = random.Random(3), dict[str, Course]()
    rows = []
    for owner, gap in ((BERLIN, range(9, 11)), (NEW_YORK, range(6, 20))):
        days = [FIRST + timedelta(days=number) for number in range(24) if number not in gap and dice.random() < 0.9]
        course = {day: dice.randint(1, 99) for day in days}
        for day, number in course.items():
            first = dice.randint(0, number)
            rows += [google(owner, str(day), "c1", 100, first, 1, 0, 0)]
            rows += [google(owner, str(day), "c2", 100, number - first, 1, 0, 0)]
        found[owner["connection_id"]] = course
    empty.hold(EMPTY, "raw", {"google_ads_campaign_daily": rows})
    return found


def test_an_average_is_of_seven_days_those_without_a_row_included(
    empty: MartsFixture, clicks: dict[str, Course]
) -> None:
    """No run tells which days were read, so all are from the first to the last that has numbers."""
    rows = empty.all(EMPTY, "moving_averages", metric="clicks")
    told = {(row["connection_id"], row["date"]): (row["value"], row["average_7d"]) for row in rows}
    wanted = {}
    for connection, course in clicks.items():
        for day in span(course):
            week = [course.get(day - timedelta(days=number), 0) for number in range(7)]
            known = day - min(course) >= timedelta(days=6)
            wanted[connection, day] = (course.get(day, 0), pytest.approx(sum(week) / 7) if known else None)
    assert told == wanted
    assert len(told) == len(rows)


def test_a_week_stands_beside_the_week_before_if_both_are_whole(empty: MartsFixture, clicks: dict[str, Course]) -> None:
    rows = empty.all(EMPTY, "week_over_week", metric="clicks")
    names = ("days", "value", "value_before", "change")
    told = {(row["connection_id"], row["week"]): tuple(row[name] for name in names) for row in rows}
    wanted = {}
    for connection, course in clicks.items():
        weeks: dict[date, list[int]] = {}
        for day in span(course):
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(course.get(day, 0))
        for week, values in weeks.items():
            before = weeks.get(week - timedelta(days=7), [])
            known = sum(before) if len(before) == 7 else None
            change = sum(values) - known if known is not None and len(values) == 7 else None
            wanted[connection, week] = (len(values), sum(values), known, change)
    assert told == wanted
    assert len(told) == len(rows)
    assert 0 in {value for _, value, _, _ in told.values()}, "a whole week without numbers has its row"
    for row in rows:
        if row["value_before"] and row["change"] is not None:
            assert row["change_share"] == pytest.approx(row["change"] / row["value_before"])


def span(course: Course) -> list[date]:
    first, last = min(course), max(course)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
