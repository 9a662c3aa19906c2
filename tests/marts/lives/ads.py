"""What the life of an account of ads comes to, whichever platform it is of: the numbers of August are its cost."""

from __future__ import annotations

from tests.marts.engines import Ask, told
from tests.marts.lives.august import (
    CORRECTED,
    COVERED,
    EURO_WEEKS,
    LAST_WEEK,
    MONDAYS,
    POUND_WEEKS,
    TAKEN_BACK,
    WEEK,
)  # fmt: skip


def check_ads(ask: Ask) -> None:
    assert told(ask("coverage_by_day"), "date", "state") == COVERED
    weeks = told(ask("ads_by_week"), "week", "currency", "cost", "cost_converted", "rows_without_rate")
    assert weeks == [
        (MONDAYS[0], "EUR", 72, 72, 0),
        (MONDAYS[2], "EUR", 120, 120, 0),
        (MONDAYS[3], "GBP", 210, None, 7),
    ]
    compared = ask("week_over_week")
    assert told(compared, *WEEK, metric="cost", currency="EUR") == EURO_WEEKS
    assert told(compared, *WEEK, metric="cost", currency="GBP") == POUND_WEEKS
    averages = {
        row["date"]: row["average_7d"]
        for row in ask("moving_averages")
        if row["currency"] == "EUR" and row["metric"] == "cost"
    }
    assert [averages[monday] for monday in MONDAYS] == [None, round(62 / 7, 6), round(20 / 7, 6), None]
    lacking = [row for row in ask("missing_rates") if row["fact"] == "fact_ad_performance" and row["amount"]]
    assert told(lacking, "date", "currency", "rows_affected", "amount") == [(day, "GBP", 1, 30) for day in LAST_WEEK]
    moved = [row for row in ask("metric_history") if row["metric"] == "cost" and row["reason"] != "first reading"]
    assert told(moved, "date", "item_id", "value", "change", "reason") == [
        (CORRECTED, "c1", 12, 2, "restated"),
        (TAKEN_BACK, "c2", 0, -5, "no longer told"),
    ]


def check_zones(ask: Ask) -> None:
    """Where each row says in which zone its day was counted."""
    zones = {(row["date"] < MONDAYS[3], row["time_zone"]) for row in ask("fact_ad_performance")}
    assert zones == {(True, "Europe/Berlin"), (False, "America/New_York")}
