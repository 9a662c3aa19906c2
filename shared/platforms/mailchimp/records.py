"""How Mailchimp's records become rows. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json

AUTOMATION = "auto"  # how its types begin: automation, automation-email, and auto, which is an older one


def per_person_and_act(person: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """A person with the list of what they did → one row per act. `url` is part of the key, so it is never null."""
    who = {name: value for name, value in person.items() if name != "activity"}
    for act in person.get("activity") or []:
        yield {**who, "url": "", **act}


def with_known_place(member: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Mailchimp writes 0/0 for a place that it does not know; on a map that is a point in the Atlantic."""
    place = member.get("location")
    if type(place) is dict and not place.get("latitude") and not place.get("longitude"):
        place["latitude"] = place["longitude"] = None
    return (member,)


def of_campaign(report: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    return () if str(report.get("type")).startswith(AUTOMATION) else (report,)


def of_automation(report: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """A report that does not say what it is of is an error: what is left out here would be taken for gone."""
    return (report,) if report["type"].startswith(AUTOMATION) else ()


def has_more_tags(member: Json) -> bool:
    """A member's own row shows 50 tags at most."""
    return (member.get("tags_count") or 0) > 50
