"""The list of feeds, one of them, and what is done with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.console.desk import Desk
from shared.console.feeds import offering, ways
from shared.console.keys import STATES
from shared.console.lists import Listed
from shared.console.tongue import retold, say
from shared.console.web import Reply, Visit
from shared.errors import Later, Problem
from shared.feeds.accesses import KEPT, Access, read
from shared.feeds.feed import Feed, FeedState
from shared.feeds.register import Listed as Known
from shared.feeds.register import address
from shared.keys.key import OVER, Key
from shared.keys.scopes import Scope
from shared.people import persons
from shared.people.guard import Allowed
from shared.questions import parse, query_string
from shared.questions.refusal import Refusal
from shared.secret import Secret
from shared.spreadsheets.sheets import formula

HEADS = (
    "id",
    "name",
    "state",
    "question",
    "made_by",
    "created_at",
    "expires_at",
    "keys",
    "last_read_at",
    "last_reader",
)
SOON = timedelta(days=14)


def page(
    desk: Desk, allowed: Allowed, trouble: str = "", said: dict[str, str] | None = None, status: int = 200
) -> Reply:
    found = [_told(desk, each, reads) for each, reads in _known(desk, allowed)]
    connected = {doc["platform"] for doc in desk.engine.find(f"workspaces/{allowed.workspace.id}/connections")}
    return Reply(
        "feeds.html",
        {
            **_common(allowed),
            "feeds": [each for each in found if each["open"]],
            "ended": [each for each in found if not each["open"]],
            "marts": offering.MARTS,
            "grains": offering.GRAINS,
            "days": offering.DAYS,
            "lifetimes": offering.LIFETIMES,
            "usual": offering.USUAL_LIFETIME,
            "platforms": sorted(connected),
            "said": said or {},
            "trouble": trouble,
        },
        status,
    )


def as_list(desk: Desk, allowed: Allowed) -> Listed:
    return Listed("feeds", HEADS, [_row(_told(desk, *each)) for each in _known(desk, allowed)])


def make(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    form, by = visit.form, desk.origin(visit, allowed.caller)
    name = form.get("name", "").strip()
    try:
        if not name:
            return page(desk, allowed, say("A feed needs a name."), dict(form), 400)
        question = offering.question_of(form, [each for each in form if form[each] == "on" and _is_platform(each)])
        feed, secret, key = desk.register.add(
            by,
            allowed.person.id,
            allowed.workspace.id,
            name,
            question,
            lifetime=offering.lifetime_of(form),
            link=form.get("readers") == "link",
        )
    except Refusal as refusal:
        return page(desk, allowed, str(refusal), dict(form), 400)
    except Later:
        raise
    except Problem as problem:
        return page(desk, allowed, retold(problem.sentence), dict(form), 400)
    return _shown(desk, allowed, feed, secret, key)


def _is_platform(name: str) -> bool:
    return name not in ("name", "mart", "grain", "days", "lifetime", "readers", "question", "form")


def one(desk: Desk, allowed: Allowed) -> Reply:
    return _shown(desk, allowed, allowed.things["feed"])


def rotate(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    feed: Feed = allowed.things["feed"]
    secret, key = desk.register.rotate(desk.origin(visit, allowed.caller), feed.id)
    return _shown(desk, allowed, feed, secret, key)


def ask_end(allowed: Allowed) -> Reply:
    """What ends cannot be brought back, so it is asked first."""
    feed: Feed = allowed.things["feed"]
    here = f"/workspaces/{allowed.workspace.id}/feeds/{feed.id}"
    return Reply(
        "question.html",
        {
            **_common(allowed),
            "title": say("End the feed %(name)s?", name=feed.name),
            "text": say("Whoever reads it gets no more rows from this moment on, with any of its keys."),
            "action": f"{here}/end",
            "label": say("End it"),
            "back": here,
        },
    )


def end(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    desk.register.revoke(desk.origin(visit, allowed.caller), allowed.things["feed"].id)
    return Reply(location=f"/workspaces/{allowed.workspace.id}/feeds", status=303)


def _shown(desk: Desk, allowed: Allowed, feed: Feed, secret: Secret | None = None, key: Key | None = None) -> Reply:
    """One feed; with its key, the one time that it is seen."""
    reads = list(read(desk.feeds, allowed.workspace.id, feed.id, desk.clock.now() - KEPT))
    told = _told(desk, Known(feed, tuple(desk.register.keys(feed.id))), reads)
    is_link = key is not None and Scope.FEED_LINK in key.scopes
    return Reply(
        "feed.html",
        {
            **_common(allowed),
            "feed": told,
            "states": STATES,
            "secret": secret.reveal() if secret else "",
            "address": address(desk.feed_url, feed, secret, is_link) if secret else "",
            "is_link": is_link,
            "files": ways.offered(desk, feed),
            "formula": formula(address(desk.feed_url, feed, secret, link=True)) if secret and is_link else "",
            "where": f"{desk.feed_url}/webhook/v1/{feed.id}/data",
        },
    )


def _known(desk: Desk, allowed: Allowed) -> list[tuple[Known, list[Access]]]:
    """Each with who read it."""
    reads: dict[str, list[Access]] = {}
    for each in read(desk.feeds, allowed.workspace.id, since=desk.clock.now() - KEPT):
        reads.setdefault(each.feed, []).append(each)
    return [(each, reads.get(each.feed.id, [])) for each in desk.register.of_workspace(allowed.workspace.id)]


def _told(desk: Desk, known: Known, reads: list[Access]) -> dict[str, object]:
    feed, now = known.feed, desk.clock.now()
    maker = persons.get(desk.people, feed.maker)
    last = max(reads, key=lambda each: each.at, default=None)
    return {
        "id": feed.id,
        "name": feed.name,
        "state": str(feed.state(now)),
        "open": feed.state(now) is FeedState.OPEN,
        "question": query_string.write(parse.parse(feed.question)).replace("%2C", ","),
        "maker": maker.name if maker else "",
        "created_at": feed.created_at,
        "expires_at": feed.expires_at,
        "soon": _soon(feed.expires_at, now),
        "keys": [_key(each, now) for each in known.keys],
        "last": last,
    }


def _key(key: Key, now: datetime) -> dict[str, object]:
    ends = min(each for each in (key.expires_at, key.sets_at) if each is not None)
    return {
        "id": key.id,
        "state": str(key.state(now)),
        "works": key.state(now) not in OVER,
        "ends_at": ends,
        "soon": _soon(ends, now),
        "link": Scope.FEED_LINK in key.scopes,
    }


def _soon(when: datetime, now: datetime) -> int | None:
    """In how many days it ends, where that is soon."""
    return (when - now).days if timedelta() < when - now <= SOON else None


def _row(told: dict[str, object]) -> dict[str, object]:
    last = told["last"]
    keys = told["keys"]
    return {
        **{name: told[name] for name in ("id", "name", "state", "question", "created_at", "expires_at")},
        "made_by": told["maker"],
        "keys": [each["id"] for each in keys] if isinstance(keys, list) else [],
        "last_read_at": last.at if isinstance(last, Access) else None,
        "last_reader": last.agent if isinstance(last, Access) else None,
    }


def _common(allowed: Allowed) -> dict[str, object]:
    return {"person": allowed.person, "workspace": allowed.workspace}
