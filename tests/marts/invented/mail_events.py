"""What people did with mails and lists, moment by moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.marts.invented.book import DAYS, GONE, Account, Book, moment

MAILCHIMP = (
    ("open", "mailchimp_email_activity", "timestamp"), ("click", "mailchimp_email_activity", "timestamp"),
    ("bounce", "mailchimp_email_activity", "timestamp"), ("", "mailchimp_email_activity", "timestamp"),
    ("unsubscribe", "mailchimp_unsubscribes", "timestamp"), ("complaint", "mailchimp_abuse_reports", "date"),
)  # fmt: skip
CONSTANT_CONTACT = (("open", "opens"), ("click", "clicks"), ("bounce", "bounces"), ("unsubscribe", "optouts"))
EMAILOCTOPUS = (
    ("open", "opened"), ("click", "clicked"), ("bounce", "bounced"), ("unsubscribe", "unsubscribed"),
    ("complaint", "complained"), ("", "sent"),
)  # fmt: skip
KLAVIYO = (
    ("open", "Opened Email"), ("click", "Clicked Email"), ("bounce", "Bounced Email"),
    ("complaint", "Marked Email as Spam"), ("unsubscribe", "Unsubscribed from Email Marketing"), ("", "Placed Order"),
)  # fmt: skip


def write(book: Book) -> None:
    for account in book.accounts("mailchimp"):
        _mailchimp(book, account)
    for account in book.accounts("constant_contact"):
        _constant_contact(book, account)
    for account in book.accounts("emailoctopus"):
        _emailoctopus(book, account)
    for account in book.accounts("klaviyo"):
        _klaviyo(book, account)


def _events(book: Book, account: Account, zone: str, kind: str) -> Iterator[tuple[str, str]]:
    """Some of that kind on each day, each with its moment and who did it; noted, unless they are of no kind."""
    for day in DAYS:
        dice = book.dice(account, day)
        for number in range(dice.randint(0, 3)):
            told, hour = moment(day, zone, dice)
            if kind:
                _note(book, account, day, hour, kind)
            yield told, f"p{number}-{day}"


def _note(book: Book, account: Account, day: date, hour: int | None, kind: str, events: int = 1) -> None:
    place = (account.platform, account.connection, day)
    book.note("fact_email_engagement", (*place, hour, kind), events=events)
    if kind in ("joined", "left"):
        joined, left = (events, 0) if kind == "joined" else (0, events)
        book.note("list_growth", place, joined=joined, gone=left, net=joined - left)
    if kind in ("open", "click"):
        opens, clicks = (events, 0) if kind == "open" else (0, events)
        book.note("email_heat_map", (*place, hour), opens=opens, clicks=clicks)


def _mailchimp(book: Book, account: Account) -> None:
    """Who joins and leaves is told as a number of the day."""
    for kind, table, told_as in MAILCHIMP:
        for number, (told, person) in enumerate(_events(book, account, account.zone, kind)):
            row: dict[str, Any] = {"campaign_id": "k0", "email_id": person, "list_id": "l1", told_as: told}
            row |= {"action": kind or "sent", "url": ""} if table.endswith("activity") else {}
            row |= {"id": number} if table.endswith("reports") else {}
            book.put(table, account, **row)
            book.put(table, account, **{**row, "email_id": f"{person}-gone"}, _deleted_at=GONE)
    for day in DAYS:
        dice = book.dice(account, day)
        joined, added, left, removed = (dice.randint(0, 9) for _ in range(4))
        numbers = {"subs": joined, "other_adds": added or None, "unsubs": left, "other_removes": removed or None}
        book.put("mailchimp_list_activity", account, list_id="l1", day=day, **numbers)
        book.put("mailchimp_list_activity", account, list_id="gone", day=day, **numbers, _deleted_at=GONE)
        _note_days(book, account, day, joined + added, left + removed)


def _note_days(book: Book, account: Account, day: date, joined: int, left: int) -> None:
    for kind, events in (("joined", joined), ("left", left)):
        if events:
            _note(book, account, day, None, kind, events)


def _constant_contact(book: Book, account: Account) -> None:
    """Who was deleted left on that day, unless it is told when."""
    for name in ("a0", "a1"):
        book.put("constant_contact_campaign_activities", account, campaign_activity_id=name, campaign_id="k0")
    for kind, name in CONSTANT_CONTACT:
        for told, person in _events(book, account, account.zone, kind):
            row = {"campaign_activity_id": "a0", "contact_id": person, "created_time": told}
            book.put(f"constant_contact_{name}", account, **row)
            book.put(f"constant_contact_{name}", account, **row | {"contact_id": "x"}, _deleted_at=GONE)
    on, off = {"permission_to_send": "explicit"}, {"permission_to_send": "unsubscribed"}
    for told, person in _events(book, account, account.zone, "joined"):
        book.tell("constant_contact_contacts", account, {"contact_id": f"{person}-in", "opt_in_date": told, **on})
    for told, person in _comings_and_goings(book, account, account.zone):
        gone = {"opt_in_date": told, "opt_out_date": told, "deleted_at": "2026-09-07"}
        book.tell("constant_contact_contacts", account, {"contact_id": f"{person}-out", **gone, **off})
    for day in DAYS:
        dice = book.dice(account, day)
        if dice.random() < 0.5:
            told, hour = moment(day, account.zone, dice)
            row = {"contact_id": f"{day}-deleted", "created_at": told, "deleted_at": day.isoformat(), **on}
            book.tell("constant_contact_contacts", account, row)
            _note(book, account, day, hour, "joined")
            _note(book, account, day, None, "left")


def _comings_and_goings(book: Book, account: Account, zone: str) -> Iterator[tuple[str, str]]:
    """People who joined and left in one moment."""
    for day in DAYS:
        dice = book.dice(account, day)
        for number in range(dice.randint(0, 3)):
            told, hour = moment(day, zone, dice)
            _note(book, account, day, hour, "joined")
            _note(book, account, day, hour, "left")
            yield told, f"p{number}-{day}"


def _emailoctopus(book: Book, account: Account) -> None:
    for kind, status in EMAILOCTOPUS:
        for told, person in _events(book, account, "UTC", kind):
            row = {"campaign_id": "k0", "contact_id": person, "status": status, "occurred_at": told}
            book.put("emailoctopus_campaign_contact_reports", account, **row)
            book.put("emailoctopus_campaign_contact_reports", account, **row | {"contact_id": "x"}, _deleted_at=GONE)
    for told, person in _events(book, account, "UTC", "joined"):
        on = {"list_id": "l1", "id": f"{person}-in", "status": "subscribed", "created_at": told}
        book.tell("emailoctopus_contacts", account, on)
    for told, person in _comings_and_goings(book, account, "UTC"):
        off = {"list_id": "l1", "id": f"{person}-out", "status": "unsubscribed"}
        book.tell("emailoctopus_contacts", account, {**off, "created_at": told, "last_updated_at": told})


def _klaviyo(book: Book, account: Account) -> None:
    """A metric may be there twice, from two sources. Who left a list is only seen by being there no more."""
    for number, (kind, name) in enumerate(KLAVIYO):
        book.put("klaviyo_metrics", account, id=f"q{number}", name=name)
        book.put("klaviyo_metrics", account, id=f"r{number}", name=name.upper())
        for told, person in _events(book, account, account.zone, kind):
            dice = random.Random(f"{account.connection} {kind} {person}")
            metric = f"{dice.choice('qr')}{number}"
            row = {"id": f"{number}-{person}", "metric_id": metric, "profile_id": person, "datetime": told}
            book.put("klaviyo_events", account, **row, event_properties={"$message": "k0"})
            book.put("klaviyo_events", account, **row | {"id": f"{number}-{person}-gone"}, _deleted_at=GONE)
    for told, person in _events(book, account, account.zone, "joined"):
        book.tell("klaviyo_list_members", account, {**_member(told), "profile_id": f"{person}-in"})
    for day in DAYS:
        dice = book.dice(account, day)
        for number in range(dice.randint(0, 3)):
            told, hour = moment(day, account.zone, dice)
            row = {**_member(told), "profile_id": f"p{number}-{day}-out"}
            book.tell("klaviyo_list_members", account, row, {**row, "_deleted_at": told})
            _note(book, account, day, hour, "joined")
            _note(book, account, day, None, "left")


def _member(told: str) -> dict[str, Any]:
    """Read in the moment of joining."""
    return {"list_id": "l1", "joined_group_at": told, "_synced_at": told}
