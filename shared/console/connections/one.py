"""One connection: when it is read, what of it, days again, its access; and what each of that costs or does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from shared.access import wishes
from shared.console.clients.facts import facts, whose_words
from shared.console.connections.costs import again_of, by_stream, daily_of, first_of
from shared.console.connections.progress import course
from shared.console.connections.saying import (
    days_said,
    kinds,
    run_words,
    schedule_said,
    schedule_told,
    schedule_words,
    weekdays,
)
from shared.console.desk import Desk
from shared.console.saved import as_json
from shared.console.tongue import retold, say
from shared.console.web import Reply, Visit
from shared.console.when import when
from shared.errors import Configure
from shared.managing import connect_links
from shared.managing import connections as managed
from shared.model import AccessWish, Connection, Run, from_doc, to_doc
from shared.oauth import links
from shared.people.guard import Allowed
from shared.platforms import PLATFORMS
from shared.states import OPEN_RUN, OPEN_WISH, AccessAct, ConnectionState, WishState
from shared.sync import edits
from shared.sync.status import connection_status
from shared.sync.watching import connections, newest

RUNS_SHOWN, WISHES_SHOWN = 5, 5
LONGEST_ONCE = 64


@dataclass(frozen=True)
class Trouble:
    sentence: str
    status: int = 422


def connection(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """With days in its address it says what reading them again would cost."""
    return _page(desk, allowed, visit.query)


# -- what is said anew -------------------------------------------------------------------------------------


def set_schedule(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    def edit() -> edits.Edit:
        said = schedule_said(visit.form)
        return edits.Edit(schedule=said, resume=said == edits.STANDARD)

    return _edited(desk, allowed, visit, edit)


def set_streams(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Only what was ticked or unticked on this page, whatever another admin did meanwhile."""
    form = visit.form

    def edit() -> edits.Edit:
        shown = [name.removeprefix("was_") for name in form if name.startswith("was_")]
        more = [name for name in shown if form.get(f"stream_{name}") and form[f"was_{name}"] == "no"]
        less = [name for name in shown if not form.get(f"stream_{name}") and form[f"was_{name}"] == "yes"]
        return edits.Edit(more=more, less=less)

    return _edited(desk, allowed, visit, edit)


def pause(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _edited(desk, allowed, visit, lambda: edits.Edit(schedule=edits.PAUSED))


def resume(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _edited(desk, allowed, visit, lambda: edits.Edit(resume=True))


# -- what is read now --------------------------------------------------------------------------------------


def sync_now(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    connection = _of(allowed)
    try:
        run = managed.sync(desk.office, desk.origin(visit, allowed.caller), connection, name=_once(visit))
    except Configure as problem:
        return _page(desk, allowed, {}, Trouble(problem.sentence))
    return _to(allowed, f"/connections?asked={run}#c-{connection.id}")


def sync_all(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """All that can be read. Each is a run of its own, however often the button is pressed."""
    by, once, run = desk.origin(visit, allowed.caller), _once(visit), ""
    for doc in connections(desk.office, allowed.workspace.id):
        try:
            run = managed.sync(desk.office, by, from_doc(Connection, doc), name=once)
        except Configure:
            continue  # it waits for somebody
    return _to(allowed, f"/connections?asked={run}" if run else "/connections")


def backfill(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Days again; where it was pressed on a calendar, back to that."""
    connection, form = _of(allowed), visit.form
    try:
        days = days_said(form)
        if days is None:
            raise Configure("bad-days", say("Say which days."))
        streams = [form["stream"]] if form.get("stream") else []
        first, after = days[0], days[1] + timedelta(days=1)
        by = desk.origin(visit, allowed.caller)
        run = managed.sync(desk.office, by, connection, streams, first, after, _once(visit))
    except Configure as problem:
        return _page(desk, allowed, form, Trouble(problem.sentence))
    if form.get("back") == "coverage":
        return _to(allowed, f"/coverage?asked={run}")
    return _to(allowed, f"/connections?asked={run}#c-{connection.id}")


# -- access ------------------------------------------------------------------------------------------------


def check_access(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _wished(desk, allowed, visit, AccessAct.VALIDATE)


def renew_access(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _wished(desk, allowed, visit, AccessAct.RENEW)


def disconnect(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    """The question before it: it cannot be undone."""
    values = {"person": allowed.person, "workspace": allowed.workspace, "connection": _of(allowed)}
    return Reply(
        "disconnect.html", {**values, "title": _platform_title(_of(allowed).platform), "once": links.random_token()}
    )


def do_disconnect(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _wished(desk, allowed, visit, AccessAct.DISCONNECT)


def wish(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """What became of something that was wished of an access; the page looks again until it has ended."""
    found: AccessWish = allowed.things["wish"]
    return Reply(
        "wish.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "wish": found,
            "over": found.state not in OPEN_WISH,
            "good": found.state == WishState.DONE and found.good is not False,
            "ended": found.act in (AccessAct.DISCONNECT, AccessAct.WITHDRAW) and found.state == WishState.DONE,
            "whose": whose_words(found.move),
            "acts": _acts(),
        },
    )


def wish_now(_: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found: AccessWish = allowed.things["wish"]
    texts = {"sentence": retold(found.sentence)} if found.sentence else {}
    again = 3 if found.state in OPEN_WISH else 0
    return Reply(json=as_json({"texts": texts, "meters": {}, "again": again}))


def renew_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """The very link that helps: shown once. Whoever opens it allows reading again, and nothing is read twice."""
    connection = _of(allowed)
    by = desk.origin(visit, allowed.caller)
    token, link = connect_links.give(
        desk.office, by, connection.workspace, connection.platform, connection.title[:100], reconnects=connection.id
    )
    return link_shown(desk, allowed, token, link)


def link_shown(desk: Desk, allowed: Allowed, token: str, link: links.Link) -> Reply:
    return Reply(
        "connect_link.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "link": links.address(desk.start_url, token),
            "until": when(link.expires_at, allowed.workspace.zone, desk.clock.now()),
            "again": bool(link.reconnects),
            "title": _platform_title(link.platform),
        },
    )


# -- the page ----------------------------------------------------------------------------------------------


def _page(desk: Desk, allowed: Allowed, said: Mapping[str, str], trouble: Trouble | None = None) -> Reply:
    found, workspace, now = _of(allowed), allowed.workspace, desk.clock.now()
    platform = managed.platform(desk.office, found)
    doc = to_doc(found)
    runs = newest(desk.office, doc, RUNS_SHOWN)
    going = next((course(desk.engine, found, each, now) for each in runs if each["state"] in OPEN_RUN), None)
    over = [from_doc(Run, each) for each in runs if each["state"] not in OPEN_RUN]
    cost, asked = "", {name: said.get(name, "")[:LONGEST_ONCE] for name in ("since", "until", "stream")}
    try:
        days = days_said(asked)
        if days is not None and trouble is None:
            chosen = [asked["stream"]] if asked["stream"] in {each.name for each in platform.streams} else []
            cost = again_of(platform, found, chosen, now, *days).words
    except Configure as problem:
        trouble = Trouble(problem.sentence)
    calls = by_stream(platform, found, now)
    return Reply(
        "connection.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "connection": found,
            "title": platform.title,
            "facts": facts(connection_status(doc, now), over[0] if over else None, going.going if going else None),
            "can_read": found.state == ConnectionState.ACTIVE,
            "streams": [
                {**each, "calls": calls.get(str(each["name"]), 0)} for each in edits.streams_seen(platform, found)
            ],
            "stream_titles": {each.name: each.title for each in platform.streams},
            "schedule": schedule_told(edits.schedule_of(found)),
            "schedule_words": schedule_words(edits.schedule_of(found)),
            "paused": found.schedule == edits.PAUSED,
            "kinds": kinds(),
            "weekdays": weekdays(),
            "first_cost": first_of(platform, found, [], now).words,
            "daily_cost": daily_of(platform, found, [], now).words,
            "asked": asked,
            "cost": cost,
            "runs": over,
            "wishes": wishes.of_connection(desk.engine, workspace.id, found.id)[:WISHES_SHOWN],
            "acts": _acts(),
            "trouble": trouble.sentence if trouble else "",
            "when": lambda moment: when(moment, workspace.zone, now),
            "whose": whose_words,
            "run_words": run_words,
            "once": links.random_token(),
        },
        trouble.status if trouble else 200,
    )


def _edited(desk: Desk, allowed: Allowed, visit: Visit, edit: Callable[[], edits.Edit]) -> Reply:
    connection = _of(allowed)
    try:
        managed.configure(desk.office, desk.origin(visit, allowed.caller), connection, edit())
    except Configure as problem:
        return _page(desk, allowed, {}, Trouble(problem.sentence))
    return _to(allowed, f"/connections/{connection.id}")


def _wished(desk: Desk, allowed: Allowed, visit: Visit, act: AccessAct) -> Reply:
    made = managed.wish(desk.office, desk.origin(visit, allowed.caller), _of(allowed), act, _once(visit))
    return _to(allowed, f"/wishes/{made.id}")


def _once(visit: Visit) -> str:
    """Of the page that was shown: a button that is pressed twice is pressed once."""
    said = visit.form.get("once", "")
    return said if links.is_token(said) else links.random_token()


def _of(allowed: Allowed) -> Connection:
    found: Connection = allowed.things["connection"]
    return found


def _to(allowed: Allowed, path: str) -> Reply:
    return Reply(location=f"/workspaces/{allowed.workspace.id}{path}", status=303)


def _platform_title(name: str) -> str:
    return PLATFORMS[name].title if name in PLATFORMS else name


def _acts() -> dict[str, str]:
    return {
        str(AccessAct.VALIDATE): say("Asked whether the access is good"),
        str(AccessAct.RENEW): say("Renewed"),
        str(AccessAct.DISCONNECT): say("Disconnected"),
        str(AccessAct.WITHDRAW): say("Withdrawn by the client"),
    }
