"""The keys of a client by which programs come in: made with scopes and an end, shown once, replaced, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.console.desk import Desk
from shared.console.lists import Listed
from shared.console.tongue import kept, retold, say
from shared.console.web import Reply, Visit
from shared.errors import Later, Problem
from shared.keys.key import OVER, Key
from shared.keys.scopes import Scope, cut, for_kind, role_now
from shared.keys.texts import Kind
from shared.people import persons
from shared.people.guard import Allowed
from shared.people.roles import word_of
from shared.secret import Secret

HEADS = (
    "id", "name", "kind", "state", "scopes", "made_by", "created_at", "expires_at", "used_on", "used_network",
    "used_agent",
)  # fmt: skip
LIFETIMES = {"30": kept("30 days"), "90": kept("90 days"), "180": kept("180 days"), "365": kept("a year")}
USUAL_LIFETIME = "90"
KINDS = {
    Kind.API: kept("A program, by the API"),
    Kind.MCP: kept("An agent, by MCP"),
}
SCOPES = {
    Scope.DATA_READ: kept("asks questions of what is published; never rows of persons"),
    Scope.STATUS_READ: kept("sees connections, runs and how fresh everything is"),
    Scope.EXPORTS_READ: kept("takes whole published marts away"),
    Scope.CONTACTS_READ: kept("looks up persons; each look is in the audit log"),
    Scope.REPORTS_WRITE: kept("makes, changes and sends reports"),
    Scope.FEEDS_WRITE: kept("makes feeds of what it may read itself, gives them new keys, and ends them"),
    Scope.SYNCS_WRITE: kept("asks for syncs and backfills"),
    Scope.CONNECTIONS_WRITE: kept("validates, renews and disconnects accounts"),
    Scope.SETTINGS_WRITE: kept("changes the settings of this client"),
    Scope.WORKSPACES_WRITE: kept("makes clients, none of which it opens"),
    Scope.PEOPLE_WRITE: kept("takes roles, invitations and keys away; makes keys that end with it"),
    Scope.AUDIT_READ: kept("reads the audit log, and who and which keys are there"),
}
STATES = {
    "active": kept("active"), "replaced": kept("replaced"), "orphaned": kept("its maker is gone"),
    "paused": kept("paused"), "expired": kept("ended"), "revoked": kept("revoked"),
}  # fmt: skip
SOON = timedelta(days=14)


def keys(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _page(desk, allowed)


def keys_json(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _listed(desk, allowed).as_json()


def keys_csv(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _listed(desk, allowed).as_csv()


def make_key(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """With no more than whoever makes it may themselves."""
    form, by = visit.form, desk.origin(visit, allowed.caller)
    kind = Kind.MCP if form.get("kind") == Kind.MCP else Kind.API
    said, name = form.get("lifetime", ""), form.get("name", "").strip()
    days = int(said if said in LIFETIMES else USUAL_LIFETIME)
    scopes = [scope for scope in SCOPES if form.get(scope) == "on"]
    if not name:
        return _page(desk, allowed, say("A key needs a name, by which its purpose is known."), status=400)
    if not scopes:
        return _page(desk, allowed, say("A key that may do nothing is of no use: tick what it is for."), status=400)
    try:
        secret, key = desk.ring.make(
            by, allowed.person.id, kind, allowed.workspace.id, name, scopes, timedelta(days=days)
        )
    except Later:
        raise
    except Problem as problem:
        return _page(desk, allowed, retold(problem.sentence), status=400)
    return _page(desk, allowed, secret=secret, made=key)


def replace_key(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """A successor with the same power, for whoever may as much. A feed's key is replaced at its feed."""
    key: Key = allowed.things["key"]
    if key.kind is Kind.FEED:
        return Reply(location=f"/workspaces/{allowed.workspace.id}/feeds/{key.feed}", status=303)
    desk.ring.may_give(allowed.person.id, key.kind, key.workspace, key.scopes, "")  # it is shown to whoever presses
    secret, made = desk.ring.replace(desk.origin(visit, allowed.caller), key.id)
    return _page(desk, allowed, secret=secret, made=made)


def ask_revoke_key(_: Desk, allowed: Allowed, __: Visit) -> Reply:
    key: Key = allowed.things["key"]
    here = f"/workspaces/{allowed.workspace.id}/keys"
    return Reply(
        "question.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "title": say("Revoke the key %(name)s?", name=key.name),
            "text": say("It ends at once, with its tokens and the keys that it made. Nobody brings it back."),
            "action": f"{here}/{key.id}/revoke",
            "label": say("Revoke it"),
            "back": here,
        },
    )


def revoke_key(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    key: Key = allowed.things["key"]
    desk.ring.revoke(desk.origin(visit, allowed.caller), key.id)
    if key.feed:
        desk.register.projector.project(key.feed)
    return Reply(location=f"/workspaces/{allowed.workspace.id}/keys", status=303)


def _page(
    desk: Desk,
    allowed: Allowed,
    trouble: str = "",
    secret: Secret | None = None,
    made: Key | None = None,
    status: int = 200,
) -> Reply:
    now = desk.clock.now()
    found = [_told(desk, each, now) for each in desk.ring.of_workspace(allowed.workspace.id)]
    role = role_now(word_of(desk.people), allowed.person.id, allowed.workspace.id)
    may = cut(SCOPES, role)
    return Reply(
        "keys.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "keys": [each for each in found if each["works"]],
            "ended": [each for each in found if not each["works"]],
            "states": STATES,
            "kinds": KINDS,
            "agents": for_kind(Kind.MCP),
            "scopes": {scope: words for scope, words in SCOPES.items() if scope in may},
            "lifetimes": LIFETIMES,
            "usual": USUAL_LIFETIME,
            "secret": secret.reveal() if secret else "",
            "made": made,
            "trouble": trouble,
        },
        status,
    )


def _told(desk: Desk, key: Key, now: datetime) -> dict[str, object]:
    maker = persons.get(desk.people, key.maker)
    ends = min(each for each in (key.expires_at, key.sets_at) if each is not None)
    state = key.state(now)
    return {
        "id": key.id,
        "name": key.name,
        "kind": str(key.kind),
        "state": str(state),
        "works": state not in OVER,
        "replaceable": state not in OVER and not key.successor,
        "scopes": list(key.scopes),
        "made_by": maker.name if maker else "",
        "feed": key.feed,
        "created_at": key.created_at,
        "expires_at": ends,
        "soon": (ends - now).days if timedelta() < ends - now <= SOON else None,
        "used_on": key.used_on,
        "used_network": key.used_network,
        "used_agent": key.used_agent,
    }


def _listed(desk: Desk, allowed: Allowed) -> Listed:
    now = desk.clock.now()
    return Listed("keys", HEADS, [
        {head: told[head] for head in HEADS}
        for told in (_told(desk, each, now) for each in desk.ring.of_workspace(allowed.workspace.id))
    ])  # fmt: skip
