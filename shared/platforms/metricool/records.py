"""How Metricool tells moments, days, series and brands, and what rows make of that. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from shared.errors import Bug
from shared.kit.calendar import day_in, zone_named
from shared.vocabulary.stream import Row, Shape
from shared.vocabulary.wire import Json

# Name here → name among the networks of a brand, and its fields in the older list of brands.
NETWORKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "instagram": ("instagramData", ("instagram", "fbBusinessId")),
    "facebook": ("facebookData", ("facebookPageId", "facebook")),
    "tiktok": ("tiktokData", ("tiktok",)),
    "linkedin": ("linkedinData", ("linkedinCompany", "linkedInUserProfileURL")),
    "youtube": ("youtubeData", ("youtube",)),
    "twitter": ("twitterData", ("twitter",)),
    "pinterest": ("pinterestData", ("pinterest",)),
    "threads": ("threadsData", ("threads",)),
    "bluesky": ("blueskyData", ("bluesky",)),
    "gmb": ("gbpData", ("gmb",)),
    "facebook_ads": ("facebookAdsData", ("facebookAds",)),
    "google_ads": ("googleAdsData", ("adwords",)),
    "tiktok_ads": ("tiktokAdsData", ("tiktokads",)),
}
ADS = ("facebook_ads", "google_ads", "tiktok_ads")
LONGEST_HANDLE = 100
# Moments of posts were told in this zone to people who had asked for those of India (2026-07) and Hungary (2026-08).
SERVERS = "Europe/Madrid"


def moment_of(told: Json) -> datetime | None:
    """A moment: local time beside its zone, a text with or without an offset, or milliseconds. None: it is none.

    Where neither zone nor offset is told, it is the time of Metricool's servers, whatever zone was asked for.
    """
    zone = SERVERS
    if isinstance(told, Mapping):
        zone, told = str(told.get("timezone") or zone), told.get("dateTime")
    try:
        if isinstance(told, int) and not isinstance(told, bool):
            return datetime.fromtimestamp(told / 1000, UTC)
        moment = datetime.fromisoformat(told) if isinstance(told, str) and len(told) > len("2026-09-01") else None
        return None if moment is None else (moment if moment.tzinfo else moment.replace(tzinfo=zone_named(zone)))
    except (Bug, ValueError, OverflowError, OSError):
        return None


def in_utc(record: Mapping[str, Json], *more: str) -> Row:
    """The record with its moments as texts that say which moment they are. What is no moment stays as it is."""
    row = dict(record)
    for name, told in record.items():
        if name in more or (isinstance(told, Mapping) and "dateTime" in told):
            moment = moment_of(told)
            row[name] = told if moment is None else moment.astimezone(UTC).isoformat()
    return row


def published(field: str) -> Shape:
    """A post, whose moment of publication stands in that field; the day that it belongs to is the brand's own."""

    def shape(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
        zone, told = str(given["account_zone"]), record.get(field)
        row = in_utc(record, field)
        moment = moment_of(told)
        if moment is not None:
            row["published_day"] = day_in(zone, moment).isoformat()
        if isinstance(told, Mapping):
            row["published_zone"] = told.get("timezone")
        row.pop("blogId", None)  # of some kinds only; every row has it as `account_id`
        yield row

    return shape


def with_moments(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    yield in_utc(record)


def series(answer: Json) -> list[Json]:
    """The values of a timeline, each with the name of its series."""
    return [
        {"series": one["metric"], "aggregation": (one.get("aggregate") or {}).get("aggregation"), **value}
        for one in answer["data"]
        for value in one["values"]
    ]


def point(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """A value and its day. Any hour may stand for a day, so the written date is the day; one in UTC is turned first."""
    zone, rest = str(given["account_zone"]), {name: value for name, value in record.items() if name != "dateTime"}
    moment = moment_of(record["dateTime"])
    if moment is None:
        raise ValueError("no moment")
    yield {**rest, "told_at": moment.astimezone(UTC).isoformat(), "day": _day(moment, zone).isoformat()}


def _day(moment: datetime, zone: str) -> date:
    return moment.date() if moment.utcoffset() else day_in(zone, moment)


def own_brand(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The list holds every brand that the token sees; those of others are none of this connection's business."""
    if str(record["id"]) != given["account_id"]:
        return
    row = in_utc(record, "joinDate", "firstConnectionDate")
    row["networks"] = sorted(connected(record))
    del row["id"]
    yield row


def connected(brand: Mapping[str, Json]) -> dict[str, str]:
    """The networks of a brand, each with what it is known by there. In real answers that is a text or an object."""
    found, held = {}, brand.get("networksData")
    for network, (name, flat) in NETWORKS.items():
        known = held.get(name) if isinstance(held, Mapping) else next(filter(None, map(brand.get, flat)), None)
        if isinstance(known, Mapping):
            known = known.get("providerUserId") or known.get("username") or (network if known else "")
        if known:
            found[network] = str(known)[:LONGEST_HANDLE]
    return found
