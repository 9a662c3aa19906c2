"""Numbers of a leaf, and the metrics that they are told as."""

from datetime import date

from infra.sandbox.daily import MILLION, Leaf, Numbers, advertising
from infra.sandbox.google_ads.auctions import seen, shares_of, videos_of
from infra.sandbox.invent import Draw
from infra.sandbox.records import Record

# Conversions are counted in halves: whoever shares a conversion with another click gets a part of it.
HALF = 2


def first_told(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    """Conversions of an action that is not primary count as `all` conversions only."""
    told = advertising(leaf, day, draw)
    if not told:
        return {}
    told["views"] = told["impressions"] // 900
    if leaf.at["primary"] != "yes":
        told["other"], told["other_micros"] = told.pop("conversions"), told.pop("value_micros")
    else:
        told["on_day"], told["on_day_micros"] = told["conversions"], told["value_micros"]
    return told | seen(leaf, told["impressions"], draw)


def metrics_of(numbers: Numbers) -> Record:
    """As REST writes them: whole numbers as texts, others as numbers."""
    primary, other = numbers.get("conversions", 0), numbers.get("other", 0)
    value, others = numbers.get("value_micros", 0), numbers.get("other_micros", 0)
    clicks = str(numbers.get("clicks", 0))
    return {
        "impressions": str(numbers.get("impressions", 0)),
        "clicks": clicks,
        "costMicros": str(numbers.get("cost_micros", 0)),
        "interactions": clicks,
        "conversions": primary / HALF,
        "conversionsValue": value / MILLION,
        "allConversions": (primary + other) / HALF,
        "allConversionsValue": (value + others) / MILLION,
        "viewThroughConversions": str(numbers.get("views", 0)),
        "conversionsByConversionDate": numbers.get("on_day", 0) / HALF,
        "conversionsValueByConversionDate": numbers.get("on_day_micros", 0) / MILLION,
        **shares_of(numbers),
        **videos_of(numbers),
    }


def some_converted(numbers: Numbers) -> Record:
    """What is told by action."""
    told = metrics_of(numbers)
    return {name: told[name] for name in ("conversions", "conversionsValue", "allConversions", "allConversionsValue")}


def nothing(metrics: Record) -> bool:
    return not any(float(value) for value in metrics.values())
