"""The page of all connections of a client, its JSON and CSV, and what a page that waits asks again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from shared import model
from shared.console.clients.facts import Look, whose_words
from shared.console.clients.glance import told
from shared.console.connections.gathering import Standing, courses, standings
from shared.console.connections.progress import SOONEST, Course
from shared.console.desk import Desk
from shared.console.saved import as_json, lines
from shared.console.tongue import say, say_of
from shared.console.web import Reply, Visit
from shared.console.when import lasting, when
from shared.oauth import links
from shared.oauth.links import Link
from shared.people.guard import Allowed
from shared.people.levels import Level
from shared.platforms import PLATFORMS
from shared.states import WorkspaceState
from shared.tongue.forms import count


def connections(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    workspace, now = allowed.workspace, desk.clock.now()
    found = standings(desk.engine, workspace.id, now)
    manages = allowed.level >= Level.ADMIN
    run = visit.query.get("asked", "")[:64]
    asked = _asked(desk, workspace.id, run)
    there = {each.connection.platform for each in found}
    again = [each.course.again for each in found if each.course]
    if asked == "waits" or workspace.state == WorkspaceState.OPENING:
        again.append(SOONEST)
    return Reply(
        "connections.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "manages": manages,
            "found": found,
            "lead": _lead(found),
            "asked": asked,
            "again": min(again, default=0),
            "polls": urlencode(
                {"was": _state(workspace.state, [e.course for e in found if e.course], asked), "asked": run}
            ),
            "opening": workspace.state == WorkspaceState.OPENING,
            "links": _open_links(desk, workspace.id, now) if manages else [],
            "others": [(each.name, each.title) for each in PLATFORMS.values() if each.name not in there],
            "titles": {each.name: each.title for each in PLATFORMS.values()},
            "first": not any(each.facts.last for each in found),
            "when": lambda moment: when(moment, workspace.zone, now),
            "lasting": lasting,
            "whose": whose_words,
            "words": words_of,
            "once": links.random_token(),
        },
    )


def connections_json(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    found = standings(desk.engine, allowed.workspace.id, desk.clock.now())
    return Reply(json=as_json({"workspace": allowed.workspace.id, "connections": [_plain(each) for each in found]}))


def connections_csv(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    found = standings(desk.engine, allowed.workspace.id, desk.clock.now())
    heads = ("connection", "platform", "account", "last_good", "state", "now", "next", "whose_move", "why")
    rows = [
        (f.connection, f.platform, f.account, f.last, f.state, f.now, f.next, f.move, f.why)
        for f in (e.facts for e in found)
    ]
    return Reply(saved=(f"connections-{allowed.workspace.id}.csv", lines(heads, rows)))


def reading_now(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """What has moved since the page was made: texts and bars by the names that the page gave them. `again`: when to ask
    next, in seconds; 0: the page itself is another by now."""
    workspace = allowed.workspace
    found = courses(desk.engine, workspace.id, desk.clock.now())
    asked = _asked(desk, workspace.id, visit.query.get("asked", ""))
    if _state(workspace.state, list(found.values()), asked) != visit.query.get("was", ""):
        return Reply(json=as_json({"texts": {}, "meters": {}, "again": 0}))
    texts: dict[str, str] = {}
    meters: dict[str, int] = {}
    looks: dict[str, str] = {}
    for each in found.values():
        texts |= {
            f"now-{each.connection}": words_of(each)["now"],
            f"so-far-{each.connection}": words_of(each)["so_far"],
        }
        for line in each.streams:
            place = f"{each.connection}-{line.name}"
            texts |= {f"rows-{place}": count(line.rows), f"state-{place}": line.words}
            meters[f"meter-{place}"] = line.percent
            looks[f"state-{place}"] = "good" if line.look == Look.OK else line.look
    again = min((each.again for each in found.values()), default=SOONEST)
    return Reply(json=as_json({"texts": texts, "meters": meters, "looks": looks, "again": again}))


def words_of(found: Course) -> dict[str, str]:
    percent, status = found.going.percent, found.status
    now = say("Reads") if percent is None else say("Reads, %(percent)s %%", percent=percent)
    so_far = [
        say_of("%(count)s row so far", "%(rows)s rows so far", status.rows, rows=count(status.rows)),
        say_of("%(count)s call", "%(calls)s calls", status.calls, calls=count(status.calls)),
    ]
    if found.seconds_left is not None:
        so_far.append(say("%(time)s left", time=lasting(found.seconds_left)))
    elif not status.waiting_for:
        so_far.append(say("how long it takes is not known yet"))
    return {"now": now, "so_far": ", ".join(so_far)}


# -- what is in it ---------------------------------------------------------------------------------------------


def _asked(desk: Desk, workspace: str, run: str) -> str:
    """How far a run is that was just asked for: “waits” until it has begun."""
    if not run or not model.names_one(run):
        return ""
    return "waits" if desk.engine.get(model.path(workspace, "runs", run)) is None else "begun"


def _state(workspace: str, found: Sequence[Course], asked: str) -> str:
    """Two pages of the same state differ in numbers alone."""
    return " ".join([str(workspace), asked, *sorted(each.run for each in found)])


def _open_links(desk: Desk, workspace: str, now: datetime) -> list[Link]:
    return [link for link in links.of_workspace(desk.engine, workspace) if not link.trouble(now)]


def _lead(found: Sequence[Standing]) -> str:
    if not found:
        return say("Nothing is connected yet.")
    needing = sum(each.facts.look in (Look.NEED, Look.BAD) for each in found)
    said = say_of("%(count)s is connected.", "%(count)s are connected.", len(found))
    if not needing:
        return f"{said} {say('None of them needs anybody.')}"
    return f"{said} {say_of('%(count)s of them needs somebody.', '%(count)s of them need somebody.', needing)}"


def _plain(each: Standing) -> Mapping[str, Any]:
    return {
        **told(each.facts),
        "schedule": each.connection.rhythm or str(each.connection.schedule),
        "run": each.course.run if each.course else None,
        "streams": [
            {"stream": line.name, "percent": line.percent, "rows": line.rows, "state": line.words}
            for line in (each.course.streams if each.course else ())
        ],
    }
