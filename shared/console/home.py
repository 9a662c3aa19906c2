"""What is there for whoever is signed in: their workspaces, and themselves."""

from __future__ import annotations

from collections.abc import Sequence

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.model import Workspace, from_doc, workspace_path
from shared.people import persons, roles
from shared.people.guard import Allowed, NotThere
from shared.people.levels import How, Level
from shared.stores.ports import Doc


def workspaces_of(desk: Desk, allowed: Allowed) -> list[dict[str, str]]:
    """All for an owner, else those with a role; each with what one is there."""
    if allowed.level is Level.OWNER:
        docs: Sequence[Doc | None] = desk.engine.find("workspaces")
        found = {doc["id"]: "owner" for doc in docs if doc is not None}
    else:
        found = {name: str(role) for name, role in roles.of_person(desk.people, allowed.person.id).items()}
        docs = desk.engine.get_many([workspace_path(name) for name in found])
    there = [from_doc(Workspace, doc) for doc in docs if doc is not None]
    return sorted(
        ({"id": each.id, "name": each.name, "role": found[each.id]} for each in there),
        key=lambda each: each["name"].lower(),
    )


def workspace(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return Reply(
        "workspace.html",
        {"person": allowed.person, "workspace": allowed.workspace, "manages": allowed.level >= Level.ADMIN},
    )


def account(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    caller, now = allowed.signed_in, desk.clock.now()
    session = caller.session
    if session is None:
        raise NotThere
    ways = persons.ways_of(caller.person)
    return Reply(
        "account.html",
        {
            "person": caller.person,
            "how": caller.how,
            "by_google": How.GOOGLE in ways,
            "by_mail": How.MAIL in ways,
            "fresh": session.fresh(now),
            "current": session.id,
            "sessions": desk.sessions.of_person(caller.person.id),
        },
    )


def end_session(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    session, own = allowed.things["session"], allowed.signed_in.session
    desk.sessions.end(desk.origin(visit, allowed.caller), session)
    if own is not None and own.id == session.id:
        return Reply(location="/sign-in", status=303, session="")
    return Reply(location="/account", status=303)


def end_other_sessions(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    own = allowed.signed_in.session
    desk.sessions.end_all(desk.origin(visit, allowed.caller), allowed.person.id, but=own.id if own else "")
    return Reply(location="/account", status=303)
