"""Web sites, shops, profiles, days, and measures over time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.marts.conftest import OURS
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

FIRST = date(2026, 9, 1)


def test_visits_by_channel(desk: MartsFixture) -> None:
    """100 dollars at 1.25 for a euro; 40 of 80 sessions engaged, 4 key events in them."""
    row = desk.one(OURS, "web_by_day", channel_group="Paid")
    assert (row["sessions"], row["revenue"], row["revenue_converted"]) == (80, 100.0, pytest.approx(80.0))
    assert (row["engagement_rate"], row["key_event_rate"], row["revenue_per_session"]) == (0.5, 0.05, 1.25)
    fact = desk.all(OURS, "fact_web_traffic", date=FIRST)
    assert (sum(row["sessions"] for row in fact), sum(row["key_events"] for row in fact)) == (100, 5.0)


def test_people_are_told_for_a_day_alone(desk: MartsFixture) -> None:
    row = desk.one(OURS, "web_users")
    assert (row["active_users"], row["total_users"], row["new_users"], row["purchasers"]) == (90, 95, 10, 1)


def test_orders_refunds_and_cancellations_on_their_own_days(desk: MartsFixture) -> None:
    """o1 for 100, of which 30 went back at half past midnight in Berlin; o2 for 50, cancelled unpaid; o3 is a test."""
    rows = desk.all(OURS, "fact_commerce")
    told = sorted((row["kind"], row["order_id"], str(row["date"]), row["gross"], row["net"]) for row in rows)
    assert told == [
        ("cancellation", "o2", "2026-09-03", 0, -50.0),
        ("order", "o1", "2026-09-01", 100.0, 100.0),
        ("order", "o2", "2026-09-01", 50.0, 50.0),
        ("refund", "o1", "2026-09-06", 0, -30.0),
    ]
    assert sum(row["net"] for row in rows) == 70.0, "what the shop has of all this"
    order = desk.one(OURS, "fact_commerce", kind="order", order_id="o1")
    assert (order["goods"], order["discounts"], order["shipping"], order["tax"]) == (80.0, 10.0, 5.0, 15.0)


def test_average_order_value(desk: MartsFixture) -> None:
    """Two orders for 150; on the day of the refund there is no order to divide by."""
    days = {row["date"]: row for row in desk.all(OURS, "commerce_by_day")}
    assert (days[FIRST]["orders"], days[FIRST]["average_order_value"], days[FIRST]["net_converted"]) == (2, 75.0, 150.0)
    assert (days[date(2026, 9, 6)]["refunded"], days[date(2026, 9, 6)]["average_order_value"]) == (30.0, None)


def test_what_a_site_sold_is_told_in_its_own_currency_and_in_the_workspaces(desk: MartsFixture) -> None:
    """One purchase of 100 dollars, at 1.25 for a euro."""
    row = desk.one(OURS, "fact_web_commerce")
    assert (row["date"], row["transactions"], row["purchases"]) == (FIRST, 1, 1)
    assert (row["purchase_revenue"], row["currency"]) == (100.0, "USD")
    assert (row["purchase_revenue_converted"], row["reporting_currency"]) == (pytest.approx(80.0), "EUR")


def test_analytics_stands_beside_the_shop(desk: MartsFixture) -> None:
    row = desk.one(OURS, "commerce_beside_analytics", date=FIRST)
    assert (row["shop_orders"], row["shop_gross"], row["analytics_purchases"]) == (2, 150.0, 1)
    assert (row["analytics_revenue"], row["seen_share"]) == (pytest.approx(80.0), 0.5)


def test_profiles_by_day(desk: MartsFixture) -> None:
    rows = desk.all(OURS, "fact_social", date=FIRST, platform="instagram")
    totals: dict[str, list[int]] = {"instagram": [0, 0, 0], "facebook": [0, 0, 0]}
    for row in rows:
        for number, name in enumerate(("views", "interactions", "follows")):
            totals[row["network"]][number] += row[name] or 0
    assert totals == {"instagram": [400, 33, 4], "facebook": [50, 6, 2]}
    people = desk.all(OURS, "social_people", date=FIRST)
    assert {row["network"]: (row["reach"], row["followers"]) for row in people} == {
        "instagram": (300, None), "facebook": (40, 1000)
    }  # fmt: skip


def test_profiles_that_metricool_repeats(desk: MartsFixture) -> None:
    """30 videos watched and 4 likes; neither who follows, nor likes by the day of their post, nor views on Google."""
    rows = desk.all(OURS, "fact_social", platform="metricool")
    said = {name: value for row in rows for name, value in row.items() if value is not None}
    assert (len(rows), said["video_views"], said["likes"]) == (2, 30, 4)
    assert (said["network"], said["profile_id"], said["time_zone"]) == ("tiktok", "55", "Europe/Madrid")
    assert not {"views", "follows", "comments", "interactions"} & said.keys()
    assert len(desk.all(OURS, "social_series", network="tiktok")) == 4


def test_posts_of_all_networks(desk: MartsFixture) -> None:
    """22:30 UTC is the next day where the workspace is; 5 likes and 2 loves are 7 reactions."""
    rows = {row["post_id"]: row for row in desk.all(OURS, "fact_social_posts")}
    facebook, linkedin = rows["f1"], rows["i1"]
    assert (facebook["date"], facebook["likes"], facebook["shares"], facebook["clicks"]) == (
        date(2026, 9, 2),
        7,
        2,
        3.0,
    )
    assert (linkedin["platform"], linkedin["network"], linkedin["impressions"]) == ("metricool", "linkedin", 70)
    reach = {row["post_id"]: row["reach"] for row in desk.all(OURS, "social_post_people")}
    assert reach == {"f1": 70, "i1": 60}
    assert desk.one(OURS, "social_series", network="gmb")["value"] == 12.0


@pytest.mark.parametrize(
    ("day", "iso_year", "iso_week", "weekday", "fiscal_year", "fiscal_quarter", "fiscal_month"),
    [
        (date(2026, 9, 1), 2026, 36, 2, 2027, 2, 6),
        (date(2027, 1, 3), 2026, 53, 7, 2027, 4, 10),
        (date(2027, 3, 31), 2027, 13, 3, 2027, 4, 12),
        (date(2027, 4, 1), 2027, 13, 4, 2028, 1, 1),
        (date(2024, 12, 30), 2025, 1, 1, 2025, 3, 9),
    ],
)
def test_days(
    desk: MartsFixture, day: date, iso_year: int, iso_week: int, weekday: int, fiscal_year: int, fiscal_quarter: int,
    fiscal_month: int,
) -> None:  # fmt: skip
    """The fiscal year of this workspace begins in April."""
    row = desk.one(OURS, "dim_date", date=day)
    assert (row["iso_year"], row["iso_week"], row["weekday"]) == (iso_year, iso_week, weekday)
    assert (row["fiscal_year"], row["fiscal_quarter"], row["fiscal_month"]) == (
        fiscal_year,
        fiscal_quarter,
        fiscal_month,
    )
    assert (row["year"], row["month"], row["is_weekend"]) == (day.year, day.month, day.weekday() > 4)


def test_seven_days_and_the_week_before(desk: MartsFixture) -> None:
    """Campaign c3 of Berlin cost 4 and 2 euro on 25 and 26 August, and 20 euro were spent on 1 September.

    Seven days end on 1 September with 26 August as their first: (2 + 20) / 7.
    """
    rows = {row["date"]: row for row in desk.all(OURS, "moving_averages", connection_id="g1", metric="cost")}
    assert {day: row["value"] for day, row in rows.items()} == {
        date(2026, 8, 25): 4.0, date(2026, 8, 26): 2.0, FIRST: 20.0,
        **{date(2026, 8, day): 0.0 for day in (27, 28, 29, 30, 31)},
    }  # fmt: skip
    assert rows[date(2026, 8, 26)]["average_7d"] is None, "seven days are not known yet"
    assert rows[FIRST]["average_7d"] == pytest.approx(22 / 7)
    week = desk.one(OURS, "week_over_week", connection_id="g1", metric="cost", week=date(2026, 8, 31))
    assert (week["value"], week["days"], week["value_before"], week["change"]) == (20.0, 2, None, None), (
        "neither week is known whole"
    )
    apart = desk.one(OURS, "week_over_week", connection_id="g2", metric="cost", week=date(2026, 9, 14))
    assert (apart["value"], apart["value_before"], apart["change"], apart["change_share"]) == (6.0, 0.0, 6.0, None), (
        "nothing was spent in the week before"
    )
