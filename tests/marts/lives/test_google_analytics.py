"""A property of Google Analytics: the numbers of August are its revenue, with three visits for each euro."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.august import (
    BEFORE,
    CORRECTED,
    COVERED,
    EURO_WEEKS,
    LAST_WEEK,
    MONDAYS,
    POUND_WEEKS,
    TAKEN_BACK,
    WEEK,
    Row,
    by_days,
    runs,
)  # fmt: skip

pytestmark = pytest.mark.slow

TABLE, OVERVIEW = "google_analytics_traffic_acquisition", "google_analytics_daily_overview"


def tell(day: date, revenue: int, where: Row, channel: str = "Email") -> Row:
    return {
        "connection_id": "ga", "account_id": "7", **where, "date": str(day), "channel_group": channel, "source": "s",
        "medium": "m", "campaign_id": "", "campaign_name": "", "sessions": 3 * revenue, "engaged_sessions": revenue,
        "key_events": 1.0, "total_revenue": f"{revenue}.00",
    }  # fmt: skip


def overview(day: date, revenue: int, read_on: str) -> Row:
    return {"connection_id": "ga", "account_id": "7", **BEFORE, "date": str(day), "sessions": 3 * revenue,
            "key_events": 1.0, "total_revenue": f"{revenue}.00", "_synced_at": f"{read_on}T10:00:00Z"}  # fmt: skip


def test_a_month_of_google_analytics(engine: Engine) -> None:  # noqa: F811
    rows, history = by_days(tell, tell(TAKEN_BACK, 5, BEFORE, "Display"))
    readings = [overview(CORRECTED, 10, "2026-08-06"), overview(CORRECTED, 12, "2026-08-08")]
    told_of = runs("ga", "google_analytics", "traffic_acquisition", "7")
    raw = {TABLE: rows, OVERVIEW: readings[1:], "tributary_runs": told_of}
    ask = engine(raw, {TABLE: history, OVERVIEW: readings})
    assert told(ask("coverage_by_day"), "date", "state") == COVERED
    compared = ask("week_over_week")
    assert told(compared, *WEEK, metric="web_revenue", currency="EUR") == EURO_WEEKS
    assert told(compared, *WEEK, metric="web_revenue", currency="GBP") == POUND_WEEKS
    sessions = [(week, days, value) for week, days, value in told(compared, "week", "days", "value", metric="sessions")]
    assert sessions == [(MONDAYS[0], 7, 216), (MONDAYS[1], 7, 0), (MONDAYS[2], 6, 360), (MONDAYS[3], 7, 630)]
    last = [row for row in ask("web_by_day") if row["date"] in LAST_WEEK]
    assert {(row["revenue"], row["revenue_converted"], row["rows_without_rate"]) for row in last} == {(30, None, 1)}
    moved = [row for row in ask("metric_history") if row["reason"] != "first reading"]
    assert told(moved, "date", "value", "change", "reason", metric="revenue") == [(CORRECTED, 12, 2, "restated")]
    zones = {(row["date"] < MONDAYS[3], row["time_zone"]) for row in ask("fact_web_traffic")}
    assert zones == {(True, "Europe/Berlin"), (False, "America/New_York")}
