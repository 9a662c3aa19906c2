"""Breakdowns: which there are, which go together, and what is told of people in them.

https://developers.facebook.com/documentation/ads-commerce/marketing-api/insights/breakdowns (2026-09) lists the
combinations with an asterisk, which go together with types of results. That `device_platform` goes by itself and with
`publisher_platform` is how Airbyte's source of 2026 asks, and what a project's probe of June 2026 was told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

from infra.sandbox.meta_ads.asking import Fields, invalid

PLACE, WHERE, DEVICE = "publisher_platform", "platform_position", "device_platform"
TOGETHER = frozenset(
    map(
        frozenset,
        [["age"], ["gender"], ["age", "gender"], ["country"], [PLACE], [PLACE, WHERE], [DEVICE], [PLACE, DEVICE]],
    )
)
KNOWN = tuple(sorted(frozenset().union(*TOGETHER)))
# Whom an ad was shown to, and where: by each of these its numbers can be told apart.
AUDIENCES: tuple[Mapping[str, str], ...] = tuple(
    dict(zip(("age", "gender", "country", PLACE, WHERE, DEVICE), words.split(), strict=True))
    for words in (
        "25-34 female US instagram instagram_reels mobile_app",
        "25-34 male CA facebook feed mobile_web",
        "35-44 female US instagram feed mobile_app",
        "65+ unknown unknown audience_network an_classic unknown",
        "Unknown female GB facebook feed desktop",
    )
)
# The tables of campaigns in parts, and by what they are parted.
PARTS: Mapping[str, tuple[str, ...]] = {
    "age_gender": ("age", "gender"),
    "country": ("country",),
    "placement": (PLACE, WHERE),
    "device": (DEVICE,),
}
PEOPLE = ("reach", "frequency", "cpp")
MONTHS_OF_PEOPLE = 13


def broken_down(asked: Mapping[str, str]) -> tuple[str, ...]:
    """By what: an array, or names with commas between them."""
    text = asked.get("breakdowns", "").strip('"')
    if not text:
        return ()
    try:
        names = tuple(json.loads(text)) if text.startswith("[") else tuple(text.split(","))
    except ValueError:
        raise invalid("param breakdowns must be an array.") from None
    for place, name in enumerate(names):
        if name not in KNOWN:
            raise invalid(f"breakdowns[{place}] must be one of the following values: {', '.join(KNOWN)}")
    if frozenset(names) not in TOGETHER:
        raise invalid(f"Current combination of data breakdown columns (action_type, {', '.join(names)}) is invalid")
    return names


def of_people(fields: Fields, since: date, today: date) -> Fields:
    """Unique numbers of old days are refused in a breakdown, reach is left out without a word."""
    if since >= today - timedelta(days=MONTHS_OF_PEOPLE * 30):
        return fields
    if any(name.startswith("unique_") for name in fields.asked):
        raise invalid("breakdowns for unique-count fields are only available for the last 13 months")
    return Fields({name: inner for name, inner in fields.asked.items() if name not in PEOPLE})
