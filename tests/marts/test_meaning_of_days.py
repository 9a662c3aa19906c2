"""What is covered, and what follows from it: a day that was read and has nothing is 0, one that was not read is not
known, one that is under way is not a day yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.golden import BERLIN, google

pytestmark = pytest.mark.slow

MONDAY = date(2026, 8, 3)
WEEK = timedelta(days=7)


def run(number: str, *days: tuple[str, str, str], state: str = "completed", **more: Any) -> dict[str, Any]:
    """A run of Google's campaigns by day that began at six, as `tell_run` tells it: first and last day, and proof."""
    row = {
        "connection_id": "g1", "run_id": number, "stream": "campaign_daily", "platform": "google_ads",
        "account_id": "111", "source_table": "google_ads_campaign_daily", "day": number[:10],
        "started_at": f"{number[:10]}T06:00:00Z", "finished_at": f"{number[:10]}T06:10:00Z", "state": state,
        "reason": "schedule", "proof": "equal", "account_zone": "Europe/Berlin", "rows_read": 90, "calls": 1,
        "days": [{"first": first, "last": last, "proof": proof} for first, last, proof in days],
    }  # fmt: skip
    return {name: value for name, value in {**row, **more}.items() if value is not None}


def spent(*days: date, amount: int = 100) -> list[dict[str, Any]]:
    return [google(BERLIN, str(day), "c1", 10, 1, amount, 0, 0) for day in days]


def days_of(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def test_each_day_says_whether_it_was_read_and_what_proves_it(engine: Engine) -> None:  # noqa: F811
    """Read in July but for three days that were refused; mended later but for one; and today at six in the morning."""
    runs = [
        run("2026-08-05", ("2026-07-30", "2026-07-31", "equal"), ("2026-08-04", "2026-08-05", "not given"),
            state="partly"),
        run("2026-08-06", ("2026-08-01", "2026-08-02", "differs"), ("2026-08-05", "2026-08-06", "equal")),
    ]  # fmt: skip
    ask = engine({"tributary_runs": runs})
    assert told(ask("coverage_by_day"), "date", "state", "run_id") == [
        (date(2026, 7, 30), "proved", "2026-08-05"),
        (date(2026, 7, 31), "proved", "2026-08-05"),
        (date(2026, 8, 1), "differs", "2026-08-06"),
        (date(2026, 8, 2), "differs", "2026-08-06"),
        (date(2026, 8, 3), "missing", None),
        (date(2026, 8, 4), "read", "2026-08-05"),
        (date(2026, 8, 5), "proved", "2026-08-06"),
        (date(2026, 8, 6), "under way", "2026-08-06"),
    ]


def test_a_run_that_read_in_part_is_never_just_equal_and_every_run_has_its_row(engine: Engine) -> None:  # noqa: F811
    """On one day: a backfill of 5,000 rows, a run of 90, and one that failed: 5,090 rows in 304 calls, on 52 pages."""
    runs = [
        run("2026-08-05-a", ("2024-01-01", "2024-01-31", "equal"), reason="backfill", rows_read=5000, calls=300,
            pages=50, covers_until="2024-01-31T23:00:00Z", started_at="2026-08-05T02:00:00Z"),
        run("2026-08-05-b", ("2026-08-04", "2026-08-05", "equal"), state="partly", calls=3, pages=2,
            covers_until="2026-08-05T06:00:00Z"),
        run("2026-08-05-c", state="failed", rows_read=0, proof="not given", days=None,
            started_at="2026-08-05T12:00:00Z"),
    ]  # fmt: skip
    ask = engine({"tributary_runs": runs})
    rows = ask("sync_status")
    assert told(rows, "run_id", "proof", "rows_read", "is_newest") == [
        ("2026-08-05-a", "equal", 5000, False),
        ("2026-08-05-b", "equal so far", 90, False),
        ("2026-08-05-c", "not given", 0, True),
    ]
    assert (sum(row["calls"] for row in rows), sum(row["pages"] or 0 for row in rows)) == (304, 52)
    age = (datetime.now(UTC) - datetime(2026, 8, 5, 6, tzinfo=UTC)).total_seconds() / 3600
    assert all(abs(row["hours_old"] - age) < 0.2 for row in rows), "the backfill of 2024 makes nothing fresh"


def test_a_week_without_numbers_has_a_row_and_one_that_was_not_read_is_unknown(engine: Engine) -> None:  # noqa: F811
    """700 a week, then paused for one, then 700 again; in the fourth a day could not be read."""
    days = [*days_of(MONDAY, 7), *days_of(MONDAY + 2 * WEEK, 7), *days_of(MONDAY + 3 * WEEK, 7)]
    lost = MONDAY + 3 * WEEK + timedelta(days=3)
    days.remove(lost)
    until, last = lost - timedelta(days=1), MONDAY + 4 * WEEK - timedelta(days=1)
    runs = [run("2026-09-05", (str(MONDAY), str(until), "equal"), (str(lost + timedelta(days=1)), str(last), "equal"))]
    ask = engine({"google_ads_campaign_daily": spent(*days), "tributary_runs": runs})
    weeks = told(
        ask("week_over_week"), "week", "days", "value", "value_before", "change", "change_share", metric="cost"
    )
    assert weeks == [
        (MONDAY, 7, 700, None, None, None),
        (MONDAY + WEEK, 7, 0, 700, -700, -1),
        (MONDAY + 2 * WEEK, 7, 700, 0, 700, None),
        (MONDAY + 3 * WEEK, 6, 600, 700, None, None),
    ]


def test_an_average_needs_seven_days_that_were_read(engine: Engine) -> None:  # noqa: F811
    """70 a day for three weeks; three days in the second were never read; the last was read at six in the morning."""
    days = days_of(MONDAY, 21)
    lost = days[8:11]
    rows = spent(*[day for day in days if day not in lost and day != days[-1]], amount=70) + spent(days[-1], amount=7)
    runs = [run(str(days[-1]), (str(MONDAY), str(days[7]), "equal"), (str(days[11]), str(days[-1]), "equal"))]
    ask = engine({"google_ads_campaign_daily": rows, "tributary_runs": runs})
    averages = dict(told(ask("moving_averages"), "date", "average_7d", metric="cost"))
    values = dict(told(ask("moving_averages"), "date", "value", metric="cost"))
    assert {day for day, average in averages.items() if average == 70} == {*days[6:8], *days[17:20]}
    assert set(averages.values()) == {70, None}
    assert [values[day] for day in lost] == [None] * 3
    assert (values[days[-1]], averages[days[-1]]) == (7, None)


def test_an_account_that_sells_on_some_days_has_averages_on_all(engine: Engine) -> None:  # noqa: F811
    days = days_of(MONDAY, 14)
    runs = [run("2026-09-05", (str(days[0]), str(days[-1]), "equal"))]
    ask = engine({"google_ads_campaign_daily": spent(days[0], days[7], amount=70), "tributary_runs": runs})
    averages = told(ask("moving_averages"), "date", "average_7d", metric="cost")
    assert averages == [*[(day, None) for day in days[:6]], *[(day, 10) for day in days[6:]]]
