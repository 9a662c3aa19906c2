"""A campaign of Google Ads."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine  # noqa: F401
from tests.marts.golden import google
from tests.marts.lives.ads import check_ads, check_zones
from tests.marts.lives.august import BEFORE, TAKEN_BACK, Row, by_days, runs

pytestmark = pytest.mark.slow

ACCOUNT = {"connection_id": "g1", "account_id": "111"}
TABLE = "google_ads_campaign_daily"


def tell(day: date, cost: int, where: Row, campaign: str = "c1") -> Row:
    return google({**ACCOUNT, **where}, str(day), campaign, 100, 10, cost, 1, 2 * cost)


def test_a_month_of_google_ads(engine: Engine) -> None:  # noqa: F811
    rows, history = by_days(tell, tell(TAKEN_BACK, 5, BEFORE, "c2"))
    told_of = runs("g1", "google_ads", "campaign_daily", "111")
    ask = engine({TABLE: rows, "tributary_runs": told_of}, {TABLE: history})
    check_ads(ask)
    check_zones(ask)
