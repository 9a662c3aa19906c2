"""How answers about Instagram and Facebook become records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clock import parse
from shared.vocabulary.wire import Json, at

# Every day of every account ends at midnight there, wherever the account is.
# https://developers.facebook.com/docs/graph-api/reference/insights (2026-11)
PACIFIC = "America/Los_Angeles"


def midnight(day: date) -> str:
    """As seconds since 1970, the way Instagram wants it."""
    return str(_midnight(day))


def behind_midnight(day: date) -> str:
    """A second later: then the value that ends at midnight belongs to the window before it, whether Meta means that the
    end of a window belongs to it or not."""
    return str(_midnight(day) + 1)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(PACIFIC)).timestamp())


def kind_of(media: Mapping[str, Json]) -> str:
    """A reel is a video by its media type; an old video in the feed has fewer numbers than any other post."""
    kind, product = str(media["media_type"]), media.get("media_product_type")
    if product == "REELS":
        return "REELS"
    return "VIDEO_OTHER" if kind == "VIDEO" and product != "FEED" else kind


# A metric may be named and described, with neither `values` nor `total_value`: it is not known, like one that is left
# out (recorded shapes of July 2026; docs/platforms/instagram.md).


def posts(body: Json) -> list[Json]:
    return [{**media, "kind": kind_of(media)} for media in listed(body)]


def listed(body: Json) -> list[Json]:
    found = body["data"]
    if not isinstance(found, list):
        raise TypeError("no list")
    return found


def by_day(body: Json) -> list[Json]:
    """A list of values per metric → one record per day. A value's moment is the end of its day."""
    days: dict[str, dict[str, Json]] = {}
    for metric in listed(body):
        for each in metric.get("values", []):
            # Half a day back is in the middle of that day, also where clocks were changed.
            day = (parse(each["end_time"]).astimezone(ZoneInfo(PACIFIC)) - timedelta(hours=12)).date().isoformat()
            days.setdefault(day, {"date": day})[metric["name"]] = each.get("value")
    return list(days.values())


def together(body: Json) -> list[Json]:
    """One value per metric → one record. What is not known (yet) is left out by Meta; it is not 0."""
    found = {metric["name"]: only_value(metric) for metric in listed(body) if metric.keys() & {"values", "total_value"}}
    return [found] if found else []


def only_value(metric: Mapping[str, Json]) -> Json:
    if "total_value" in metric:
        return metric["total_value"].get("value")
    values = metric["values"]
    return values[0].get("value") if values else None


def groups(body: Json) -> list[Json]:
    """One record per group of each breakdown, with all of its dimensions: the age and the gender."""
    found = []
    for metric in listed(body):
        for breakdown in metric.get("total_value", {}).get("breakdowns", []):
            names = breakdown["dimension_keys"]
            for group in breakdown.get("results", []):
                values = group["dimension_values"]
                told = dict(zip(names, values, strict=True))
                found.append(
                    {"metric": metric["name"], "dimension": " / ".join(values), **told, "people": group.get("value")}
                )
    return found


SIDES = {"follows": "FOLLOWER", "unfollows": "NON_FOLLOWER"}  # who came, and who left


def followers(body: Json) -> list[Json]:
    """Where one side is told, nobody is on the one that is not; a quiet day has a total of 0, and no sides."""
    told = {group["dimension"]: group["people"] for group in groups(body) if group["dimension"] in SIDES.values()}
    quiet = any(at(metric, "total_value.value") == 0 for metric in listed(body))
    return [{name: told.get(side, 0) for name, side in SIDES.items()}] if told or quiet else []
