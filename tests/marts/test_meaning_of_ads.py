"""What numbers of ads mean, with rows as the platforms send them and sums done by hand: none is not unknown, a campaign
is worth what its platform says of it, and amounts of two currencies are not one amount."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from infra.tools import dictionary
from shared.marts.files import all_marts
from shared.warehouse.schema import describe
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.golden import AMAZON, BERLIN, META, NEW_YORK, google, results

pytestmark = pytest.mark.slow

MONDAY = date(2026, 8, 31)
ACCOUNT = {"meta_ads_ad_account": [{"connection_id": "m1", "account_id": "99", "timezone_name": "Europe/Berlin",
                                    "currency": "EUR"}]}  # fmt: skip


def meta(day: date, spend: str, bought: int = 0) -> dict[str, Any]:
    """As Meta sends it: a day without purchases has none of them among its actions."""
    row = {**META, "account_currency": "EUR", "date_start": str(day), "campaign_id": "c1", "impressions": 1000}
    row |= {"clicks": 50, "spend": spend, "actions": [{"action_type": "link_click", "value": "50"}]}
    if bought:
        row |= {"actions": results("link_click", str(bought)), "action_values": results("add_to_cart", f"{bought}00")}
    return row


def two_weeks() -> dict[str, list[dict[str, Any]]]:
    """700 a week; 21 purchases of 100 each in the first, and none in the second."""
    days = [MONDAY + timedelta(days=number) for number in range(14)]
    rows = [meta(day, "100.00", 3 if day < MONDAY + timedelta(days=7) else 0) for day in days]
    return {**ACCOUNT, "meta_ads_insights_campaign_daily": rows}


def test_no_purchases_are_none_and_not_unknown(engine: Engine) -> None:  # noqa: F811
    ask = engine(two_weeks())
    weeks = told(ask("ads_by_week"), "week", "cost", "conversions", "conversion_value", "roas", "cpa")
    assert weeks == [
        (MONDAY, 700, 21, 2100, 3, round(700 / 21, 6)),
        (MONDAY + timedelta(days=7), 700, 0, 0, 0, None),
    ]
    fall = told(ask("week_over_week"), "week", "value", "value_before", "change", "change_share", metric="conversions")
    assert fall[1] == (MONDAY + timedelta(days=7), 0, 21, -21, -1)
    averages = told(ask("moving_averages"), "date", "average_7d", metric="conversions")
    assert averages[-1] == (MONDAY + timedelta(days=13), 0)


@pytest.mark.parametrize(("zone", "behind"), [("Europe/Berlin", "+01:00"), ("America/New_York", "-05:00"),
                                              ("Australia/Sydney", "+11:00")])  # fmt: skip
def test_a_campaign_begins_and_ends_on_days_of_its_account(engine: Engine, zone: str, behind: str) -> None:  # noqa: F811
    """From 2 to 31 January by the clock of the account."""
    days_of_a_campaign(engine, zone, behind)


@pytest.mark.parametrize("engine", ["googlesql"], indirect=True)  # the stand-in fails where SAFE.DATE is empty
def test_a_campaign_in_a_zone_that_nobody_knows_has_days_of_greenwich(engine: Engine) -> None:  # noqa: F811
    days_of_a_campaign(engine, "Mars/Crater", "+00:00")


def days_of_a_campaign(engine: Engine, zone: str, behind: str) -> None:  # noqa: F811
    first, last = f"2026-01-02T00:00:00{behind}", f"2026-01-31T23:59:59{behind}"
    ask = engine({
        "google_ads_campaigns": [{"connection_id": "g1", "account_id": "111", "account_zone": zone,
                                  "campaign_id": "c1", "name": "Sale", "starts_at": first, "ends_at": last}],
        "meta_ads_ad_account": [{"connection_id": "m1", "account_id": "99", "timezone_name": zone}],
        "meta_ads_campaigns": [{"connection_id": "m1", "account_id": "99", "id": "c2", "name": "Sale",
                                "start_time": first, "stop_time": last},
                               {"connection_id": "m1", "account_id": "99", "id": "c3", "name": "For ever"}],
        "amazon_ads_sp_campaigns": [{"connection_id": "a1", "account_id": "7", "campaign_id": "c4", "name": "Sale",
                                     "start_date": "2026-01-02", "end_date": "2026-01-31"}],
    })  # fmt: skip
    january = (date(2026, 1, 2), date(2026, 1, 31))
    assert told(ask("dim_campaigns"), "campaign_id", "starts_on", "ends_on") == [
        ("c1", *january), ("c2", *january), ("c3", None, None), ("c4", *january)
    ]  # fmt: skip


def test_each_row_says_of_which_day_its_conversions_are(engine: Engine) -> None:  # noqa: F811
    """A click on Monday, the purchase on Thursday. Google and Amazon tell it on Monday, beside what the click cost;
    Meta, since 10 June 2025, on Thursday, where nothing was spent."""
    thursday = MONDAY + timedelta(days=3)
    ask = engine({
        **ACCOUNT,
        "google_ads_campaign_daily": [google(BERLIN, str(MONDAY), "c1", 100, 1, 5, 1, 60)],
        "amazon_ads_sp_campaigns_daily": [{**AMAZON, "date": str(MONDAY), "campaign_id": "c1", "impressions": 100,
                                           "clicks": 1, "cost": "5", "purchases_14d": 1, "sales_14d": "60"}],
        "meta_ads_insights_campaign_daily": [meta(MONDAY, "5"), {**meta(thursday, "0", 1), "clicks": 0}],
    })  # fmt: skip
    days = [
        ("amazon_ads", MONDAY, 1, "click"), ("google_ads", MONDAY, 1, "click"),
        ("meta_ads", MONDAY, 0, "conversion"), ("meta_ads", thursday, 1, "conversion"),
    ]  # fmt: skip
    for mart in ("fact_ad_performance", "ads_by_day", "ads_by_campaign"):
        assert told(ask(mart), "platform", "date", "conversions", "conversions_by") == days, mart
    weeks = [("amazon_ads", 1, "click"), ("google_ads", 1, "click"), ("meta_ads", 1, "conversion")]
    assert told(ask("ads_by_week"), "platform", "conversions", "conversions_by") == weeks


def test_a_campaign_comes_to_what_its_platform_says_of_it(engine: Engine) -> None:  # noqa: F811
    """Ads that were read at six, and their campaign once more at night: 3 of 10. One ad with a late conversion and no
    cost beside a campaign of 500. Ads that come to their campaign have no rest, and a campaign without ads is whole."""
    ads = [
        google(BERLIN, "2026-09-01", "c1/s1/x1", 300, 3, 3, 1, 30),
        google(BERLIN, "2026-09-01", "c2/s1/x2", 0, 0, 0, 1, 20),
        google(BERLIN, "2026-09-01", "c3/s1/x3", 100, 1, 4, 0.1, 1),
        google(BERLIN, "2026-09-01", "c3/s1/x4", 100, 1, 4, 0.2, 1),
        google(BERLIN, "2026-09-01", "c5/s1/x5", 10, 1, 2, 0, 0),
    ]
    campaigns = [
        google(BERLIN, "2026-09-01", "c1", 1000, 10, 10, 2, 60, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c2", 9000, 90, 500, 41, 820),
        google(BERLIN, "2026-09-01", "c3", 200, 2, 8, 0.3, 2),
        google(BERLIN, "2026-09-01", "c4", 50, 5, 7, 0, 0),
    ]
    ask = engine({"google_ads_ad_daily": ads, "google_ads_campaign_daily": campaigns})
    rows = ask("fact_ad_performance")
    columns = ("campaign_id", "level", "ad_id", "impressions", "clicks", "cost", "conversions", "conversion_value")
    assert told(rows, *columns) == [
        ("c1", "ad", "x1", 300, 3, 3, 1, 30),
        ("c1", "rest", None, 700, 7, 7, 1, 30),
        ("c2", "ad", "x2", 0, 0, 0, 1, 20),
        ("c2", "rest", None, 9000, 90, 500, 40, 800),
        ("c3", "ad", "x3", 100, 1, 4, 0.1, 1),
        ("c3", "ad", "x4", 100, 1, 4, 0.2, 1),
        ("c4", "campaign", None, 50, 5, 7, 0, 0),
        ("c5", "ad", "x5", 10, 1, 2, 0, 0),
    ]
    day = told(ask("ads_by_day"), "cost", "conversions", "impressions")
    assert day == [(10 + 500 + 8 + 7 + 2, 43.3, 10260)]
    beside = told(ask("ads_beside_campaigns"), "campaign_id", "campaign_cost", "ads_cost", "rest_cost", "rest_share")
    assert beside == [("c1", 10, 3, 7, 0.7), ("c2", 500, 0, 500, 1)]
    rest = ("ads", "rest_impressions", "rest_clicks", "rest_conversions", "rest_conversion_value")
    assert told(ask("ads_beside_campaigns"), *rest) == [(1, 700, 7, 1, 30), (1, 9000, 90, 40, 800)]


def test_campaigns_that_no_report_tells_are_named_with_what_they_may_spend(engine: Engine) -> None:  # noqa: F811
    """Amazon's reports leave out old Sponsored Brands campaigns, without a word."""
    listed = [
        {**AMAZON, "campaign_id": "old", "name": "Brand 2019", "state": "ENABLED", "budget": "40.00",
         "budget_type": "DAILY", "is_multi_ad_groups_enabled": False},
        {**AMAZON, "campaign_id": "new", "name": "Brand", "state": "ENABLED", "budget": "50.00",
         "budget_type": "DAILY", "is_multi_ad_groups_enabled": True},
    ]  # fmt: skip
    ask = engine({"amazon_ads_sb_campaigns": listed})
    assert told(ask("ads_not_told"), "campaign_id", "campaign_name", "status", "budget", "budget_type") == [
        ("old", "Brand 2019", "ENABLED", 40, "DAILY")
    ]


def test_sums_of_converted_amounts_say_how_many_rows_they_lack(engine: Engine) -> None:  # noqa: F811
    """125 dollars on four days: the newest rate, 1.20 of 4 September, holds until the 10th."""
    rows = [google(NEW_YORK, f"2026-09-{day:02}", "c1", 10, 1, 125, 0, 0) for day in (9, 10, 11, 12)]
    ask = engine({"google_ads_campaign_daily": rows})
    days = told(ask("ads_by_day"), "date", "cost_converted", "rows_without_rate")
    assert [(amount, lacking) for _, amount, lacking in days] == [
        (104.166667, 0),
        (104.166667, 0),
        (None, 1),
        (None, 1),
    ]
    weeks = told(ask("ads_by_week"), "cost", "cost_converted", "rows_without_rate")
    assert weeks == [(500, None, 2)]


def test_amounts_add_up_within_a_currency_and_counts_everywhere() -> None:
    marts = {mart.name: {column.name: describe(column) for column in mart.columns} for mart in all_marts()}
    fact = marts["fact_ad_performance"]
    assert fact["cost_converted"].endswith("(may be added up within a currency)")
    assert fact["clicks"].endswith("(may be added up)")
    page, listed = dictionary.dictionary(), dictionary.sources()
    assert "| `cost_converted` | NUMERIC | yes, within a currency |" in page
    assert "| `cost_converted` | NUMERIC | yes |" not in page
    assert "in reporting_currency (empty: no rate is known) (may be added up within a currency)" in listed
