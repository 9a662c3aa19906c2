"""A campaign of Amazon's Sponsored Products."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.ads import check_ads, check_zones
from tests.marts.lives.august import BEFORE, MONDAYS, TAKEN_BACK, Row, by_days, runs

pytestmark = pytest.mark.slow

TABLE = "amazon_ads_sp_campaigns_daily"


def tell(day: date, cost: int, where: Row, campaign: str = "c1") -> Row:
    """Orders of the 14 days after a click count, and not those of 30."""
    return {
        "connection_id": "a1", "account_id": "p1", **where, "date": str(day), "campaign_id": campaign,
        "impressions": 100, "clicks": 10, "cost": f"{cost}.00", "purchases_14d": 1, "sales_14d": f"{2 * cost}.00",
        "purchases_30d": 9, "sales_30d": "999.00",
    }  # fmt: skip


def test_a_month_of_amazon_ads(engine: Engine) -> None:  # noqa: F811
    rows, history = by_days(tell, tell(TAKEN_BACK, 5, BEFORE, "c2"))
    told_of = runs("a1", "amazon_ads", "sp_campaigns_daily", "p1")
    ask = engine({TABLE: rows, "tributary_runs": told_of}, {TABLE: history})
    check_ads(ask)
    check_zones(ask)
    orders = told(ask("ads_by_week"), "week", "conversions", "conversion_value", "roas")
    assert orders == [(MONDAYS[0], 7, 144, 2), (MONDAYS[2], 6, 240, 2), (MONDAYS[3], 7, 420, 2)]
