"""Mailings, lists and people: rates from sums, days and hours in the zone of the account."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from tests.marts.conftest import OURS
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD = date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3)


def numbers(desk: MartsFixture, connection: str, kind: str = "campaign", campaign: str = "k1") -> tuple[object, ...]:
    row = desk.one(OURS, "fact_email_performance", connection_id=connection, kind=kind, campaign_id=campaign)
    names = ("date", "sends", "delivered", "opens", "clicks", "bounces", "unsubscribes", "complaints", "orders")
    return tuple(row[name] for name in names)


def test_mailchimp(desk: MartsFixture) -> None:
    """Sent at 22:30 UTC, which is half past midnight in Berlin; 200 dollars at 1.25 for a euro."""
    assert numbers(desk, "mc") == (SECOND, 1000, 985, 700, 300, 15, 5, 1, 4)
    row = desk.one(OURS, "fact_email_performance", connection_id="mc", campaign_id="k1")
    assert (row["hard_bounces"], row["soft_bounces"], row["revenue"], row["currency"]) == (10, 5, 200.0, "USD")
    assert (row["revenue_converted"], row["rate_date"]) == (pytest.approx(160.0), FIRST)


def test_constant_contact(desk: MartsFixture) -> None:
    """Sent at 2:00 UTC, which is ten in the evening of the day before in New York."""
    assert numbers(desk, "cc") == (SECOND, 500, 480, 300, 40, 20, 3, 0, None)


def test_emailoctopus(desk: MartsFixture) -> None:
    assert numbers(desk, "eo") == (THIRD, 200, 198, 90, 30, 2, 2, 1, None)
    assert desk.one(OURS, "dim_accounts", connection_id="eo")["account_id"] == "l1", "its oldest list"


def test_klaviyo_counts_a_mail_once_and_the_orders_of_each_conversion(desk: MartsFixture) -> None:
    assert numbers(desk, "kl") == (FIRST, 100, 96, 80, 20, 4, 1, 0, 1 + 3)
    assert numbers(desk, "kl", "automation", "f1")[:5] == (SECOND, 10, 10, 9, 3), "text messages are left out"


def test_rates_of_a_mailing(desk: MartsFixture) -> None:
    """394 of 985 mails opened, 197 clicked; 15 of 1,000 bounced."""
    row = desk.one(OURS, "email_by_mailing", connection_id="mc", campaign_id="k1")
    assert (row["campaign_name"], row["subject"]) == ("September", "Hello")
    assert (row["open_rate"], row["click_rate"], row["click_to_open_rate"]) == (0.4, 0.2, 0.5)
    assert row["bounce_rate"] == 0.015
    assert row["unsubscribe_rate"] == pytest.approx(0.0050761, abs=1e-7)
    assert row["complaint_rate"] == pytest.approx(0.0010152, abs=1e-7)
    assert row["order_rate"] == pytest.approx(0.0040609, abs=1e-7)
    assert (row["average_order_value"], row["revenue_per_mail"]) == (50.0, pytest.approx(0.2030457, abs=1e-7))
    assert desk.one(OURS, "email_by_mailing", connection_id="eo")["open_rate"] == pytest.approx(66 / 198)
    flow = desk.one(OURS, "email_by_mailing", connection_id="kl", kind="automation")
    assert (flow["mails_opened"], flow["click_to_open_rate"]) == (6, 0.5)


def test_the_rate_of_a_week_is_no_average_of_rates(desk: MartsFixture) -> None:
    """444 of 1,185 mails opened; the average of 0.4, 0.2 and 0.3 would be 0.3."""
    row = desk.one(OURS, "email_by_week", connection_id="mc")
    assert (row["week"], row["mailings"], row["delivered"], row["mails_opened"]) == (date(2026, 8, 31), 3, 1185, 444)
    assert row["open_rate"] == pytest.approx(0.3746835, abs=1e-7)


def test_how_open_rates_spread(desk: MartsFixture) -> None:
    """0.2, 0.3, 0.4: the middle one, and 0.1 around it."""
    row = desk.one(OURS, "email_open_rates", connection_id="mc")
    assert (row["month"], row["campaigns"], row["lowest"], row["highest"]) == (FIRST, 3, 0.2, 0.4)
    assert row["median_open_rate"] == pytest.approx(0.3)
    assert row["deviation"] == pytest.approx(0.1)
    assert desk.one(OURS, "email_open_rates", connection_id="eo")["deviation"] is None


def test_unique_opens_stand_apart(desk: MartsFixture) -> None:
    rows = desk.all(OURS, "email_uniques", kind="campaign")
    told = {(row["platform"], row["campaign_id"]): (row["unique_opens"], row["unique_clicks"]) for row in rows}
    assert told == {
        ("mailchimp", "k1"): (394, 197), ("mailchimp", "k2"): (20, 2), ("mailchimp", "k3"): (30, 3),
        ("constant_contact", "k1"): (120, 24), ("emailoctopus", "k1"): (66, 22), ("klaviyo", "k1"): (48, 12),
    }  # fmt: skip


def test_events_by_weekday_and_hour_of_the_account(desk: MartsFixture) -> None:
    """22:15 UTC is a quarter past midnight in Berlin, 1:30 UTC half past nine of the day before in New York."""
    rows = desk.all(OURS, "fact_email_engagement", kind="open")
    told = sorted((row["platform"], str(row["date"]), row["weekday"], row["hour"], row["campaign_id"]) for row in rows)
    assert told == [
        ("emailoctopus", "2026-09-03", 4, 11, "k1"),
        ("klaviyo", "2026-09-01", 2, 21, "k1"),
        ("mailchimp", "2026-09-02", 3, 0, "k1"),
        ("mailchimp", "2026-09-07", 1, 0, "k1"),
    ]
    heat = desk.one(OURS, "email_heat_map", connection_id="mc", weekday=3)
    assert (heat["hour"], heat["opens"], heat["clicks"]) == (0, 1, 1)
    assert {row["kind"] for row in desk.all(OURS, "fact_email_engagement", connection_id="eo", campaign_id="k1")} == {
        "open", "complaint"
    }  # fmt: skip


def test_who_joined_and_who_left(desk: MartsFixture) -> None:
    """Mailchimp: 5 + 1 joined, 2 left. Constant Contact's one contact joined in winter and left in September."""
    row = desk.one(OURS, "list_growth", connection_id="mc")
    assert (row["date"], row["joined"], row["gone"], row["net"]) == (FIRST, 6, 2, 4)
    rows = sorted(desk.all(OURS, "list_growth", connection_id="cc"), key=lambda row: str(row["date"]))
    assert [(row["date"], row["net"]) for row in rows] == [(date(2026, 2, 28), 1), (SECOND, -1)]
    assert {row["known_since"] for row in rows} == {date(2026, 8, 20)}
    for connection, day in (("eo", FIRST), ("kl", FIRST)):
        row = desk.one(OURS, "list_growth", connection_id=connection)
        assert (row["date"], row["joined"], row["gone"], row["known_since"]) == (day, 1, 0, date(2026, 9, 10))


def test_a_person_across_platforms(desk: MartsFixture) -> None:
    """One address, written in four ways: two audiences, a list and a shop know it."""
    person = hashlib.sha256(b"ann@example.com").hexdigest()
    row = desk.one(OURS, "dim_contacts", person_id=person)
    assert (row["platforms"], row["records"]) == ("constant_contact, mailchimp, shopify", 4)
    assert (row["is_subscribed"], row["in_shopify"], row["in_klaviyo"], row["shop_orders"]) == (True, True, False, 1)
    assert str(row["since"])[:10] == "2025-12-01"
    records = desk.all(OURS, "contact_records", person_id=person)
    assert sorted(str(each["is_subscribed"]) for each in records) == ["False", "False", "False", "True"]
    assert not any("@" in str(value) for each in records for value in each.values()), "no address is shown"
