"""Who may have what: the one place where a route's level and the things that it names are held against who asks.

What may not be seen is not there: a workspace of somebody else, a thing of another workspace and a thing that never was
have the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared import model
from shared.kit.campaign_names import CampaignName
from shared.kit.campaign_names import read as read_campaign
from shared.model import AccessWish, Connection, Workspace, from_doc, names_one
from shared.oauth import links
from shared.people import invitations, roles
from shared.people.levels import How, Level
from shared.people.persons import Person, get
from shared.people.routes import SAFE, WORKSPACE, Route
from shared.people.sessions import Session, Sessions
from shared.stores.ports import Doc, Documents

_CONTACT = re.compile(r"[0-9a-f]{64}")


class NotThere(Exception):
    """Nothing is there for whoever asks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in."""

    person: Person
    how: How
    session: Session | None = None


@dataclass(frozen=True)
class Allowed:
    """What the guard found: who asks, how far their word goes here, and the things that it names, by kind."""

    caller: Caller | None
    level: Level
    things: Mapping[str, Any] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        found: Workspace = self.things[WORKSPACE]
        return found

    @property
    def person(self) -> Person:
        return self.signed_in.person

    @property
    def signed_in(self) -> Caller:
        if self.caller is None:
            raise NotThere
        return self.caller


Finder = Callable[["Guard", Caller | None, str, str], Any]  # workspace, id → the thing, or None


@dataclass(frozen=True)
class Guard:
    people: Documents
    engine: Documents
    sessions: Sessions
    finders: Mapping[str, Finder]

    def caller(self, token: str, polls: bool = False) -> Caller | None:
        """Who has this session; it ends with its person."""
        session = self.sessions.find(token, polls)
        person = get(self.people, session.person) if session is not None else None
        return None if session is None or person is None else Caller(person, session.how, session)

    def allow(self, route: Route, ids: Mapping[str, str], caller: Caller | None) -> Allowed:
        """What the caller may have of this route; raises NotThere."""
        if any(not SAFE.fullmatch(ids.get(name, "")) for name in route.things):
            raise NotThere  # before it is a part of any path
        workspace = ids.get(WORKSPACE, "")
        level = self.level(caller, workspace)
        if level < route.level:
            raise NotThere
        things = {}
        for name, kind in route.things.items():
            thing = self.finders[kind](self, caller, workspace, ids[name])
            if thing is None:
                raise NotThere
            things[kind] = thing
        return Allowed(caller, level, things)

    def level(self, caller: Caller | None, workspace: str) -> Level:
        """How far somebody's word goes: in this workspace, where one is named."""
        if caller is None:
            return Level.NOBODY
        role = roles.role_of(self.people, workspace, caller.person.id) if workspace else None
        return roles.level(caller.person, caller.how, role)


def workspace_there(engine: Documents, name: str) -> Workspace | None:
    """One that is being erased is not there any more."""
    if not names_one(name):
        return None
    doc, closing = engine.get_many([model.workspace_path(name), model.closing_path(name)])
    return None if doc is None or closing is not None else from_doc(Workspace, doc)


def find_workspace(guard: Guard, _: Caller | None, __: str, name: str) -> Workspace | None:
    return workspace_there(guard.engine, name)


def find_member(guard: Guard, _: Caller | None, workspace: str, name: str) -> roles.Member | None:
    doc = guard.people.get(roles.member_path(workspace, name))
    return None if doc is None else from_doc(roles.Member, doc)


def find_invitation(guard: Guard, _: Caller | None, workspace: str, name: str) -> invitations.Invitation | None:
    found = [each for each in invitations.of_workspace(guard.people, workspace) if each.short == name]
    return found[0] if len(found) == 1 else None


def find_session(guard: Guard, caller: Caller | None, _: str, name: str) -> Session | None:
    """One's own only."""
    if caller is None:
        return None
    found = [each for each in guard.sessions.of_person(caller.person.id) if each.short == name]
    return found[0] if len(found) == 1 else None


def find_campaign(_: Guard, __: Caller | None, ___: str, name: str) -> CampaignName | None:
    """What is published of the workspace says later whether it is there."""
    return read_campaign(name)


def find_contact(_: Guard, __: Caller | None, ___: str, name: str) -> str | None:
    """Look_up says later whether there is such a person."""
    return name if _CONTACT.fullmatch(name) else None


def find_connection(guard: Guard, _: Caller | None, workspace: str, name: str) -> Connection | None:
    doc = guard.engine.get(model.path(workspace, "connections", name)) if names_one(name) else None
    return from_doc(Connection, doc) if doc else None


def find_run(guard: Guard, _: Caller | None, workspace: str, name: str) -> Doc | None:
    return guard.engine.get(model.path(workspace, "runs", name)) if names_one(name) else None


def find_link(guard: Guard, _: Caller | None, workspace: str, name: str) -> links.Link | None:
    found = links.get(guard.engine, name) if names_one(name) else None
    return found if found is not None and found.workspace == workspace else None


def find_wish(guard: Guard, _: Caller | None, workspace: str, name: str) -> AccessWish | None:
    doc = guard.engine.get(model.wish_path(name)) if names_one(name) else None
    return from_doc(AccessWish, doc) if doc is not None and doc["workspace"] == workspace else None


FINDERS: Mapping[str, Finder] = {
    WORKSPACE: find_workspace,
    "member": find_member,
    "invitation": find_invitation,
    "session": find_session,
    "campaign": find_campaign,
    "contact": find_contact,
    "connection": find_connection,
    "run": find_run,
    "link": find_link,
    "wish": find_wish,
}
