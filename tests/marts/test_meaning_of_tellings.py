"""One order that several tell of is one order, and numbers that are not exact say so wherever they stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow

FIRST = date(2026, 9, 1)
ANALYTICS = {"account_zone": "Europe/Berlin", "account_currency": "EUR"}
THRESHOLDED = {"subjectToThresholding": True}


def visits(connection: str, day: date, revenue: str, notes: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "connection_id": connection, "account_id": connection, **ANALYTICS, "date": str(day), "channel_group": "Email",
        "source": "s", "medium": "m", "campaign_id": "", "campaign_name": "", "sessions": 10, "engaged_sessions": 5,
        "key_events": 1.0, "total_revenue": revenue, "report_notes": notes,
    }  # fmt: skip


def sales(connection: str, purchases: int, notes: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "connection_id": connection, "account_id": connection, **ANALYTICS, "date": str(FIRST), "purchases": purchases,
        "purchase_revenue": f"{purchases}00.00", "report_notes": notes,
    }  # fmt: skip


SHOP = {
    "shopify_shop": [{"connection_id": "sh", "shop_id": "S", "zone": "Europe/Berlin", "currency": "EUR"}],
    "shopify_orders": [
        {"connection_id": "sh", "order_id": "o", "account_zone": "Europe/Berlin", "currency": "EUR",
         "processed_date": str(FIRST), "total_price": "100.00", "refunded": "0", "net_payment": "100.00"},
    ],
}  # fmt: skip


def test_an_order_that_three_tell_of_has_three_names(engine: Engine) -> None:  # noqa: F811
    """The shop, the mail that brought it, and the site that saw it: 100, and not 300."""
    ask = engine({
        **SHOP,
        "mailchimp_reports": [{"connection_id": "mc", "id": "k", "type": "regular", "emails_sent": 1,
                               "revenue": "100.00", "currency_code": "EUR", "send_time": "2026-09-01T08:00:00Z"}],
        "google_analytics_traffic_acquisition": [visits("ga", FIRST, "100.00")],
    })  # fmt: skip
    money = [row for row in ask("metrics_by_day") if row["currency"] == "EUR"]
    assert told(money, "metric", "value") == [
        ("email_revenue", 100), ("gross", 100), ("net", 100), ("web_revenue", 100)
    ]  # fmt: skip


def test_what_metricool_repeats_is_not_counted_beside_the_network(engine: Engine) -> None:  # noqa: F811
    repeated = {"connection_id": "mt", "account_id": "5", "account_zone": "Europe/Berlin", "day": str(FIRST),
                "subject": "account", "series": "v", "value": 400.0}  # fmt: skip
    ask = engine({
        "instagram_ig_account_insights_totals": [
            {"connection_id": "ig", "ig": "I", "account_id": "P", "account_zone": "Europe/Berlin", "date": str(FIRST),
             "views": 400, "total_interactions": 33}
        ],
        "metricool_instagram_timelines": [{**repeated, "metric": "views"}],
    })  # fmt: skip
    assert sum(row["value"] for row in ask("metrics_by_day") if row["metric"] == "views") == 400
    assert told(ask("fact_social"), "platform", "views") == [("instagram", 400), ("metricool", 400)]
    assert told(ask("metrics_by_day"), "value", metric="metricool_views") == [(400,)]


def test_two_properties_of_one_site_are_two_pairs(engine: Engine) -> None:  # noqa: F811
    """Each saw the one order: none saw two."""
    ask = engine({**SHOP, "google_analytics_ecommerce_daily": [sales("g1", 1), sales("g2", 1, THRESHOLDED)]})
    columns = ("shop_connection_id", "property_id", "shop_orders", "analytics_purchases", "seen_share", "is_exact")
    assert told(ask("commerce_beside_analytics"), *columns) == [
        ("sh", "g1", 1, 1, 1, True), ("sh", "g2", 1, 1, 1, False)
    ]  # fmt: skip


def test_a_shop_or_a_property_stands_alone_too(engine: Engine) -> None:  # noqa: F811
    columns = ("shop_connection_id", "property_id", "shop_orders", "analytics_purchases", "seen_share")
    assert told(engine(SHOP)("commerce_beside_analytics"), *columns) == [("sh", None, 1, None, None)]
    alone = engine({"google_analytics_ecommerce_daily": [sales("g1", 1)]})
    assert told(alone("commerce_beside_analytics"), *columns) == [(None, "g1", None, 1, None)]


def test_numbers_that_are_not_exact_say_so_in_every_mart(engine: Engine) -> None:  # noqa: F811
    """Of eight days the second was thresholded."""
    days = [FIRST + timedelta(days=number) for number in range(8)]
    rows = [visits("ga", day, "1.00", THRESHOLDED if day == days[1] else None) for day in days]
    people = {"connection_id": "ga", "account_id": "ga", "date": str(FIRST), "active_users": 9, **ANALYTICS}
    ask = engine(
        {
            "google_analytics_traffic_acquisition": rows,
            "google_analytics_daily_overview": [{**people, "report_notes": THRESHOLDED}],
        },
        {"google_analytics_daily_overview": [{**people, "sessions": 1, "report_notes": THRESHOLDED}]},
    )
    wanted = [(day, day != days[1]) for day in days]
    assert told(ask("web_by_day"), "date", "is_exact") == wanted
    assert told(ask("metrics_by_day"), "date", "is_exact", metric="sessions") == wanted
    assert told(ask("metrics_every_day"), "date", "is_exact", metric="sessions") == wanted
    averages = told(ask("moving_averages"), "date", "is_exact", metric="sessions")
    assert averages == [(day, day == days[0]) for day in days]
    weeks = told(ask("week_over_week"), "week", "is_exact", metric="sessions")
    assert weeks == [(date(2026, 8, 31), False), (date(2026, 9, 7), True)], "it is compared with no other"
    assert [row["report_notes"] is None for row in ask("web_users")] == [False]
    assert told(ask("metric_history"), "is_exact", metric="sessions") == [(False,)]
