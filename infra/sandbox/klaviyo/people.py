"""Profiles, their memberships, and what they did: the rows there are many of."""

from typing import Any, NamedTuple

from infra.sandbox.invent import CITIES, Dice, address, person
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, offset

CONSENTS = ["SUBSCRIBED"] * 7 + ["NEVER_SUBSCRIBED"] * 2 + ["UNSUBSCRIBED"]
COUNTRIES = {"GB": "United Kingdom", "FR": "France", "AT": "Austria", "PT": "Portugal", "US": "United States"}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Profile(NamedTuple):
    id: str
    number: int
    email: str | None  # some gave a phone number only
    created: int
    updated: int
    last_event: int | None
    consent: str
    consented: int | None
    suppressed: tuple[tuple[str, int], ...] = ()  # reason, since when
    favourite: str = "blue"


class Member(NamedTuple):
    """Of a list or a segment."""

    group: str
    profile: str
    joined: int


class Event(NamedTuple):
    id: str
    metric: str
    profile: str
    at: int
    properties: tuple[tuple[str, Any], ...]


def ulid(dice: Dice) -> str:
    number, text = dice.random.getrandbits(115), ""
    for _ in range(23):
        number, digit = divmod(number, 32)
        text += ALPHABET[digit]
    return f"01H{text}"


def short_id(dice: Dice) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
    return "".join(letters[dice.below(len(letters))] for _ in range(6))


def invent_profile(dice: Dice, number: int, now: int) -> Profile:
    first, last = person(number)
    created = now - DAY - dice.below(500 * DAY)
    updated = min(now - 60, created + dice.below(now - created))
    if number % 10 == 9:
        updated = now - 20 * DAY  # many at the same second: an import
    consent = CONSENTS[dice.below(len(CONSENTS))]
    told = consent != "NEVER_SUBSCRIBED"
    return Profile(
        id=ulid(dice),
        number=number,
        email=None if number % 30 == 11 else address(number, first, last),
        created=min(created, updated),
        updated=updated,
        last_event=None,
        consent=consent,
        consented=min(created, updated) + 5 if told else None,
        suppressed=(("HARD_BOUNCE", updated),) if number % 25 == 7 else (),
    )


def attributes(profile: Profile) -> Record:
    number, (first, last) = profile.number, person(profile.number)
    city, country = CITIES[number % len(CITIES)]
    return {
        "email": profile.email,
        "phone_number": None if number % 4 else f"+4477009{number % 100_000:05d}",
        "external_id": None if number % 3 else f"customer-{number}",
        "first_name": first,
        "last_name": last,
        "organization": None,
        "locale": "en-GB",
        "title": None,
        "image": None,
        "created": offset(profile.created),
        "updated": offset(profile.updated),
        "last_event_date": offset(profile.last_event) if profile.last_event is not None else None,
        "location": {
            "address1": None,
            "address2": None,
            "city": city,
            "country": COUNTRIES.get(country, country),
            "latitude": "53.8" if number % 2 else 53.8,  # a number or a text
            "longitude": -1.55,
            "region": None,
            "zip": "LS1",
            "timezone": "Europe/London",
            "ip": f"192.0.2.{number % 250}",
        },
        "properties": {"favourite": profile.favourite, "$source": -6, "Loyalty points": number},
    }


def subscriptions(profile: Profile) -> Record:
    given = offset(profile.consented) if profile.consented is not None else None
    told = profile.consented is not None
    return {
        "email": {
            "marketing": {
                "can_receive_email_marketing": profile.consent == "SUBSCRIBED" and not profile.suppressed,
                "consent": profile.consent,
                "consent_timestamp": given,
                "last_updated": given,
                "method": "FORM" if told else None,
                "method_detail": "",
                "custom_method_detail": None,
                "double_optin": told,
                "suppression": [{"reason": why, "timestamp": offset(at)} for why, at in profile.suppressed],
                "list_suppressions": [],
            }
        },
        "sms": {
            "marketing": {
                "can_receive_sms_marketing": False,
                "consent": "NEVER_SUBSCRIBED",
                "consent_timestamp": None,
                "method": None,
                "method_detail": None,
                "last_updated": None,
            }
        },
    }


def event_attributes(event: Event) -> Record:
    return {
        "timestamp": event.at,
        "event_properties": dict(event.properties),
        "datetime": offset(event.at),
        "uuid": f"{event.at:08x}-0000-11f1-8001-{sum(map(ord, event.id)):012x}",
    }
