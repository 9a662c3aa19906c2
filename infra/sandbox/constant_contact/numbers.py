"""What reports add up to: always the sum of the tracked events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from infra.sandbox.constant_contact.people import Event
from infra.sandbox.records import Record, Table
from infra.sandbox.times import zulu

BOUNCES = {
    "B": "nonexistent_address",
    "D": "undeliverable",
    "F": "mailbox_full",
    "S": "suspended",
    "V": "vacation",
    "X": "other",
    "Z": "blocked",
}


class Tracked(Protocol):
    """What reports are counted from (`world.ConstantContact`)."""

    events: dict[str, Table[Event]]

    def mailed(self, campaign_id: str) -> list[str]: ...


def events_of(world: Tracked, kind: str, activities: Sequence[str]) -> list[Event]:
    return [event for each in activities for event in world.events[kind].of(each)]


def stats(world: Tracked, activities: Sequence[str]) -> Record:
    """People are counted once per campaign, unless the name ends in `_all`."""
    events = {kind: events_of(world, kind, activities) for kind in world.events}
    people = {kind: len({event.contact_id for event in rows}) for kind, rows in events.items()}
    reached = {e.contact_id for e in events["opens"]} | {e.contact_id for e in events["bounces"]}
    mobile = [event for event in events["opens"] if event.device == "mobile"]
    return {
        "em_sends": people["sends"],
        "em_opens": people["opens"],
        "em_opens_all": len(events["opens"]),
        "em_opens_all_mobile": len(mobile),
        "em_clicks": people["clicks"],
        "em_clicks_all": len(events["clicks"]),
        "em_bounces": people["bounces"],
        "em_forwards": people["forwards"],
        "em_optouts": people["optouts"],
        "em_not_opened": people["sends"] - len(reached & {e.contact_id for e in events["sends"]}),
    }


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def percents(stat: Record) -> Record:
    """0–100. `click` is clicks by opens, not by mails."""
    delivered = stat["em_sends"] - stat["em_bounces"]
    mobile = percent(stat["em_opens_all_mobile"], stat["em_opens_all"])
    return {
        "open": percent(stat["em_opens"], delivered),
        "click": percent(stat["em_clicks"], stat["em_opens"]),
        "bounce": percent(stat["em_bounces"], stat["em_sends"]),
        "did_not_open": percent(stat["em_not_opened"], delivered),
        "unsubscribe": percent(stat["em_optouts"], delivered),
        "mobile_open": mobile,
        "desktop_open": round(100 - mobile, 1),
        "mobile_click": 55.0,
        "desktop_click": 45.0,
    }


def campaign_stats(world: Tracked, row: Record) -> Record:
    found = stats(world, world.mailed(row["campaign_id"]))
    refreshed = {"last_refresh_time": zulu(row["refreshed"], millis=True)}
    return {"campaign_id": row["campaign_id"], "stats": found, "percents": percents(found), **refreshed}


def activity_stats(world: Tracked, row: Record) -> Record:
    activity_id = row["campaign_activity_id"]
    found = stats(world, [activity_id])
    bounces = [event.detail for event in world.events["bounces"].of(activity_id)]
    found |= {"em_abuse": 0} | {f"em_bounces_{name}": bounces.count(code) for code, name in BOUNCES.items()}
    ids = {"campaign_id": row["campaign_id"], "campaign_activity_id": activity_id}
    refreshed = {"last_refresh_time": zulu(row["refreshed"], millis=True)}
    return {**ids, "stats": found, "percents": percents(found), **refreshed}


def summary(world: Tracked, row: Record) -> Record:
    found = stats(world, world.mailed(row["campaign_id"]))
    names = ("sends", "opens", "clicks", "forwards", "optouts", "abuse", "bounces")
    return {
        "campaign_id": row["campaign_id"],
        "campaign_type": "Newsletter",
        "last_sent_date": zulu(row["sent_at"], millis=True),
        "unique_counts": {name: found.get(f"em_{name}", 0) for name in names} | {"not_opened": found["em_not_opened"]},
    }


def aggregate(shown: Sequence[Record]) -> Record:
    """Percentages over this page of the answer only, as the platform does it."""
    total = {name: sum(row["unique_counts"][name] for row in shown) for name in ("sends", "opens", "clicks")}
    total |= {name: sum(row["unique_counts"][name] for row in shown) for name in ("bounces", "optouts", "not_opened")}
    delivered = total["sends"] - total["bounces"]
    return {
        "click": percent(total["clicks"], delivered),
        "open": percent(total["opens"], delivered),
        "did_not_open": percent(total["not_opened"], delivered),
        "bounce": percent(total["bounces"], total["sends"]),
        "unsubscribe": percent(total["optouts"], delivered),
    }
