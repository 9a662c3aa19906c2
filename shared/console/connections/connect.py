"""A platform that is not connected yet: what a first reading will cost, and the link that connects it."""

from __future__ import annotations

from shared.console.connections.costs import daily_of, first_of
from shared.console.connections.one import link_shown
from shared.console.desk import Desk
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.errors import Configure
from shared.managing import connect_links
from shared.model import Connection
from shared.oauth import links
from shared.people.guard import Allowed, NotThere
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import with_parents
from shared.vocabulary.platform import Platform

HISTORIES = (0, 30, 90, 365, 730)


def connect(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _page(desk, allowed, _platform(visit), _history(visit.query.get("history", "")))


def give_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    platform, form = _platform(visit), visit.form
    streams = [stream.name for stream in platform.streams if stream.optional and form.get(f"stream_{stream.name}")]
    days = form.get("days", "")
    try:
        token, link = connect_links.give(
            desk.office,
            desk.origin(visit, allowed.caller),
            allowed.workspace.id,
            platform.name,
            form.get("label", "").strip()[:100],
            int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else links.LIFETIME.days,
            _history(form.get("history", "")),
            streams=streams,
        )
    except Configure as problem:
        return _page(desk, allowed, platform, _history(form.get("history", "")), problem.sentence)
    return link_shown(desk, allowed, token, link)


def withdraw_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    connect_links.withdraw(desk.office, desk.origin(visit, allowed.caller), allowed.things["link"])
    return Reply(location=f"/workspaces/{allowed.workspace.id}/connections", status=303)


def _page(desk: Desk, allowed: Allowed, platform: Platform, history: int, trouble: str = "") -> Reply:
    now = desk.clock.now()
    planned = Connection(
        "planned", allowed.workspace.id, platform.name, "", "", zone=allowed.workspace.zone, history_days=history
    )
    usual = [stream for stream in platform.streams if not stream.optional]
    return Reply(
        "connect.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "platform": platform,
            "history": history,
            "histories": [(str(each), _history_words(each)) for each in HISTORIES],
            "usual": usual,
            "optional": [stream for stream in platform.streams if stream.optional],
            "first": first_of(platform, planned, [], now).words,
            "daily": daily_of(platform, planned, [], now).words,
            "count": len(with_parents(platform, [each.name for each in usual])),
            "trouble": trouble,
            "longest": links.LONGEST,
        },
        422 if trouble else 200,
    )


def _platform(visit: Visit) -> Platform:
    found = PLATFORMS.get(visit.segments[3])
    if found is None:
        raise NotThere
    return found


def _history(said: str) -> int:
    return int(said) if said in {str(each) for each in HISTORIES} else 0


def _history_words(days: int) -> str:
    words = {0: say("As far as the platform tells"), 365: say("One year"), 730: say("Two years")}
    return words.get(days) or say("%(days)s days", days=days)
