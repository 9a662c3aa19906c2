"""Members of audiences, and recipients of campaigns: the rows there are many of, kept small and shown on demand."""

from collections.abc import Mapping
from typing import NamedTuple

from infra.sandbox.invent import CITIES, Dice, address, md5, person
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, offset

MOST_TAGS_SHOWN = 50
CONTACT_STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
SOURCES = ("API - Generic", "Hosted Signup Form", "Import", "Admin Add")
STATUSES = (
    ("subscribed",) * 78 + ("unsubscribed",) * 10 + ("archived",) * 4 + ("cleaned",) * 3 + ("pending",) * 3
    + ("transactional",) * 2
)  # fmt: skip
CLIENTS = ("Gmail", "Apple Mail", "Outlook 2016", "")


class Member(NamedTuple):
    list_id: str
    id: str
    number: int
    email: str
    first: str
    last: str
    status: str
    changed: int
    opted: int
    tags: tuple[int, ...]  # segment ids
    groups: int  # interests, one bit each
    points: int
    odd: bool = False  # merge_fields and interests are null, as seen on some rows
    birthday: str = ""


class Act(NamedTuple):
    action: str  # open, click, bounce
    at: int
    detail: str  # the url of a click, the type of a bounce


class Recipient(NamedTuple):
    campaign_id: str
    email_id: str
    email: str
    status: str  # sent, hard, soft
    acts: tuple[Act, ...]


def invent_member(dice: Dice, list_id: str, number: int, now: int, groups: int, tags: list[int]) -> Member:
    """People carry the same number and address in every audience."""
    first, last = person(number)
    email = address(number, first, last)
    status = STATUSES[dice.below(len(STATUSES))]
    opted = now - DAY - dice.below(700 * DAY)
    # Every tenth came with one bulk import, all in the same second.
    changed = now - 20 * DAY if number % 10 == 9 else min(now - 60, opted + dice.below(now - opted))
    opted = min(opted, changed)
    kept = tuple(tag for tag in tags if dice.chance(0.25))
    birthday = f"{1 + dice.below(12):02d}/{1 + dice.below(28):02d}" if dice.chance(0.5) else ""
    odd = number % 97 == 96
    mask = dice.below(1 << groups) if groups else 0
    return Member(
        list_id, md5(email), number, email, first, last, status, changed, opted, kept, mask, dice.below(900), odd,
        birthday,
    )  # fmt: skip


def show_member(member: Member, interests: list[str], tags: Mapping[int, str]) -> Record:
    city, country = CITIES[member.number % len(CITIES)]
    number, signed_up = member.number, member.number % 3 == 0
    known = member.number % 4 == 0
    # Number fields come as a number, as text, or empty: all three are seen.
    points = ("", member.points, str(member.points))[number % 3]
    where = {"addr1": f"{number % 90 + 1} High St", "addr2": "", "city": city, "state": "", "zip": "LS1"}
    merge = {
        "FNAME": member.first,
        "LNAME": member.last,
        "BIRTHDAY": member.birthday,
        "ADDRESS": where | {"country": country} if number % 5 == 0 else "",
        "PHONE": f"+44 113 496 {number % 10000:04d}" if number % 7 == 0 else "",
        "POINTS": points,
    }
    return {
        "id": member.id,
        "email_address": member.email,
        "unique_email_id": member.id[:10],
        "contact_id": md5(f"{member.list_id}/{number}"),
        "full_name": f"{member.first} {member.last}",
        "web_id": 900_000 + number,
        "email_type": "text" if number % 11 == 10 else "html",
        "status": member.status,
        "unsubscribe_reason": "N/A (Unsubscribed by admin)" if member.status == "unsubscribed" else "",
        "consents_to_one_to_one_messaging": True,
        "merge_fields": None if member.odd else merge,
        "interests": None
        if member.odd
        else {interest: bool(member.groups >> bit & 1) for bit, interest in enumerate(interests)},
        "stats": {"avg_open_rate": number % 11 / 10, "avg_click_rate": number % 7 / 100},
        "ip_signup": "192.0.2.10" if signed_up else "",
        "timestamp_signup": offset(member.opted - 30) if signed_up else "",
        "ip_opt": "192.0.2.10",
        "timestamp_opt": offset(member.opted),
        "member_rating": 1 + number % 5,
        "last_changed": offset(member.changed),
        "language": "en" if number % 2 else "",
        "vip": number % 50 == 49,
        "email_client": CLIENTS[number % len(CLIENTS)],
        "location": {
            "latitude": 53.8 if known else 0,
            "longitude": -1.55 if known else 0,
            "gmtoff": 0,
            "dstoff": 1 if known else 0,
            "country_code": country if known else "",
            "timezone": "Europe/London" if known else "",
            "region": "",
        },
        "marketing_permissions": [{"marketing_permission_id": "ce12", "text": "Email", "enabled": number % 2 == 0}],
        "source": SOURCES[number % len(SOURCES)],
        "tags_count": len(member.tags),
        "tags": [{"id": tag, "name": tags.get(tag, "")} for tag in member.tags[:MOST_TAGS_SHOWN]],
        "list_id": member.list_id,
    }


def show_act(act: Act) -> Record:
    shown: Record = {"action": act.action, "timestamp": offset(act.at)}
    if act.action == "click":
        shown["url"] = act.detail
    if act.action == "bounce":
        return shown | {"type": act.detail}
    return shown | {"ip": "192.0.2.10"}
