"""Ads: cost, conversions and what follows from them, with numbers added up by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.marts.conftest import OURS, THEIRS
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

FIRST, SATURDAY = date(2026, 9, 1), date(2026, 9, 5)


def test_a_row_for_each_ad_and_for_campaigns_without_ads(desk: MartsFixture) -> None:
    rows = desk.all(OURS, "fact_ad_performance", connection_id="g1", date=FIRST)
    told = {(row["level"], row["campaign_id"], row["ad_id"]): row["cost"] for row in rows}
    assert told == {("ad", "c1", "x1"): 10.0, ("ad", "c1", "x2"): 5.5, ("campaign", "c2", None): 4.5}, (
        "c1 is not counted again as a campaign; x9 is no longer told"
    )
    row = desk.one(OURS, "fact_ad_performance", connection_id="g1", ad_id="x1")
    del row["_line"], row["_page"], row["_synced_at"]
    assert row == {
        "workspace_id": desk.id(OURS), "connection_id": "g1", "platform": "google_ads", "account_id": "111",
        "time_zone": "Europe/Berlin", "date": FIRST, "level": "ad", "campaign_id": "c1", "ad_group_id": "s1",
        "ad_id": "x1", "impressions": 1000, "clicks": 50, "cost": 10.0, "conversions": 2.0, "conversion_value": 40.0,
        "conversions_by": "click", "currency": "EUR", "reporting_currency": "EUR",
        "cost_converted": 10.0, "conversion_value_converted": 40.0,
        "rate_date": FIRST,
    }  # fmt: skip


def test_a_row_names_the_page_and_line_that_it_came_from(desk: MartsFixture) -> None:
    row = desk.one(OURS, "fact_ad_performance", connection_id="g1", ad_id="x2")
    assert (row["_page"], row["_line"]) == (f"{desk.id(OURS)}/raw/google_ads_ad_daily/000000-0.ndjson.gz", 1)


def test_measures_follow_from_sums(desk: MartsFixture) -> None:
    """1,000 + 500 + 300 impressions, 50 + 10 + 9 clicks, 10 + 5.5 + 4.5 euro, 2 + 0.5 + 1 conversions worth 80."""
    row = desk.one(OURS, "ads_by_day", connection_id="g1", date=FIRST)
    assert (row["impressions"], row["clicks"], row["cost"], row["conversions"]) == (1800, 69, 20.0, 3.5)
    assert row["ctr"] == pytest.approx(0.0383333, abs=1e-7)
    assert row["cpc"] == pytest.approx(0.2898551, abs=1e-7)
    assert row["cpm"] == pytest.approx(11.1111111, abs=1e-6)
    assert row["cpa"] == pytest.approx(5.7142857, abs=1e-7)
    assert row["roas"] == pytest.approx(4.0)
    assert row["conversion_rate"] == pytest.approx(0.0507246, abs=1e-7)


def test_a_week_is_recomputed_and_never_averaged(desk: MartsFixture) -> None:
    """New York: 12 dollars for 24 in the first week, 6 for nothing in the third."""
    first, third = sorted(desk.all(OURS, "ads_by_week", connection_id="g2"), key=lambda row: str(row["week"]))
    assert (first["week"], first["days"], first["roas"], first["cpc"]) == (date(2026, 8, 31), 1, 2.0, 3.0)
    assert (third["week"], third["roas"], third["cpa"]) == (date(2026, 9, 14), 0.0, None), "no conversion: no price"


def test_the_same_purchase_under_three_types_counts_once(desk: MartsFixture) -> None:
    row = desk.one(OURS, "fact_ad_performance", platform="meta_ads", ad_id="x1")
    assert (row["cost"], row["conversions"], row["conversion_value"], row["time_zone"]) == (
        8.0,
        3,
        60.0,
        "Europe/London",
    )
    assert desk.one(OURS, "fact_ad_performance", platform="meta_ads", ad_id="x2")["conversions"] == 0


def test_amazons_orders_after_clicks_within_14_days(desk: MartsFixture) -> None:
    rows = {row["campaign_id"]: row for row in desk.all(OURS, "fact_ad_performance", platform="amazon_ads")}
    told = {
        name: (row["level"], row["cost"], row["conversions"], row["conversion_value"]) for name, row in rows.items()
    }
    assert told == {"c1": ("ad", 2.5, 1.0, 25.0), "b1": ("campaign", 1.25, 1.0, 15.0)}


def test_reach_is_told_level_by_level(desk: MartsFixture) -> None:
    rows = desk.all(OURS, "ad_reach", platform="meta_ads")
    assert {(row["level"], row["ad_id"]): row["reach"] for row in rows} == {
        ("campaign", None): 1550, ("ad", "x1"): 1500, ("ad", "x2"): 100
    }  # fmt: skip


def test_amounts_are_converted_at_the_rate_of_their_day(desk: MartsFixture) -> None:
    """A Saturday takes Friday's rate: 12 / 1.20. Tuesday: (2.50 + 1.25) / 1.25."""
    saturday = desk.one(OURS, "fact_ad_performance", connection_id="g2", date=SATURDAY)
    assert (saturday["cost"], saturday["currency"], saturday["reporting_currency"]) == (12.0, "USD", "EUR")
    assert (saturday["cost_converted"], saturday["rate_date"]) == (pytest.approx(10.0), date(2026, 9, 4))
    amazon = desk.one(OURS, "ads_by_day", platform="amazon_ads")
    assert (amazon["cost"], amazon["cost_converted"]) == (3.75, pytest.approx(3.0))


def test_from_one_foreign_currency_into_another(desk: MartsFixture) -> None:
    """To the neighbours, who count in dollars, 10 euro of Berlin are 12.50, by way of 1.25 dollars for a euro."""
    row = desk.one(THEIRS, "fact_ad_performance", connection_id="g1", ad_id="x1")
    assert (row["reporting_currency"], row["cost_converted"]) == ("USD", pytest.approx(12.5))
    (yen,) = desk.all(THEIRS, "exchange_rates", currency="JPY", date=FIRST)
    assert 3200 * yen["reporting_per_euro"] / yen["currency_per_euro"] == pytest.approx(25.0)


def test_what_has_no_rate_is_neither_dropped_nor_added(desk: MartsFixture) -> None:
    """No rate is known for pounds, and none is younger than a week on 20 September."""
    late = desk.one(OURS, "fact_ad_performance", connection_id="g2", date=date(2026, 9, 20))
    assert (late["cost"], late["cost_converted"], late["rate_date"]) == (6.0, None, None)
    assert desk.one(OURS, "ads_by_day", platform="meta_ads")["cost_converted"] is None
    missing = {(row["platform"], row["currency"]): (row["rows_affected"], row["amount"])
               for row in desk.all(OURS, "missing_rates", fact="fact_ad_performance")}  # fmt: skip
    assert missing == {("meta_ads", "GBP"): (2, 8.5), ("google_ads", "USD"): (1, 6.0)}


def test_a_table_of_rates_that_somebody_else_fills_multiplies_and_divides_nothing(desk: MartsFixture) -> None:
    """It may name the euro, and a currency that is worth nothing."""
    before = desk.all(OURS, "fact_ad_performance")
    desk.rates({("EUR", "2026-09-01"): "1", ("GBP", "2026-09-01"): "0"})
    try:
        after = desk.all(OURS, "fact_ad_performance")
        assert sorted(map(repr, after)) == sorted(map(repr, before))
        rates = desk.all(THEIRS, "exchange_rates")
        assert len({(row["date"], row["currency"]) for row in rates}) == len(rates)
    finally:
        gone = "DELETE FROM tributary.exchange_rates WHERE currency IN ('EUR', 'GBP')"
        desk.stores.bigquery.query(gone).result()


def test_campaigns_bear_their_newest_name_and_stay_when_they_are_gone(desk: MartsFixture) -> None:
    rows = {row["campaign_id"]: row for row in desk.all(OURS, "dim_campaigns", connection_id="g1")}
    assert {name: (row["name"], row["is_gone"]) for name, row in rows.items()} == {
        "c1": ("Autumn, renamed", False), "c2": ("Max", True), "c3": ("Late summer", True)
    }  # fmt: skip
    row = desk.one(OURS, "ads_by_campaign", connection_id="g1", campaign_id="c1", date=FIRST)
    assert (row["campaign_name"], row["cost"]) == ("Autumn, renamed", 15.5)
    late = desk.all(OURS, "ads_by_campaign", connection_id="g1", campaign_id="c3")
    assert [row["campaign_name"] for row in late] == ["Late summer"] * 2


def test_accounts_of_the_same_ids_stay_apart(desk: MartsFixture) -> None:
    accounts = {row["connection_id"]: row for row in desk.all(OURS, "dim_accounts", platform="google_ads")}
    assert {name: (row["time_zone"], row["currency"]) for name, row in accounts.items()} == {
        "g1": ("Europe/Berlin", "EUR"), "g2": ("America/New_York", "USD")
    }  # fmt: skip
    assert desk.one(OURS, "dim_campaigns", connection_id="g2")["name"] == "Fall"


def test_rates_loaded_again_change_nothing_and_corrections_replace(desk: MartsFixture) -> None:
    asked = "SELECT COUNT(*) AS n, MAX(per_euro) AS most FROM tributary.exchange_rates WHERE currency = 'JPY'"
    assert desk.ask(OURS, asked) == [{"n": 1, "most": 160.0}]
    for units in ("160", "161.5"):
        desk.rates({("JPY", "2026-09-01"): units})
        assert desk.ask(OURS, asked) == [{"n": 1, "most": float(units)}]
    desk.rates({("JPY", "2026-09-01"): "160"})
