"""Ads: a campaign's day is invented whole, and split up among its ads, where it has some."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.marts.golden import results
from tests.marts.invented.book import DAYS, GONE, Account, Book, Row, cents, converted, split

Numbers = tuple[int, int, Decimal, int, Decimal]  # impressions, clicks, cost, conversions, their value
MEASURES = ("impressions", "clicks", "cost", "conversions", "conversion_value")


def _google(account: Account, numbers: Numbers) -> Row:
    row: Row = dict(zip(MEASURES, numbers, strict=True))
    return row | {"account_currency": account.currency, "account_zone": account.zone}


def _meta(account: Account, numbers: Numbers) -> Row:
    seen, clicks, cost, orders, value = numbers
    told = {"actions": results("link_click", str(orders)), "action_values": results("add_to_cart", str(value))}
    told["actions"][2]["value"] = told["action_values"][2]["value"] = "0"  # the third type knows the fewest
    return {"impressions": seen, "clicks": clicks, "spend": cost, "account_currency": account.currency, **told}


def _products(account: Account, numbers: Numbers) -> Row:
    """Orders within 14 days count, and within 30 do not."""
    seen, clicks, cost, orders, value = numbers
    told = {"purchases_14d": orders, "sales_14d": value, "purchases_30d": orders + 7, "sales_30d": value + 70}
    return {"impressions": seen, "clicks": clicks, "cost": cost, **told, **_amazon(account)}


def _brands(account: Account, numbers: Numbers) -> Row:
    """Orders after clicks count, and after views do not."""
    seen, clicks, cost, orders, value = numbers
    told = {"purchases_clicks": orders, "sales_clicks": value, "purchases": orders + 5, "sales": value + 50}
    return {"impressions": seen, "clicks": clicks, "cost": cost, **told, **_amazon(account)}


def _amazon(account: Account) -> Row:
    return {"account_currency": account.currency, "account_zone": account.zone, "currency": account.currency}


@dataclass(frozen=True)
class Product:
    """Where a platform tells its campaigns, and their days with and without ads."""

    platform: str
    short: str  # begins the ids of its campaigns
    campaigns: str
    whole: str
    ads: str
    told: Callable[[Account, Numbers], Row]
    day: str = "date"
    group: str = "ad_group_id"
    id: str = "campaign_id"


PRODUCTS = (
    Product(
        "google_ads", "c", "google_ads_campaigns", "google_ads_campaign_daily", "google_ads_ad_daily", _google,
    ),
    Product(
        "meta_ads", "c", "meta_ads_campaigns", "meta_ads_insights_campaign_daily", "meta_ads_insights_ad_daily", _meta,
        "date_start", "adset_id", "id",
    ),
    *(
        Product(
            "amazon_ads", short, f"amazon_ads_{short}_campaigns", f"amazon_ads_{short}_campaigns_daily",
            f"amazon_ads_{short}_ads_daily", told,
        ) for short, told in (("sp", _products), ("sb", _brands), ("sd", _brands))
    ),
)  # fmt: skip


def write(book: Book) -> None:
    for account in book.accounts("meta_ads"):
        book.put("meta_ads_ad_account", account, account_id=account.id, timezone_name=account.zone)
    for account in book.accounts("google_ads"):
        book.put("google_ads_account", account, account_id=account.id, time_zone=account.zone)
    for account in book.accounts("amazon_ads"):
        book.put("amazon_ads_profiles", account, profile_id=account.id, timezone=account.zone)
    for product in PRODUCTS:
        for account in book.accounts(product.platform):
            for number in range(4):
                _campaign(book, product, account, f"{product.short}{number}")


def _campaign(book: Book, product: Product, account: Account, campaign: str) -> None:
    """Some are listed under a newer name, some are gone from the list, and some stand in no list (yet)."""
    shape = book.shape(product.short, account.connection, campaign)
    listed, gone, has_ads = shape.random() < 0.7, shape.random() < 0.4, shape.random() < 0.6
    if listed:
        named = {product.id: campaign, "name": f"{campaign}, renamed"} | ({"_deleted_at": GONE} if gone else {})
        book.put(product.campaigns, account, account_id=account.id, **named)
    days = [day for day in DAYS if shape.random() < 0.8] or DAYS[:1]
    for day in days:
        _day(book, product, account, campaign, day, shape.randint(1, 3) if has_ads and shape.random() < 0.8 else 0)
    newest = f"{campaign} by {max(days)}"
    book.names[account.connection, campaign] = (f"{campaign}, renamed", gone) if listed else (newest, True)


def _day(book: Book, product: Product, account: Account, campaign: str, day: date, ads: int) -> None:
    dice = book.dice(account, day)
    numbers = (dice.randint(1, 9999), dice.randint(0, 99), cents(dice), dice.randint(0, 20), cents(dice))
    place = {"account_id": account.id, product.day: day, "campaign_id": campaign}
    named = {"campaign_name": f"{campaign} by {day}"}
    book.put(product.whole, account, **place, **named, **_told(book, product, account, numbers, place, "campaign"))
    parts = [split(number, ads, dice) for number in numbers] if ads else []
    for number in range(ads):
        of_ad: Any = tuple(part[number] for part in parts)
        ad = {**place, product.group: "s", "ad_id": f"{campaign}-{number}"}
        book.put(product.ads, account, **ad, **_told(book, product, account, of_ad, ad, "ad"))
    # Neither a campaign nor an ad that the platform tells no longer counts, nor does it hide the campaign.
    wrong = product.told(account, (9999, 999, Decimal(999), 99, Decimal(999)))
    book.put(product.whole, account, **{**place, "campaign_id": f"{campaign}-gone"}, **wrong, _deleted_at=GONE)
    book.put(product.ads, account, **place, **{product.group: "s"}, ad_id=f"{campaign}-x", **wrong, _deleted_at=GONE)
    worth = {
        "cost_converted": converted(numbers[2], account.currency, day),
        "conversion_value_converted": converted(numbers[4], account.currency, day),
    }
    measures: dict[str, Any] = dict(zip(MEASURES, numbers, strict=True))
    book.note("fact_ad_performance", (product.platform, account.connection, account.currency, day), **measures, **worth)
    book.note("ads_by_campaign", (account.connection, day, campaign), **measures)


def _told(
    book: Book, product: Product, account: Account, numbers: Numbers, place: Mapping[str, Any], level: str
) -> Row:
    """The row's numbers, with the people that it reached, who are noted for this level alone."""
    row = product.told(account, numbers)
    dice = book.dice(account, place[product.day])
    return row | _reached(book, product, account, place, level, dice)


def _reached(
    book: Book, product: Product, account: Account, place: Mapping[str, Any], level: str, dice: random.Random
) -> Row:
    ids = (place["campaign_id"], place.get(product.group), place.get("ad_id"))
    key = (account.platform, account.connection, place[product.day], level, *ids)
    people, more = dice.randint(1, 9999), dice.randint(1, 99)
    if product.platform == "meta_ads":
        book.note("ad_reach", key, reach=people, unique_clicks=more, cumulative_reach=0)
        if level == "campaign":  # each has one ad set
            numbers = {"reach": people + 1, "unique_clicks": more + 1}
            book.put("meta_ads_insights_adset_daily", account, **place, adset_id="s", **numbers)
            book.put("meta_ads_insights_adset_daily", account, **place, adset_id="x", **numbers, _deleted_at=GONE)
            book.note("ad_reach", (*key[:3], "ad_group", key[4], "s", None), **numbers, cumulative_reach=0)
        return {"reach": people, "unique_clicks": more}
    if product.short == "sd":
        if level == "campaign":
            group = {"ad_group_id": "s", "cumulative_reach": people + 1}
            book.put("amazon_ads_sd_ad_groups_daily", account, **place, **group)
            gone = group | {"ad_group_id": "x", "_deleted_at": GONE}
            book.put("amazon_ads_sd_ad_groups_daily", account, **place, **gone)
            book.note("ad_reach", (*key[:3], "ad_group", key[4], "s", None), cumulative_reach=people + 1)
        book.note("ad_reach", key, reach=0, unique_clicks=0, cumulative_reach=people)
        return {"cumulative_reach": people}
    return {}
