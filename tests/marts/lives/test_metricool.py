"""A brand of Metricool, with a profile of Instagram: the numbers of August are its views. There is no money."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.august import BEFORE, COVERED, MONDAYS, TAKEN_BACK, WEEK, WEEKS, Row, by_days, runs

pytestmark = pytest.mark.slow

TABLE = "metricool_instagram_timelines"


def tell(day: date, views: int, where: Row, subject: str = "account") -> Row:
    return {"connection_id": "mt", "account_id": "55", "account_zone": where["account_zone"], "day": str(day),
            "subject": subject, "metric": "views", "series": "views", "value": float(views)}  # fmt: skip


def test_a_month_of_metricool(engine: Engine) -> None:  # noqa: F811
    rows, history = by_days(tell, {**tell(TAKEN_BACK, 5, BEFORE), "series": "other"})
    told_of = runs("mt", "metricool", "instagram_timelines", "55")
    ask = engine({TABLE: rows, "tributary_runs": told_of}, {TABLE: history})
    assert told(ask("coverage_by_day"), "date", "state") == COVERED
    assert told(ask("week_over_week"), *WEEK, metric="metricool_views") == WEEKS
    zones = {(row["date"] < MONDAYS[3], row["time_zone"]) for row in ask("fact_social")}
    assert zones == {(True, "Europe/Berlin"), (False, "America/New_York")}
