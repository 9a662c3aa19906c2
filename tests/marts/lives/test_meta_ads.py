"""A campaign of Meta Ads. Its rows name no zone, so all of them have the one that the account has today."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.golden import results
from tests.marts.lives.ads import check_ads
from tests.marts.lives.august import AFTER, BEFORE, LAST_WEEK, TAKEN_BACK, Row, by_days, runs

pytestmark = pytest.mark.slow

TABLE = "meta_ads_insights_campaign_daily"
ACCOUNT = {"meta_ads_ad_account": [{"connection_id": "m1", "account_id": "99", "currency": AFTER["account_currency"],
                                    "timezone_name": AFTER["account_zone"]}]}  # fmt: skip


def tell(day: date, cost: int, where: Row, campaign: str = "c1") -> Row:
    """Purchases on the last day only: of those without, Meta tells nothing."""
    row = {
        "connection_id": "m1", "account_id": "99", "account_currency": where["account_currency"],
        "date_start": str(day), "campaign_id": campaign, "impressions": 100, "clicks": 10, "spend": f"{cost}.00",
        "actions": [{"action_type": "link_click", "value": "10"}],
    }  # fmt: skip
    if day == LAST_WEEK[-1]:
        row |= {"actions": results("link_click", "2"), "action_values": results("add_to_cart", "60.00")}
    return row


def test_a_month_of_meta_ads(engine: Engine) -> None:  # noqa: F811
    rows, history = by_days(tell, tell(TAKEN_BACK, 5, BEFORE, "c2"))
    told_of = runs("m1", "meta_ads", "insights_campaign_daily", "99")
    ask = engine({**ACCOUNT, TABLE: rows, "tributary_runs": told_of}, {TABLE: history})
    check_ads(ask)
    assert {row["time_zone"] for row in ask("fact_ad_performance")} == {"America/New_York"}
    bought = told(ask("ads_by_week"), "conversions", "conversion_value", "roas")
    assert bought == [(0, 0, 0), (0, 0, 0), (2, 60, round(60 / 210, 6))]
