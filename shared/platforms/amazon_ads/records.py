"""How records of Amazon Ads become rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from shared.platforms.amazon_ads.errors import no_brands
from shared.vocabulary.stream import Row, Shape
from shared.vocabulary.wire import Json, at

MILLISECONDS = 10**11  # as seconds that would be the year 5138


def as_day(text: Json) -> Json:
    """20260301, as Sponsored Display writes days."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if isinstance(text, str) and re.fullmatch(r"\d{8}", text) else text


def as_moment(millis: Json) -> Json:
    """Milliseconds since 1970, as Sponsored Brands writes moments."""
    if isinstance(millis, bool) or not isinstance(millis, (int, float)):
        return millis
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds")


def like_the_others(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """States in capitals, days and moments in the usual way."""
    row = {**record}
    if isinstance(row.get("state"), str):
        row["state"] = row["state"].upper()
    for name in {"startDate", "endDate"} & row.keys():
        row[name] = as_day(row[name])
    if isinstance(row.get("extendedData"), dict):
        told = row["extendedData"]
        moments = {name: as_moment(told[name]) for name in {"creationDate", "lastUpdateDate"} & told.keys()}
        row["extendedData"] = {**told, **moments}
    if "creative" in row:
        row["creativeType"] = at(row, "creative.type")
    yield row


def as_rule(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Days and moments of a budget rule in the usual way. That a moment is told in seconds or in milliseconds is said
    nowhere; which of them shows in its size."""
    row, details = {**record}, record.get("ruleDetails")
    for name in {"createdDate", "lastUpdatedDate"} & row.keys():
        told = row[name]
        row[name] = as_moment(told * 1000 if type(told) is int and abs(told) < MILLISECONDS else told)
    if isinstance(details, dict) and isinstance(details.get("duration"), dict):
        spans = {
            kind: {name: as_day(value) if name in {"startDate", "endDate"} else value for name, value in span.items()}
            if isinstance(span, dict)
            else span
            for kind, span in details["duration"].items()
        }
        row["ruleDetails"] = {**details, "duration": spans}
    yield row


def with_ad(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Ads of old Sponsored Brands campaigns have no id."""
    for row in like_the_others(record, given):
        yield {**row, "adId": row.get("adId") or ""}


def whole_key(*names: str) -> Shape:
    """Parts of the key that Amazon leaves out where there is nothing to say: a target has no match type."""

    def shape(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
        yield {**record, **{name: "" for name in names if record.get(name) is None}}

    return shape


def own_profile(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """All profiles of the login are told; those that were not chosen are nobody's business here."""
    whose = record.get("profileId")
    if not isinstance(whose, (int, str)) or str(whose).strip() in {"", str(given["account_id"])}:
        yield record


def found(records: str, total: str = "") -> Callable[[Json], list[Json]]:
    """A list may be left out, but only where the total beside it says that it is empty."""

    def unfold(body: Json) -> list[Json]:
        listed = [] if no_brands(body) else at(body, records)
        if listed is None and total and at(body, total) == 0:
            return []
        if not isinstance(listed, list):
            raise TypeError(records)
        return listed

    return unfold
