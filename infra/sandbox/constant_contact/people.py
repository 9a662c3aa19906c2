"""Contacts, and what they did with mail: the rows there are many of."""

from typing import NamedTuple

from infra.sandbox.invent import CITIES, Dice, address, md5, person
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, day, minus_five, zulu

PERMISSIONS = ["implicit"] * 60 + ["explicit"] * 24 + ["unsubscribed"] * 9 + ["pending_confirmation"] * 3
PERMISSIONS += ["not_set"] * 2 + ["temp_hold"] * 2
INCLUDABLE = ("custom_fields", "list_memberships", "phone_numbers", "street_addresses", "taggings", "notes")


class Contact(NamedTuple):
    contact_id: str
    number: int
    email: str | None  # people who only gave a phone number have none
    permission: str
    created: int
    updated: int  # of the contact; an opt-out does not move it
    email_updated: int
    opted_out: int | None
    deleted: int | None
    lists: tuple[str, ...]
    tags: tuple[str, ...]
    values: tuple[tuple[str, str], ...]  # custom field, text
    job: str = ""

    @property
    def active(self) -> bool:
        return self.deleted is None and self.permission in ("implicit", "explicit")


class Event(NamedTuple):
    """One line of tracking: a send, open, click, bounce, opt-out or forward."""

    activity_id: str
    contact_id: str
    at: int
    detail: str = ""  # url_id of a click, code of a bounce, reason of an opt-out
    device: str = ""


def invent_contact(dice: Dice, number: int, now: int, lists: list[str], tags: list[str], field: str) -> Contact:
    first, last = person(number)
    permission = PERMISSIONS[dice.below(len(PERMISSIONS))]
    created = now - DAY - dice.below(700 * DAY)
    updated = now - 20 * DAY if number % 10 == 9 else min(now - 60, created + dice.below(now - created))
    email = None if number % 40 == 6 else address(number, first, last)
    opted_out = min(now - 30, updated + 40) if permission == "unsubscribed" and email else None
    deleted = updated if number % 25 == 13 else None
    return Contact(
        contact_id=dice.uuid(),
        number=number,
        email=email,
        permission="implicit" if permission == "unsubscribed" and email is None else permission,
        created=min(created, updated),
        updated=updated,
        email_updated=max(updated, opted_out or 0),
        opted_out=opted_out,
        deleted=deleted,
        lists=() if deleted else tuple(each for each in lists if dice.chance(0.6)),
        tags=tuple(each for each in tags if dice.chance(0.25)),
        values=((field, ("Gold", "Silver", "7")[number % 3]),) if field and number % 3 else (),
    )


def show_contact(contact: Contact) -> Record:
    """With everything `include` can ask for. Some moments carry an offset, as the platform's do."""
    number, (first, last) = contact.number, person(contact.number)
    city, _ = CITIES[number % len(CITIES)]
    shown: Record = {"contact_id": contact.contact_id}
    if contact.email is not None:
        shown["email_address"] = _email(contact, contact.email)
    shown |= {"first_name": first, "last_name": last, "job_title": contact.job, "company_name": "Demo"}
    if number % 2:
        shown |= {"birthday_month": 1 + number % 12, "birthday_day": 1 + number % 28}
    if number % 5 == 0:
        shown["anniversary"] = ("2020-05-01", "05/01/2020", "May 1, 2020")[number % 3]
    updated = minus_five(contact.updated) if number % 8 == 7 else zulu(contact.updated)
    shown |= {"update_source": "Account", "create_source": "Account", "created_at": zulu(contact.created)}
    shown["updated_at"] = updated
    if contact.deleted is not None:
        shown["deleted_at"] = day(contact.deleted)
    phone = {"phone_number_id": _uuid(number, "phone"), "phone_number": f"+44 113 496 {number % 10000:04d}"}
    times = {"created_at": zulu(contact.created), "updated_at": zulu(contact.created)}
    place = {"street_address_id": _uuid(number, "street"), "kind": "home", "street": "1 High St", "city": city}
    return shown | {
        "custom_fields": [{"custom_field_id": name, "value": value} for name, value in contact.values],
        "phone_numbers": [phone | {"kind": "mobile"} | times] if number % 4 == 2 else [],
        "street_addresses": [place | {"state": "", "postal_code": "LS1", "country": "United Kingdom"}]
        if number % 6 == 0
        else [],
        "list_memberships": list(contact.lists),
        "taggings": list(contact.tags),
        "notes": [{"note_id": _uuid(number, "note"), "created_at": zulu(contact.created), "content": "Met at fair"}]
        if number % 30 == 1
        else [],
    }


def _email(contact: Contact, address: str) -> Record:
    shown: Record = {
        "address": address,
        "permission_to_send": contact.permission,
        "created_at": zulu(contact.created),
        "updated_at": zulu(contact.email_updated),
        "opt_in_source": "Account",
        "opt_in_date": zulu(contact.created),
        "confirm_status": "off",
    }
    if contact.opted_out is not None:
        shown |= {"opt_out_source": "Contact", "opt_out_date": zulu(contact.opted_out), "opt_out_reason": "Too many"}
    return shown


def _uuid(number: int, kind: str) -> str:
    text = md5(f"{kind}{number}")
    return f"{text[:8]}-0000-11ef-8000-{text[8:20]}"
