"""Who read the feeds of a client: when, with which key, from which network and program."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.lists import SHOWN, Listed, part_of
from shared.console.web import Reply, Visit
from shared.feeds.accesses import KEPT, Access, read
from shared.people.guard import Allowed

HEADS = ("at", "feed", "key", "network", "agent", "status", "bytes", "milliseconds")


def reads(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found, feed = _all(desk, allowed, visit)
    part = part_of(visit, len(found))
    names = {doc["id"]: doc["name"] for doc in desk.people.find("feeds", ("workspace", "==", allowed.workspace.id))}
    return Reply(
        "feed_reads.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "reads": found[part.since : part.since + SHOWN],
            "count": len(found),
            "refused": sum(each.status >= 400 for each in found),
            "part": part,
            "feed": feed,
            "names": names,
        },
    )


def as_list(desk: Desk, allowed: Allowed, visit: Visit) -> Listed:
    found, _ = _all(desk, allowed, visit)
    return Listed("reads", HEADS, [_row(each) for each in found])


def _all(desk: Desk, allowed: Allowed, visit: Visit) -> tuple[list[Access], str]:
    feed = visit.query.get("feed", "")
    found = read(desk.feeds, allowed.workspace.id, feed, desk.clock.now() - KEPT)
    return sorted(found, key=lambda each: each.at, reverse=True), feed


def _row(access: Access) -> dict[str, object]:
    return {
        "at": access.at,
        "feed": access.feed,
        "key": access.key,
        "network": access.network,
        "agent": access.agent,
        "status": access.status,
        "bytes": access.bytes,
        "milliseconds": round(access.seconds * 1000),
    }
