"""How the rows of a mart are added up: by what, and beside what was written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.marts.invented.book import Book

Row = dict[str, Any]
Sums = Mapping[tuple[Any, ...], Mapping[str, Decimal]]

ACCOUNT, DAY = ("platform", "connection_id"), ("platform", "connection_id", "currency", "date")
MAILING = (*ACCOUNT, "kind", "campaign_id")
# What the sums of each mart are noted by: platform, account, currency and day of each fact, and what tells its kinds
# apart; people at the very level at which they are told.
KEYS = {
    "fact_ad_performance": DAY,
    "fact_email_performance": (*DAY, "kind"),
    "fact_email_engagement": (*ACCOUNT, "date", "hour", "kind"),
    "fact_web_traffic": DAY,
    "fact_web_commerce": DAY,
    "fact_commerce": (*DAY, "kind"),
    "fact_social": (*ACCOUNT, "network", "date"),
    "fact_social_posts": (*ACCOUNT, "network", "date"),
    "ad_reach": (*ACCOUNT, "date", "level", "campaign_id", "ad_group_id", "ad_id"),
    "email_uniques": MAILING,
    "social_people": (*ACCOUNT, "network", "date"),
    "social_post_people": (*ACCOUNT, "network", "post_id"),
    "social_series": (*ACCOUNT, "network", "subject", "metric", "date"),
    "web_users": (*ACCOUNT, "date"),
    "ads_by_campaign": ("connection_id", "date", "campaign_id"),
    "email_by_mailing": (*MAILING, "date"),
    "email_heat_map": (*ACCOUNT, "date", "hour"),
    "list_growth": (*ACCOUNT, "date"),
    "dim_contacts": ("person_id",),
}
FACTS = [mart for mart in KEYS if mart.startswith("fact_")]
# Other views of the same numbers: together they come to the same for each account and currency.
AGAIN = {
    "ads_by_day": "fact_ad_performance", "ads_by_week": "fact_ad_performance", "email_by_week": "email_by_mailing",
    "web_by_day": "fact_web_traffic", "commerce_by_day": "fact_commerce",
}  # fmt: skip
CONVERTED = [mart for mart in AGAIN if mart != "email_by_week"]
# What is divided by what, wherever a measure of that name stands.
RATES = {
    "ctr": ("clicks", "impressions"), "cpc": ("cost", "clicks"), "cpm": ("cost", "impressions"),
    "cpa": ("cost", "conversions"), "roas": ("conversion_value", "cost"), "conversion_rate": ("conversions", "clicks"),
    "open_rate": ("mails_opened", "delivered_told"), "click_rate": ("mails_clicked", "delivered_told"),
    "click_to_open_rate": ("mails_clicked", "mails_opened"), "bounce_rate": ("bounces", "sends"),
    "unsubscribe_rate": ("unsubscribes", "delivered"), "complaint_rate": ("complaints", "delivered"),
    "order_rate": ("orders", "delivered"), "revenue_per_mail": ("revenue", "delivered"),
    "engagement_rate": ("engaged_sessions", "sessions"), "key_event_rate": ("key_events", "sessions"),
    "revenue_per_session": ("revenue", "sessions"), "average_order_value": ("gross", "orders"),
    "refund_rate": ("refunded", "gross"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What was written down, and what the marts made of it: at first, and after a day of each account was restated."""

    written: tuple[Book, Book]
    marts: tuple[dict[str, list[Row]], dict[str, list[Row]]]
    restated: Mapping[str, date]


def near(written: Sums) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {place: {name: pytest.approx(float(value)) for name, value in one.items()} for place, one in written.items()}


def added(rows: Iterable[Row], key: tuple[str, ...], written: Sums) -> dict[tuple[Any, ...], dict[str, float]]:
    """Sums of the rows of a mart, of the measures that were written down; `rows` is how many there are."""
    sums: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        place = tuple(row[name] for name in key)
        one = sums.setdefault(place, dict.fromkeys(written.get(place, {}), 0.0))
        for name in one:
            one[name] += 1 if name == "rows" else float(row[name] or 0)
    return sums


def totals(
    rows: Iterable[Row], key: tuple[str, ...], measures: list[str], roughly: bool = False
) -> dict[Any, list[Any]]:
    sums: dict[Any, list[Any]] = {}
    for row in rows:
        one = sums.setdefault(tuple(row[name] for name in key), [0.0] * len(measures))
        one[:] = [total + float(row[name] or 0) for total, name in zip(one, measures, strict=True)]
    return {place: [pytest.approx(each) if roughly else each for each in one] for place, one in sums.items()}


def is_sum(name: str, value: object) -> bool:
    return isinstance(value, (int, float)) and not name.endswith(("_converted", "_rate", "_year"))


def by_day(rows: Iterable[Row]) -> dict[tuple[str, date], list[str]]:
    """What the rows of each account and day say, apart from where they came from."""
    found: dict[tuple[str, date], list[str]] = {}
    for row in rows:
        said = repr({name: value for name, value in row.items() if name not in ("_synced_at", "_page", "_line")})
        found.setdefault((row["connection_id"], row["date"]), []).append(said)
    return {place: sorted(said) for place, said in found.items()}
