"""How the rows that depend on others look: numbers are counted, never stored."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from infra.sandbox.mailchimp.people import CONTACT_STATUSES, Member
from infra.sandbox.mailchimp.tally import Tally, summary
from infra.sandbox.records import Record, Table
from infra.sandbox.times import offset, parse


class Counted(Protocol):
    """What rows are counted from (`world.Mailchimp`)."""

    lists: Table[Record]
    members: Table[Member]
    merge_fields: Table[Record]
    reports: Table[Record]
    automations: Table[Record]
    unsubscribes: Table[Record]

    def segments_of(self, member: Member) -> list[int]: ...

    def head_count(self, list_id: str) -> Counter[object]: ...

    def tally(self, campaign_id: str) -> Tally: ...


def count_heads(world: Counted, list_id: str) -> Counter[object]:
    heads: Counter[object] = Counter()
    last: dict[str, int] = {}
    for member in world.members.groups.get(list_id, {}).values():
        heads[member.status] += 1
        if member.status == "subscribed":
            heads.update(world.segments_of(member))
        last[member.status] = max(last.get(member.status, 0), member.changed)
    for status, moment in last.items():
        heads[f"last {status}"] = moment
    return heads


def account(world: Counted, row: Record) -> Record:
    subscribed = sum(world.head_count(row["id"])["subscribed"] for row in world.lists)
    return row | {"total_subscribers": subscribed}


def audience(world: Counted, row: Record) -> Record:
    """With `total_contacts`: the API leaves it out unless asked."""
    list_id, heads = row["id"], world.head_count(row["id"])
    mailed = [r for r in world.reports if r["list_id"] == list_id]
    last = max((r["sent_at"] for r in mailed), default=None)
    tallies = [world.tally(r["id"]) for r in mailed]
    delivered = sum(tally.delivered for tally in tallies)

    def percent(number: int) -> float:
        return round(100 * number / delivered, 2) if delivered else 0

    stats: Record = {
        "member_count": heads["subscribed"],
        "total_contacts": sum(heads[status] for status in CONTACT_STATUSES),
        "unsubscribe_count": heads["unsubscribed"],
        "cleaned_count": heads["cleaned"],
        "member_count_since_send": heads["subscribed"] % 7,
        "unsubscribe_count_since_send": heads["unsubscribed"] % 3,
        "cleaned_count_since_send": 0,
        "campaign_count": len(mailed),
        "campaign_last_sent": offset(last),
        "merge_field_count": len(world.merge_fields.of(list_id)),
        "open_rate": percent(sum(tally.openers for tally in tallies)),
        "click_rate": percent(sum(tally.clickers for tally in tallies)),
        "last_sub_date": offset(heads["last subscribed"] or None),
        "last_unsub_date": offset(heads["last unsubscribed"] or None),
    }
    if heads["subscribed"] > 3:
        stats |= {"avg_sub_rate": 12, "avg_unsub_rate": 3, "target_sub_rate": 5}  # absent until computed
    return row | {"stats": stats}


def segment(world: Counted, row: Record) -> Record:
    """Counted are active subscribers, whoever else is in it."""
    return row | {"member_count": world.head_count(row["list_id"])[row["id"]]}


def campaign(world: Counted, row: Record) -> Record:
    """`row` keeps its times as seconds: `made_at`, `sent_at`."""
    shown = {name: value for name, value in row.items() if name not in ("made_at", "sent_at")}
    list_id = row["recipients"]["list_id"]
    shown |= {"create_time": offset(row["made_at"]), "send_time": offset(row["sent_at"])}
    shown["recipients"] = row["recipients"] | {"list_is_active": (list_id,) in world.lists}
    shown["emails_sent"] = 0
    if (row["id"],) in world.reports:
        tally = world.tally(row["id"])
        shown |= {"emails_sent": tally.sent, "report_summary": summary(tally)}
        shown["recipients"] |= {"recipient_count": tally.sent}
    return shown


def report(world: Counted, row: Record) -> Record:
    return _report(world, row, world.tally(row["id"]))


def automation_report(world: Counted, email: Record) -> Record:
    """Of all its life: the times of an automation's email never move, and its numbers go on growing."""
    sent = email["emails_sent"]
    tally = Tally(sent=sent, opens=sent // 2, openers=sent // 3, clicks=sent // 5, clickers=sent // 6, hard=sent // 9)
    workflow = world.automations[(email["workflow_id"],)]
    row: Record = {"id": email["id"], "campaign_title": workflow["settings"]["title"], "type": "automation"}
    row |= {"list_id": workflow["recipients"]["list_id"], "subject_line": email["settings"]["subject_line"]}
    return _report(world, row | {"sent_at": parse(email["start_time"])}, tally)


def _report(world: Counted, row: Record, tally: Tally) -> Record:
    shown = {name: value for name, value in row.items() if name != "sent_at"}
    first_hour = {"emails_sent": tally.sent, "unique_opens": tally.openers, "recipients_clicks": tally.clickers}
    return shown | {
        "list_is_active": (row["list_id"],) in world.lists,
        "emails_sent": tally.sent,
        "abuse_reports": 0,
        "unsubscribed": len(world.unsubscribes.of(row["id"])),
        "send_time": offset(row["sent_at"]),
        "bounces": {"hard_bounces": tally.hard, "soft_bounces": tally.soft, "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {
            "opens_total": tally.opens,
            "unique_opens": tally.openers,
            "open_rate": tally.share(tally.openers),
            "last_open": offset(tally.last_open),
        },
        "clicks": {
            "clicks_total": tally.clicks,
            "unique_clicks": tally.unique_clicks,
            "unique_subscriber_clicks": tally.clickers,
            "click_rate": tally.share(tally.clickers),
            "last_click": offset(tally.last_click),
        },
        "industry_stats": {
            "type": "Retail",
            "open_rate": 0.17,
            "click_rate": 0.02,
            "bounce_rate": 0.01,
            "unopen_rate": 0.82,
            "unsub_rate": 0.002,
            "abuse_rate": 0.0001,
        },
        "list_stats": {"sub_rate": 12, "unsub_rate": 3, "open_rate": 37.2, "click_rate": 4.1},
        "timeseries": [{"timestamp": offset(row["sent_at"]), **first_hour}],
        "ecommerce": {"total_orders": 0, "total_spent": 0, "total_revenue": 0, "currency_code": "GBP"},
        "delivery_status": {"enabled": False},
    }


def link(world: Counted, row: Record) -> Record:
    tally = world.tally(row["campaign_id"])
    clicks, people, last = tally.by_url.get(row["url"], (0, 0, 0))
    return {
        "id": row["id"],
        "url": row["url"],
        "total_clicks": clicks,
        "click_percentage": round(clicks / tally.clicks, 4) if tally.clicks else 0,
        "unique_clicks": people,
        "unique_click_percentage": round(people / tally.unique_clicks, 4) if tally.unique_clicks else 0,
        "last_click": offset(last or None),
        "campaign_id": row["campaign_id"],
    }
