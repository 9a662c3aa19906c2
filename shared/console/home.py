"""What is there for whoever is signed in: their workspaces."""

from __future__ import annotations

from collections.abc import Sequence

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.model import Workspace, from_doc, workspace_path
from shared.people import roles
from shared.people.guard import Allowed
from shared.people.levels import Level
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
