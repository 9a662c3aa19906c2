"""What numbers of mailings mean, with rows as the platforms send them and sums done by hand: a mail that stands in
several rows is one mail, what is told for a life is not of a day, and who opened is compared with who could be seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow

KLAVIYO = {"connection_id": "kl", "send_channel": "email", "account_currency": "EUR"}
SENT = {"klaviyo_campaigns": [{"connection_id": "kl", "id": "k1", "channel": "email", "status": "Sent",
                               "send_time": "2026-03-31T10:00:00Z"}]}  # fmt: skip


def part(window: str, metric: str, sends: int, opened: int, orders: int, worth: str, **more: Any) -> dict[str, Any]:
    """What a report of 90 days says of the campaign, with this metric for the conversion."""
    return {
        **KLAVIYO, "window_start": window, "campaign_id": "k1", "campaign_message_id": "n1",
        "conversion_metric_id": metric, "recipients": sends, "delivered": sends, "opens": 2 * opened,
        "opens_unique": opened, "clicks": 0, "clicks_unique": 0, "conversions": orders, "conversion_value": worth,
        "_synced_at": "2026-09-10T06:00:00Z", **more,
    }  # fmt: skip


def test_a_campaign_across_the_end_of_a_window_is_the_sum_of_its_parts(engine: Engine) -> None:  # noqa: F811
    """6,000 mails before midnight, of which half were opened, and 4,000 after it, of which a quarter were."""
    parts = [part("2026-01-01", "q", 6000, 3000, 60, "900.00"), part("2026-04-01", "q", 4000, 1000, 40, "600.00")]
    ask = engine({**SENT, "klaviyo_campaign_values_report": parts})
    columns = ("date", "sends", "opens", "mails_opened", "orders", "revenue", "open_rate")
    facts = told(ask("fact_email_performance"), "date", "sends", "opens", "orders", "revenue")
    assert facts == [(date(2026, 3, 31), 10_000, 8000, 100, 1500)]
    mailing = told(ask("email_by_mailing"), *(name for name in columns if name != "opens"))
    assert mailing == [(date(2026, 3, 31), 10_000, 4000, 100, 1500, 0.4)]


def conversion(key: str, counts: bool, **more: Any) -> dict[str, Any]:
    return {"connection_id": "kl", "id": key, "name": key, "counts": counts, **more}


def test_only_what_counts_as_a_conversion_is_an_order(engine: Engine) -> None:  # noqa: F811
    """1,000 mails, 400 opened. A metric of orders tells 30 of them; one of all mails that arrived would tell 1,000."""
    gone = {"_deleted_at": "2026-09-01T00:00:00Z"}
    for metrics, orders, revenue in (
        ([], 1030, 900),  # which of them count was not read yet: as before
        ([conversion("a", True)], 30, 900),
        ([conversion("a", True), conversion("b", True, **gone)], 30, 900),  # b was chosen once
        ([conversion("b", False)], None, None),  # an account without orders
    ):
        parts = [part("2026-01-01", "a", 1000, 400, 30, "900.00"), part("2026-01-01", "b", 1000, 400, 1000, "0.00")]
        flows = [
            {**{name: value for name, value in row.items() if not name.startswith(("campaign", "window"))},
             "day": "2026-03-31", "flow_id": "f1", "flow_message_id": "n2"}
            for row in parts
        ]  # fmt: skip
        rows = {"klaviyo_campaign_values_report": parts, "klaviyo_flow_series_report": flows}
        ask = engine({**SENT, **rows, "klaviyo_conversion_metrics": metrics})
        columns = ("kind", "sends", "opens", "orders", "revenue")
        assert told(ask("fact_email_performance"), *columns) == [
            ("automation", 1000, 800, orders, revenue), ("campaign", 1000, 800, orders, revenue)
        ]  # fmt: skip


def test_each_shop_has_its_orders_and_a_mail_is_one_mail(engine: Engine) -> None:  # noqa: F811
    """Two shops feed the account, and each calls its orders "Placed Order". Which was read last decides nothing."""
    flows: list[dict[str, Any]] = []
    for first, second in (("06:00:00", "06:00:01"), ("06:00:01", "06:00:00")):
        shops = [
            part("2026-01-01", "a", 1000, 400, 30, "900.00", _synced_at=f"2026-09-10T{first}Z"),
            part("2026-01-01", "b", 1000, 400, 5, "100.00", _synced_at=f"2026-09-10T{second}Z"),
        ]
        flows = [
            {**{name: value for name, value in row.items() if not name.startswith(("campaign", "window"))},
             "day": "2026-03-31", "flow_id": "f1", "flow_message_id": "n2"}
            for row in shops
        ]  # fmt: skip
        ask = engine({**SENT, "klaviyo_campaign_values_report": shops, "klaviyo_flow_series_report": flows})
        columns = ("kind", "sends", "opens", "orders", "revenue")
        assert told(ask("fact_email_performance"), *columns) == [
            ("automation", 1000, 800, 35, 1000), ("campaign", 1000, 800, 35, 1000)
        ]  # fmt: skip
        assert told(ask("email_uniques"), "kind", "unique_opens") == [("automation", 400), ("campaign", 400)]


BERLIN = {"mailchimp_account": [{"connection_id": "mc", "account_id": "m", "account_timezone": "Europe/Berlin"}]}


def report(name: str, sends: int, opened: int | None, kind: str = "regular", **more: Any) -> dict[str, Any]:
    return {
        "connection_id": "mc", "id": name, "type": kind, "send_time": "2026-09-01T08:00:00Z", "emails_sent": sends,
        "unique_opens": opened, "opens": opened, "clicks": 0, "subscriber_clicks": 0, **more,
    }  # fmt: skip


def test_what_an_automation_did_in_its_life_is_of_no_day(engine: Engine) -> None:  # noqa: F811
    """Since February 2024 it sent 52,000 mails; 30 came until the next morning, and 20 more on the day after that."""
    began = {"send_time": "2024-02-05T08:00:00Z", "kind": "automation-email", "currency_code": "EUR"}
    readings = [
        report("a1", 52_000, 20_000, orders=10, revenue="950.00", _synced_at="2026-09-01T04:00:00Z", **began),
        report("a1", 52_010, 20_002, orders=10, revenue="950.00", _synced_at="2026-09-02T04:00:00Z", **began),
        report("a1", 52_030, 20_012, orders=11, revenue="1000.00", _synced_at="2026-09-02T09:00:00Z", **began),
        report("a1", 52_050, 20_012, orders=11, revenue="1000.00", _synced_at="2026-09-03T22:30:00Z", **began),
        report("a2", 7, 3, _synced_at="2026-09-02T04:00:00Z", **{**began, "send_time": "2026-09-01T20:00:00Z"}),
    ]
    told_now = {"mailchimp_automation_reports": [readings[3], readings[4]]}
    ask = engine({**BERLIN, **told_now}, {"mailchimp_automation_reports": readings})
    columns = ("campaign_id", "date", "sends", "mails_opened", "orders", "revenue")
    assert told(ask("email_by_mailing"), *columns, kind="automation") == [
        ("a1", None, 52_000, 20_000, 10, 950),
        ("a1", date(2026, 9, 2), 30, 12, 1, 50),
        ("a1", date(2026, 9, 4), 20, 0, 0, 0),
        ("a2", date(2026, 9, 2), 7, 3, 0, 0),
    ]
    weeks = told(ask("email_by_week"), "week", "sends", "open_rate")
    assert weeks == [(date(2026, 8, 31), 57, round(15 / 57, 6))], "and in none is the life before"


def test_what_came_while_nobody_read_is_of_no_day(engine: Engine) -> None:  # noqa: F811
    """Releases before this one read automations with the campaigns, for 90 days after their first mail. This one began
    on 20 February 2025 and had sent 4,000 mails when it was last read, on 20 May. A year later it is at 52,000, and a
    day after that at 52,030. The other is young: it was read on 1 May and, after the change, on 2 May."""
    began = {"send_time": "2025-02-20T08:00:00Z", "kind": "automation"}
    young = {"send_time": "2026-04-20T08:00:00Z", "kind": "automation"}
    before = [
        report("a1", 3000, 900, _synced_at="2025-02-20T22:00:00Z", **began),
        report("a1", 4000, 1200, _synced_at="2025-05-20T04:00:00Z", **began),
        report("a2", 100, 30, _synced_at="2026-05-01T04:00:00Z", **young),
    ]
    since = [
        report("a1", 52_000, 20_000, _synced_at="2026-05-02T04:00:00Z", **began),
        report("a1", 52_030, 20_012, _synced_at="2026-05-03T04:00:00Z", **began),
        report("a2", 110, 35, _synced_at="2026-05-02T04:00:00Z", **young),
    ]
    ask = engine(
        {**BERLIN, "mailchimp_reports": before[1:], "mailchimp_automation_reports": since[1:]},
        {"mailchimp_reports": before, "mailchimp_automation_reports": since},
    )
    columns = ("campaign_id", "day", "sends", "mails_opened")
    assert told(ask("email_automation_readings"), *columns) == [
        ("a1", None, 48_000, 18_800),
        ("a1", date(2025, 2, 20), 3000, 900),
        ("a1", date(2025, 5, 20), 1000, 300),
        ("a1", date(2026, 5, 3), 30, 12),
        ("a2", None, 100, 30),
        ("a2", date(2026, 5, 2), 10, 5),
    ]
    assert told(ask("dim_campaigns"), "kind", "campaign_id") == [("automation", "a1"), ("automation", "a2")]
    assert sum(count for (count,) in told(ask("email_by_mailing"), "sends", kind="automation")) == 52_140


def test_dollars_are_not_taken_from_euros(engine: Engine) -> None:  # noqa: F811
    """10 orders of 1,000 dollars; then the account is one of euros, and the same orders are 990; one more brings 20."""
    of = {"kind": "automation", "send_time": "2024-02-05T08:00:00Z"}
    readings = [
        report("a1", 10, 5, orders=orders, revenue=worth, currency_code=money,
               _synced_at=f"2026-09-0{day}T06:00:00Z", **of)
        for day, orders, worth, money in ((1, 10, "1000", "USD"), (2, 10, "990", "EUR"), (3, 11, "1010", "EUR"))
    ]  # fmt: skip
    ask = engine({"mailchimp_automation_reports": readings[-1:]}, {"mailchimp_automation_reports": readings})
    assert told(ask("email_automation_readings"), "day", "orders", "revenue", "currency") == [
        (None, 10, 1000, "USD"), (date(2026, 9, 2), 0, None, "EUR"), (date(2026, 9, 3), 1, 20, "EUR")
    ]  # fmt: skip


def test_an_automation_that_is_gone_is_in_no_sum(engine: Engine) -> None:  # noqa: F811
    """Its report of an earlier release stays, for nothing marked it."""
    old = report("a1", 400, 90, "automation", _synced_at="2026-05-01T04:00:00Z")
    gone = report("a1", 410, 95, "automation", _synced_at="2026-05-02T04:00:00Z", _deleted_at="2026-06-01T04:00:00Z")
    ask = engine(
        {**BERLIN, "mailchimp_reports": [old], "mailchimp_automation_reports": [gone]},
        {"mailchimp_reports": [old], "mailchimp_automation_reports": [{**gone, "_deleted_at": None}, gone]},
    )
    assert ask("email_automation_readings") == []


def test_a_share_of_mails_is_one_of_those_that_tell_it(engine: Engine) -> None:  # noqa: F811
    """50 of 100 mails were opened; of 100 others nobody says whether they were."""
    rows = [report("k1", 100, 50), report("k2", 100, None)]
    ask = engine({**BERLIN, "mailchimp_reports": rows})
    assert told(ask("email_by_week"), "delivered", "delivered_told", "mails_opened", "open_rate") == [
        (200, 100, 50, 0.5)
    ]
    assert told(ask("email_open_rates"), "campaigns", "median_open_rate") == [(1, 0.5)]


def test_what_an_order_brought_is_the_same_for_mail_and_people(engine: Engine) -> None:  # noqa: F811
    """119 with tax and shipping, 95 without. Mailchimp tells of people only the latter."""
    member = {"connection_id": "mc", "list_id": "l", "id": "p", "email_address": "a@example.com",
              "ecommerce_orders": 1, "ecommerce_revenue": "95.00", "ecommerce_currency": "EUR"}  # fmt: skip
    sold = report("k1", 100, 50, orders=1, spent="119.00", revenue="95.00", currency_code="EUR")
    ask = engine({**BERLIN, "mailchimp_reports": [sold], "mailchimp_list_members": [member]})
    assert told(ask("fact_email_performance"), "orders", "revenue") == [(1, 95)]
    assert told(ask("contact_records"), "orders", "spent") == [(1, 95)]


def test_mail_without_a_day_is_shown_without_one_and_in_no_week(engine: Engine) -> None:  # noqa: F811
    """EmailOctopus tells results of a campaign that it does not list yet."""
    ask = engine(
        {"emailoctopus_campaign_summary": [{"connection_id": "eo", "id": "k9", "sent": 10, "unique_opens": 4}]}
    )
    assert told(ask("email_by_mailing"), "campaign_id", "date", "sends") == [("k9", None, 10)]
    assert [*ask("email_by_week"), *ask("email_open_rates")] == []


def test_parts_of_a_campaign_count_once_with_it(engine: Engine) -> None:  # noqa: F811
    """A test of 1,000 mails in two parts; an RSS campaign whose own report tells its last issue alone; and a mailing
    that was sent again to those who had not opened it, which was other mail."""
    of = [("t1", "t"), ("t2", "t"), ("r1", "r"), ("r2", "r"), ("n2", "n1")]
    reports = [
        report("t", 1000, 400, "variate"), report("t1", 500, 150), report("t2", 500, 250),
        report("r", 300, 90, "rss"), report("r1", 250, 100), report("r2", 300, 90),
        report("n1", 700, 300), report("n2", 400, 50),
    ]  # fmt: skip
    listed = [{"connection_id": "mc", "id": part, "parent_campaign_id": whole, "type": "regular"} for part, whole in of]
    ask = engine({**BERLIN, "mailchimp_reports": reports, "mailchimp_campaigns": listed})
    assert told(ask("email_by_mailing"), "campaign_id", "sends", "mails_opened") == [
        ("n1", 700, 300), ("n2", 400, 50), ("r1", 250, 100), ("r2", 300, 90), ("t", 1000, 400)
    ]  # fmt: skip


def test_a_mailing_that_was_sent_again_is_two_on_their_own_days(engine: Engine) -> None:  # noqa: F811
    """1,000 mails on Tuesday, of which 300 were opened, and 500 of them once more on the Friday of the week after."""
    connection = {"connection_id": "cc"}
    people = {**connection, "campaign_id": "k1", "sends": 1500, "bounces": 20, "opens": 400, "clicks": 30}
    mailings = [
        {**connection, "campaign_id": "k1", "campaign_activity_id": name, "sends": sends, "bounces": bounced,
         "opens": opened, "opens_all": 2 * opened, "clicks": 15, "clicks_all": 20, "optouts": 1, "abuse": 0}
        for name, sends, bounced, opened in (("first", 1000, 15, 300), ("again", 500, 5, 100))
    ]  # fmt: skip
    roles = [
        {**connection, "campaign_id": "k1", "campaign_activity_id": name, "role": role}
        for name, role in (("first", "primary_email"), ("again", "resend"))
    ]
    sent = {**connection, "campaign_activity_id": "first", "contact_id": "p", "created_time": "2026-09-01T14:00:00Z"}
    ask = engine({
        "constant_contact_account": [{**connection, "encoded_account_id": "e", "time_zone_id": "US/Eastern"}],
        "constant_contact_campaign_summaries": [{**people, "last_sent_date": "2026-09-12T02:00:00Z"}],
        "constant_contact_activity_stats": mailings, "constant_contact_campaign_activities": roles,
        "constant_contact_sends": [sent],
    })  # fmt: skip
    columns = ("date", "message_id", "sends", "delivered", "mails_opened", "open_rate", "unsubscribes")
    assert told(ask("email_by_mailing"), *columns) == [
        (date(2026, 9, 1), "first", 1000, 985, 300, round(300 / 985, 6), 1),
        (date(2026, 9, 11), "again", 500, 495, 100, round(100 / 495, 6), 1),
    ]
    assert told(ask("email_by_week"), "sends") == [(500,), (1000,)]


@pytest.mark.parametrize("platform", ["mailchimp", "constant_contact", "klaviyo"])
def test_a_zone_that_changes_moves_nothing_of_the_past(engine: Engine, platform: str) -> None:  # noqa: F811
    """31 August, 22:30 in London is 1 September in Berlin. The account was London's until it was seen to be Berlin's on
    5 September; what was sent on 6 September at 22:30 is of 7 September."""
    table, column, key = ACCOUNTS[platform]
    seen = [("2026-08-20", "UTC"), ("2026-09-05", "Europe/Berlin")]
    accounts = [{"connection_id": "c", key: "a", column: zone, "_synced_at": f"{day}T06:00:00Z"} for day, zone in seen]
    moments = {"k1": "2026-08-31T22:30:00Z", "k2": "2026-09-06T22:30:00Z"}
    ask = engine({table: accounts[-1:], **sent_at(platform, moments)}, {table: accounts})
    assert told(ask("fact_email_performance"), "campaign_id", "date", "time_zone") == [
        ("k1", date(2026, 8, 31), "UTC"), ("k2", date(2026, 9, 7), "Europe/Berlin")
    ]  # fmt: skip
    if platform == "klaviyo":  # of the others, these rows list no campaigns
        days = told(ask("dim_campaigns"), "campaign_id", "starts_on")
        assert days == [("k1", date(2026, 8, 31)), ("k2", date(2026, 9, 7))], "the day on which it was sent"
    assert told(ask("fact_email_engagement"), "date", "hour", "time_zone", kind="open") == [
        (date(2026, 8, 31), 22, "UTC"), (date(2026, 9, 7), 0, "Europe/Berlin")
    ]  # fmt: skip


def test_who_joined_before_the_zone_changed_joined_on_that_day(engine: Engine) -> None:  # noqa: F811
    """Joined on 31 August at 22:30 and left on 6 September at 22:30, by London's clock, and by then Berlin's."""
    table, column, key = ACCOUNTS["constant_contact"]
    accounts = [
        {"connection_id": "c", key: "a", column: zone, "_synced_at": f"2026-{day}T06:00:00Z"}
        for day, zone in (("08-20", "UTC"), ("09-05", "Europe/Berlin"))
    ]
    person = {"connection_id": "c", "contact_id": "p", "opt_in_date": "2026-08-31T22:30:00Z"}
    readings = [
        {**person, "permission_to_send": "explicit", "_synced_at": "2026-09-01T06:00:00Z"},
        {**person, "permission_to_send": "unsubscribed", "opt_out_date": "2026-09-06T22:30:00Z",
         "_synced_at": "2026-09-07T06:00:00Z"},
    ]  # fmt: skip
    contacts = "constant_contact_contacts"
    ask = engine({table: accounts[-1:], contacts: readings[-1:]}, {table: accounts, contacts: readings})
    assert told(ask("list_growth"), "date", "joined", "gone") == [(date(2026, 8, 31), 1, 0), (date(2026, 9, 7), 0, 1)]


@pytest.mark.parametrize("engine", ["googlesql"], indirect=True)  # the stand-in fails where SAFE.DATE is empty
def test_a_zone_that_nobody_knows_says_nothing(engine: Engine) -> None:  # noqa: F811
    accounts = [
        {"connection_id": "c", "account_id": "a", "account_timezone": zone, "_synced_at": f"{day}T06:00:00Z"}
        for day, zone in (("2026-08-20", "Europe/Berlin"), ("2026-09-01", "Berlin, Mitte"), ("2026-09-02", "+02:00"))
    ]
    ask = engine({"mailchimp_account": accounts[-1:], **sent_at("mailchimp", {"k": "2026-09-06T22:30:00Z"})},
                 {"mailchimp_account": accounts})  # fmt: skip
    assert told(ask("fact_email_performance"), "date", "time_zone") == [(date(2026, 9, 7), "Europe/Berlin")]


ACCOUNTS = {
    "mailchimp": ("mailchimp_account", "account_timezone", "account_id"),
    "constant_contact": ("constant_contact_account", "time_zone_id", "encoded_account_id"),
    "klaviyo": ("klaviyo_account", "timezone", "id"),
}


def sent_at(platform: str, moments: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """A mailing that was sent at each of these moments, and opened at once."""
    named = [({"connection_id": "c", "campaign_id": name}, moment) for name, moment in moments.items()]
    if platform == "mailchimp":
        return {
            "mailchimp_reports": [
                {"connection_id": "c", "id": name, "type": "regular", "send_time": moment, "emails_sent": 1}
                for name, moment in moments.items()
            ],
            "mailchimp_email_activity": [
                {**of, "email_id": "p", "action": "open", "timestamp": moment, "url": ""} for of, moment in named
            ],
        }
    if platform == "constant_contact":
        return {
            "constant_contact_campaign_summaries": [{**of, "sends": 1, "last_sent_date": at} for of, at in named],
            "constant_contact_opens": [
                {"connection_id": "c", "campaign_activity_id": of["campaign_id"], "contact_id": "p", "created_time": at}
                for of, at in named
            ],
        }
    return {
        "klaviyo_campaigns": [{"connection_id": "c", "id": of["campaign_id"], "send_time": at} for of, at in named],
        "klaviyo_campaign_values_report": [
            {**of, "campaign_message_id": "m", "conversion_metric_id": "q", "window_start": "2026-07-01",
             "send_channel": "email", "recipients": 1} for of, _ in named
        ],
        "klaviyo_metrics": [{"connection_id": "c", "id": "o", "name": "Opened Email"}],
        "klaviyo_events": [
            {"connection_id": "c", "id": of["campaign_id"], "metric_id": "o", "datetime": at} for of, at in named
        ],
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["Japan", "Singapore", "Israel", "GMT", "EST5EDT", "Asia/Tokyo"])
def test_a_zone_needs_no_slash(engine: Engine, zone: str) -> None:  # noqa: F811
    account = {"connection_id": "c", "account_id": "a", "account_timezone": zone}
    sent = {"connection_id": "c", "id": "k", "type": "regular", "send_time": "2026-09-01T16:30:00Z", "emails_sent": 1}
    ask = engine({"mailchimp_account": [account], "mailchimp_reports": [sent]})
    assert told(ask("dim_accounts"), "time_zone") == [(zone,)]
    day = 1 if zone in {"GMT", "EST5EDT", "Israel"} else 2
    assert told(ask("fact_email_performance"), "time_zone", "date") == [(zone, date(2026, 9, day))]


def test_all_that_is_told_of_an_automation_is_told_of_its_days(engine: Engine) -> None:  # noqa: F811
    """100 mails on its first day, 40 more until the next morning, and what became of them."""
    began = {"send_time": "2026-09-01T06:00:00Z", "kind": "automation-email", "currency_code": "EUR"}
    names = ("opens", "clicks", "subscriber_clicks", "hard_bounces", "soft_bounces", "syntax_errors", "unsubscribed",
             "abuse_reports")  # fmt: skip
    first: dict[str, Any] = dict(zip(names, (60, 20, 15, 4, 3, 2, 5, 1), strict=True))
    then: dict[str, Any] = dict(zip(names, (75, 28, 20, 5, 6, 4, 9, 2), strict=True))
    readings = [
        report("a1", 100, 50, _synced_at="2026-09-01T20:00:00Z", **{**first, **began}),
        report("a1", 140, 62, _synced_at="2026-09-02T04:00:00Z", **{**then, **began}),
    ]
    ask = engine({**BERLIN, "mailchimp_automation_reports": readings[1:]}, {"mailchimp_automation_reports": readings})
    columns = ("day", "sends", "opens", "mails_opened", "clicks", "mails_clicked", "hard_bounces", "soft_bounces",
               "broken_addresses", "unsubscribes", "complaints")  # fmt: skip
    assert told(ask("email_automation_readings"), *columns) == [
        (date(2026, 9, 1), 100, 60, 50, 20, 15, 4, 3, 2, 5, 1),
        (date(2026, 9, 2), 40, 15, 12, 8, 5, 1, 3, 2, 4, 1),
    ]
