"""Mailings of the four e-mail platforms: their numbers, and the people who opened and clicked them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from tests.marts.invented.book import DAYS, GONE, Account, Book, Row, cents, converted, moment

Sent = tuple[str, date, random.Random]  # id of a mailing, its day, and the dice that decide its numbers


def write(book: Book) -> None:
    for account in book.accounts("mailchimp"):
        _mailchimp(book, account)
    for account in book.accounts("constant_contact"):
        _constant_contact(book, account)
    for account in book.accounts("emailoctopus"):
        _emailoctopus(book, account)
    for account in book.accounts("klaviyo"):
        _klaviyo(book, account)


def sent(book: Book, account: Account) -> Iterator[Sent]:
    shape = book.shape("mailings", account.connection)
    for number in range(6):
        day = shape.choice(DAYS)
        yield f"k{number}", day, book.dice(account, day)


def _note(
    book: Book, account: Account, kind: str, mailing: str, day: date, currency: str | None = None, **told: Any
) -> None:
    """`people`: who opened, and who clicked; they are told for the mailing alone."""
    opened, clicked = told.pop("people")
    revenue = told.get("revenue", Decimal(0))
    worth = converted(revenue, currency, day) if currency else None
    key = (account.platform, account.connection, currency, day, kind)
    book.note("fact_email_performance", key, revenue_converted=worth, **told)
    people = (account.platform, account.connection, kind, mailing)
    book.note("email_uniques", people, unique_opens=opened, unique_clicks=clicked)
    parts = {name: told[name] for name in ("sends", "delivered", "bounces", "unsubscribes", "complaints")}
    book.note("email_by_mailing", (*people, day), mails_opened=opened, mails_clicked=clicked, **parts)


def _mailchimp(book: Book, account: Account) -> None:
    book.put("mailchimp_account", account, account_id=account.id, account_timezone=account.zone)
    for mailing, day, dice in sent(book, account):
        kind = book.shape(account.connection, mailing).choice(["regular", "plaintext"])
        sends, (hard, soft, broken) = dice.randint(500, 999), (dice.randint(0, 9) for _ in range(3))
        opens, clicks, left, spam, orders = (dice.randint(0, 99) for _ in range(5))
        people, worth = (dice.randint(0, 99), dice.randint(0, 99)), cents(dice)
        row = {
            "id": mailing, "type": kind, "send_time": moment(day, account.zone, dice)[0], "emails_sent": sends,
            "hard_bounces": hard, "soft_bounces": soft, "syntax_errors": broken, "opens": opens, "clicks": clicks,
            "unsubscribed": left, "abuse_reports": spam, "orders": orders, "revenue": worth,
            "currency_code": account.currency, "unique_opens": people[0], "subscriber_clicks": people[1],
        }  # fmt: skip
        book.put("mailchimp_reports", account, **row)
        book.put("mailchimp_reports", account, **{**row, "id": f"{mailing}-gone"}, _deleted_at=GONE)
        if kind == "regular":
            book.put("mailchimp_campaigns", account, id=mailing, type=kind, title=mailing)
        bounced = hard + soft + broken
        _note(
            book, account, "campaign", mailing, day, account.currency,
            people=people, sends=sends, delivered=sends - bounced, opens=opens, clicks=clicks, bounces=bounced,
            unsubscribes=left, complaints=spam, orders=orders, revenue=worth,
        )  # fmt: skip


def _constant_contact(book: Book, account: Account) -> None:
    """Opens and clicks as such stand in another list, which may not have been read yet."""
    book.put("constant_contact_account", account, encoded_account_id=account.id, time_zone_id=account.zone)
    for mailing, day, dice in sent(book, account):
        sends, (bounced, left, spam) = dice.randint(500, 999), (dice.randint(0, 9) for _ in range(3))
        people, (opens, clicks) = (dice.randint(0, 99), dice.randint(0, 99)), (dice.randint(0, 99) for _ in range(2))
        row = {
            "last_sent_date": moment(day, account.zone, dice)[0], "sends": sends, "bounces": bounced,
            "opens": people[0], "clicks": people[1], "optouts": left, "abuse": spam,
        }  # fmt: skip
        book.put("constant_contact_campaign_summaries", account, campaign_id=mailing, **row)
        gone = {"campaign_id": f"{mailing}-gone", "_deleted_at": GONE}
        book.put("constant_contact_campaign_summaries", account, **row, **gone)
        book.put("constant_contact_email_campaigns", account, campaign_id=mailing, name=mailing)
        _subjects(book, account, mailing)
        if book.shape(account.connection, mailing).random() < 0.8:
            book.put(
                "constant_contact_campaign_stats", account, campaign_id=mailing, opens_all=opens, clicks_all=clicks
            )
        else:
            opens = clicks = 0
        _note(
            book, account, "campaign", mailing, day, people=people, sends=sends, delivered=sends - bounced,
            opens=opens, clicks=clicks, bounces=bounced, unsubscribes=left, complaints=spam,
        )  # fmt: skip


def _subjects(book: Book, account: Account, mailing: str) -> None:
    """A campaign is sent as one mail, of which others may be made; a draft has neither been sent nor written."""
    book.subjects[account.connection, mailing] = f"Subject of {mailing}"
    told = {"campaign_id": mailing, "role": "primary_email", "_synced_at": "2026-09-10T06:00:00Z"}
    newer = {"_synced_at": "2026-09-11T06:00:00Z"}
    for name, subject, more in (
        ("first", "Older subject", {"_synced_at": "2026-09-09T06:00:00Z"}),
        ("now", f"Subject of {mailing}", {}),
        ("again", "To those who did not open", {"role": "resend", **newer}),
        ("gone", "Gone", {"_deleted_at": GONE, **newer}),
    ):
        row = {**told, "campaign_activity_id": f"{mailing}-{name}", "subject": subject, **more}
        book.put("constant_contact_activity_detail", account, **row)
    book.put("constant_contact_email_campaigns", account, campaign_id=f"{mailing}-draft", name="Draft")
    book.subjects[account.connection, f"{mailing}-draft"] = None


def _emailoctopus(book: Book, account: Account) -> None:
    """It tells no zone, so its days are those of UTC."""
    for number in (1, 2):
        made = f"2025-0{number}-01T00:00:00Z"
        book.put("emailoctopus_lists", account, id=f"l{number}", name=f"List {number}", created_at=made)
    for mailing, day, dice in sent(book, account):
        sends, (hard, soft, left, spam) = dice.randint(500, 999), (dice.randint(0, 9) for _ in range(4))
        people, (opens, clicks) = (dice.randint(0, 99), dice.randint(0, 99)), (dice.randint(0, 99) for _ in range(2))
        row = {
            "sent": sends, "hard_bounces": hard, "soft_bounces": soft, "opens": opens, "clicks": clicks,
            "unique_opens": people[0], "unique_clicks": people[1], "complained": spam, "unsubscribed": left,
        }  # fmt: skip
        gone = {"_deleted_at": GONE} if book.shape(account.connection, mailing).random() < 0.3 else {}
        sent_at = moment(day, "UTC", dice)[0]
        book.put("emailoctopus_campaigns", account, id=mailing, name=mailing, sent_at=sent_at, **gone)
        book.put("emailoctopus_campaign_summary", account, id=mailing, **row)
        book.put("emailoctopus_campaign_summary", account, id=f"{mailing}-gone", **row, _deleted_at=GONE)
        _note(
            book, account, "campaign", mailing, day, people=people, sends=sends, delivered=sends - hard - soft,
            opens=opens, clicks=clicks, bounces=hard + soft, unsubscribes=left, complaints=spam,
        )  # fmt: skip


def _klaviyo(book: Book, account: Account) -> None:
    """A campaign may have two messages, and a flow its id. Each message stands there for every metric that counts as
    the conversion, and again as a text message."""
    book.put("klaviyo_account", account, id=account.id, timezone=account.zone, preferred_currency=account.currency)
    for mailing, day, dice in sent(book, account):
        shape = book.shape(account.connection, mailing)
        told: Row = {"id": mailing, "send_time": moment(day, account.zone, dice)[0]}
        if written := shape.random() < 0.7:
            subject = {"content": {"subject": f"Subject of {mailing}"}}
            told["messages"] = [{"id": mailing, "message_id": "n1", "definition": subject}]
        book.subjects[account.connection, mailing] = f"Subject of {mailing}" if written else None
        book.put("klaviyo_campaigns", account, **told)
        for message in ("n1", "n2")[: shape.randint(1, 2)]:
            _message(book, account, mailing, message, day, False)
        if shape.random() < 0.5:
            _message(book, account, mailing, "n1", day, True)


def _message(book: Book, account: Account, mailing: str, message: str, day: date, flow: bool) -> None:
    dice = book.dice(account, day)
    sends, (bounced, left, spam, orders) = dice.randint(500, 999), (dice.randint(0, 9) for _ in range(4))
    people, (opens, clicks) = (dice.randint(0, 99), dice.randint(0, 99)), (dice.randint(0, 99) for _ in range(2))
    worth = cents(dice)
    row: Row = {
        "send_channel": "email", "conversion_metric_id": "new", "account_currency": account.currency,
        "recipients": sends, "delivered": sends - bounced, "bounced_or_failed": bounced, "opens": opens,
        "clicks": clicks, "opens_unique": people[0], "clicks_unique": people[1], "unsubscribes": left,
        "spam_complaints": spam, "conversions": orders, "conversion_value": worth, "_synced_at": "2026-09-09T00:00:00Z",
    }  # fmt: skip
    if flow:
        table, named, row = "klaviyo_flow_series_report", "flow_message_id", {**row, "flow_id": mailing, "day": day}
    else:
        table, named = "klaviyo_campaign_values_report", "campaign_message_id"
        row |= {"campaign_id": mailing, "window_start": "2026-08-01"}
    other = {"conversion_metric_id": "old", "conversions": 77, "conversion_value": 7}
    older = {**other, "_synced_at": "2026-09-05T00:00:00Z"}
    text = {"send_channel": "sms", "recipients": 7, "opens_unique": 777, "_synced_at": "2026-09-09T00:00:01Z"}
    for told in ({}, older, text):
        book.put(table, account, **{**row, named: message, **told})
    book.put(table, account, **{**row, named: f"{message}-gone"}, _deleted_at=GONE)
    _note(
        book, account, "automation" if flow else "campaign", mailing, day, account.currency, people=people,
        sends=sends, delivered=sends - bounced, opens=opens, clicks=clicks, bounces=bounced, unsubscribes=left,
        complaints=spam, orders=orders + 77, revenue=worth + 7,
    )  # fmt: skip
