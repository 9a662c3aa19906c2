"""What an ad did on a day, as insights tell it: numbers as texts, results as lists that are left out when empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from infra.sandbox.accounts import Accounts
from infra.sandbox.daily import Leaf, Numbers, advertising
from infra.sandbox.invent import Draw
from infra.sandbox.records import Record, Table

LEVELS = {"account": [], "campaign": ["campaign"], "adset": ["campaign", "adset"], "ad": ["campaign", "adset", "ad"]}
WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
ENTRIES = ("actions", "action_values")
PURCHASES = ("omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase")  # the same sales under three names
ACTION_TYPES = ("link_click", *PURCHASES)
# Of a hundred plays of a video so many come this far.
WATCHED = {
    "video_play_actions": 100, "video_p25_watched_actions": 60, "video_p50_watched_actions": 40,
    "video_p75_watched_actions": 25, "video_p95_watched_actions": 15, "video_p100_watched_actions": 12,
    "video_thruplay_watched_actions": 30,
}  # fmt: skip
ATTENTION = (*WATCHED, "video_avg_time_watched_actions", "outbound_clicks", "outbound_clicks_ctr")
KEYS = ("account_id", "campaign_id", "adset_id", "ad_id", "date_start")


class Named(Protocol):
    """What insights say beside the numbers: whose they are, and how those are called (`world.MetaAds`)."""

    accounts: Accounts
    campaigns: Table[Record]
    ad_sets: Table[Record]
    ads: Table[Record]


def ids_of(row: Record) -> Record:
    return {name: row[name] for name in KEYS if name in row}


def insight(world: Named, level: str, leaf: Leaf, day: date, numbers: Numbers, by: Sequence[str] = ()) -> Record:
    """A whole row, with every window. Without numbers only what it is recognised by."""
    row: Record = {"account_id": leaf.account, "date_start": day.isoformat(), "date_stop": day.isoformat()}
    for name, table in (("campaign", world.campaigns), ("adset", world.ad_sets), ("ad", world.ads)):
        if name in LEVELS[level]:
            row |= {f"{name}_id": leaf.at[name], f"{name}_name": table[(leaf.at[name],)]["name"]}
    row |= {name: leaf.at[name] for name in by}
    if not numbers:
        return row
    account = world.accounts[leaf.account]
    row |= {"account_name": account.title, "account_currency": account.currency}
    if level != "account":
        row |= {"objective": world.campaigns[(leaf.at["campaign"],)]["objective"]}
        row |= {"attribution_setting": "7d_click_1d_view"}
    return row | _told(level, account.currency, numbers)


def showing(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    """As any advertising; and where the ad is a video, some of the impressions play it."""
    told = advertising(leaf, day, draw)
    video = told and leaf.at["format"] == "VIDEO"
    return told | ({"plays": told["impressions"] * draw.between(30, 90) // 100} if video else {})


def attention(numbers: Numbers) -> Record:
    """How far videos were watched, and who was led away: what there is none of is left out."""
    plays, led = numbers.get("plays", 0), numbers["clicks"] // 2
    told = {name: str(plays * share // 100) for name, share in WATCHED.items() if plays * share // 100}
    if plays:
        told["video_avg_time_watched_actions"] = str(2 + plays % 9)
    if led:
        told |= {"outbound_clicks": str(led), "outbound_clicks_ctr": f"{led * 100 / numbers['impressions']:.6f}"}
    return told


def by_type(told: Record) -> Record:
    """As insights tell it: each is a list of one entry."""
    return {
        name: [{"action_type": "outbound_click" if name.startswith("outbound") else "video_view", "value": value}]
        for name, value in told.items()
    }


def amount(currency: str, micros: int) -> Decimal:
    """Rounded to cents in every row, so that rows need not add up to the cent; yen are a hundred times as many."""
    whole = Decimal((micros + 5_000) // 10_000)
    return whole if currency == "JPY" else whole / 100


def _told(level: str, currency: str, numbers: Numbers) -> Record:
    impressions, clicks = numbers["impressions"], numbers["clicks"]
    spend, worth = amount(currency, numbers["cost_micros"]), amount(currency, numbers["value_micros"])
    reach = max(1, impressions * (3 if level == "account" else 4) // 5)  # who saw two ads is one person
    links, bought = clicks * 2 // 3, numbers["conversions"]
    row: Record = {
        "impressions": str(impressions),
        "reach": str(reach),
        "frequency": f"{impressions / reach:.6f}",
        "clicks": str(clicks),
        "inline_link_clicks": str(links),
        "unique_clicks": str(clicks * 9 // 10),
        "spend": str(spend.normalize() + 0) if spend % 1 else str(int(spend)),
    }
    if impressions:
        row |= {"cpm": f"{spend * 1000 / impressions:.6f}", "ctr": f"{clicks * 100 / impressions:.6f}"}
    if clicks:
        row["cpc"] = f"{spend / clicks:.6f}"
    actions = ([_entry("link_click", links)] if links else []) + [_entry(kind, bought) for kind in PURCHASES if bought]
    lists = {
        "actions": actions,
        "action_values": [_entry(kind, int(worth)) for kind in PURCHASES if worth],
        "conversions": [_entry("schedule_total", bought // 3)] if bought // 3 else [],
        "conversion_values": [_entry("schedule_total", int(worth) // 3)] if bought // 3 else [],
        "purchase_roas": [{"action_type": "omni_purchase", "value": f"{worth / spend:.6f}"}] if worth and spend else [],
    }
    return row | {name: entries for name, entries in lists.items() if entries}


def _entry(kind: str, number: int) -> Record:
    """A sale after an ad was only seen has no click, so the windows of clicks hold fewer; empty ones are left out."""
    seen = number // 4 if kind != "link_click" else 0
    clicked = {"1d_click": (number - seen) * 2 // 3, "7d_click": number - seen, "28d_click": number - seen}
    windows = {name: str(value) for name, value in {**clicked, "1d_view": seen}.items() if value}
    return {"action_type": kind, "value": str(number), **windows}
