"""The walk over every route (tests/people/walk.py), and mutants that drop one check each: the walk has to notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.agents.gate import Gate as AgentsGate
from shared.api import gate
from shared.console.clients import glance
from shared.console.finders import FINDERS
from shared.errors import Problem
from shared.feeds.door import Door
from shared.feeds.feed import feed_of, feed_path
from shared.feeds.opening import opening_of
from shared.feeds.routes import TABLE as FEED
from shared.keys.admission import Admitted, Shown
from shared.keys.key import key_of, key_path
from shared.keys.limits import LIMITS
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.model import AccessWish, Connection, from_doc, wish_path
from shared.oauth import links
from shared.people import guard, invitations, roles
from shared.people.client_links import ClientLink
from shared.people.guard import Guard
from shared.people.levels import Level, Role
from shared.people.sessions import Session
from shared.publishing.at_hand import Shelf
from tests.people.walk import (
    AGENTS,
    CALLERS,
    KEY,
    KEYS,
    SITES,
    STRANGER,
    Site,
    Step,
    World,
    crossings,
    faults,
    take,
    too_low,
)

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.table.name)
def test_nothing_of_another_workspace_is_there_for_anybody(world: World, site: Site) -> None:
    assert [fault for step in crossings(site) for fault in faults(world, step)] == []


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.table.name)
def test_nobody_comes_where_their_role_does_not_lead(world: World, site: Site) -> None:
    assert [fault for step in too_low(site) for fault in faults(world, step)] == []


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.table.name)
def test_no_page_that_names_nothing_tells_of_another_workspace(world: World, site: Site) -> None:
    for route in site.table.routes:
        if not route.things and (route.method == "GET" or site.table is AGENTS):
            for caller in site.callers:
                answer = take(world, Step(site, route, caller, ()))
                assert b"zulu" not in answer.body.lower(), (route.path, caller)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.table.name)
def test_the_walk_knows_every_kind_of_thing_and_comes_everywhere(world: World, site: Site) -> None:
    kinds = {kind for route in site.table.routes for kind in route.things.values()}
    assert kinds <= set(world.a.things)
    assert set(FINDERS) <= set(world.a.things)
    walked = {(step.route.method, step.route.path) for step in crossings(site)}
    assert walked == {(route.method, route.path) for route in site.table.routes if route.things}
    assert len(walked) >= {"console": 75, "api": 29, "feed": 3, "agents": 3}[site.table.name]
    assert {step.caller for step in crossings(site)} == set(site.callers)
    assert set(site.callers) in ({*CALLERS}, {*KEYS})


@pytest.mark.parametrize("route", [route for site in SITES for route in site.table.routes if route.things], ids=str)
def test_whoever_may_come_there_does(route: Any) -> None:
    """Otherwise a walk in which nothing answers at all would pass, too."""
    world = World()
    caller = Role.VIEWER if "session" in route.things.values() else KEY if route in FEED.routes else Role.ADMIN
    (site,) = [site for site in SITES if route in site.table.routes]
    answer = take(world, Step(site, route, caller, ("a",) * len(route.things)))
    if route.path == "/authorise":
        assert answer.status == 400  # the program is none; the workspace was not the trouble
    else:
        assert answer.status in (200, 201, 202, 303), answer.body
        assert b"Nothing is here" not in answer.body


# -- mutants -----------------------------------------------------------------------------------------------


def everybody_is_an_owner(patch: Patch) -> None:
    patch.setattr(Guard, "level", lambda *_: Level.OWNER)


def a_role_anywhere_counts_everywhere(patch: Patch) -> None:
    def role_of(documents: Any, _: str, person: str) -> Role | None:
        found = documents.find_all("members", ("person", "==", person))
        return Role(found[0]["role"]) if found else None

    patch.setattr(roles, "role_of", role_of)


def every_role_is_that_of_an_admin(patch: Patch) -> None:
    patch.setattr(roles, "level", lambda person, how, role: Level.ADMIN if role else Level.PERSON)


def whoever_is_signed_in_is_a_viewer(patch: Patch) -> None:
    kept = roles.level
    patch.setattr(roles, "level", lambda person, how, role: max(kept(person, how, role), Level.VIEWER))


def members_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = guard.people.find_all("members", ("person", "==", name))
        return from_doc(roles.Member, found[0]) if found else None

    patch.setitem(FINDERS, "member", find)


def invitations_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = [doc for doc in guard.people.find("invitations") if doc["id"].startswith(name)]
        return from_doc(invitations.Invitation, found[0]) if found else None

    patch.setitem(FINDERS, "invitation", find)


def sessions_of_anybody_are_found(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = [doc for doc in guard.people.find("sessions") if doc["id"].startswith(name)]
        return from_doc(Session, found[0]) if found else None

    patch.setitem(FINDERS, "session", find)


def every_key_opens_every_workspace(patch: Patch) -> None:
    patch.setattr(gate, "opens", lambda *_: True)


def every_key_has_every_scope(patch: Patch) -> None:
    patch.setattr(Admitted, "may", lambda *_: True)


def found_by(patch: Patch, kind: str, find: Any) -> None:
    """By pages and programs alike."""
    patch.setitem(FINDERS, kind, find)
    patch.setitem(gate.FINDERS, kind, find)


def connections_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = guard.engine.find_all("connections", ("id", "==", name))
        return from_doc(Connection, found[0]) if found else None

    found_by(patch, "connection", find)


def runs_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = guard.engine.find_all("runs", ("id", "==", name))
        return found[0] if found else None

    found_by(patch, "run", find)


def links_are_found_in_any_workspace(patch: Patch) -> None:
    found_by(patch, "link", lambda guard, _, __, name: links.get(guard.engine, name))


def wishes_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        doc = guard.engine.get(wish_path(name))
        return from_doc(AccessWish, doc) if doc else None

    found_by(patch, "wish", find)


def feeds_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        doc = guard.people.get(feed_path(name))
        return feed_of(doc) if doc else None

    patch.setitem(gate.FINDERS, "feed", find)


def keys_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        doc = guard.people.get(key_path(name))
        return key_of(doc) if doc else None

    patch.setitem(gate.FINDERS, "key", find)


def a_page_finds_feeds_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        doc = guard.people.get(feed_path(name))
        return feed_of(doc) if doc else None

    patch.setitem(FINDERS, "feed", find)


def a_page_finds_keys_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        doc = guard.people.get(key_path(name))
        return key_of(doc) if doc else None

    patch.setitem(FINDERS, "key", find)


def links_of_clients_are_found_in_any_workspace(patch: Patch) -> None:
    def find(guard: Guard, _: Any, __: str, name: str) -> Any:
        found = [doc for doc in guard.people.find("client_links") if doc["id"].startswith(name)]
        return from_doc(ClientLink, found[0]) if found else None

    patch.setitem(FINDERS, "client_link", find)


def the_files_of_all_are_one(patch: Patch) -> None:
    kept = Shelf.fetch
    patch.setattr(Shelf, "fetch", lambda self, _: kept(self, "zulu_works"))


def the_first_page_lists_all(patch: Patch) -> None:
    def every_workspace(desk: Any, _: Any) -> list[dict[str, str]]:
        return [{"id": doc["id"], "name": doc["name"], "role": "viewer"} for doc in desk.engine.find("workspaces")]

    patch.setattr(glance, "workspaces_of", every_workspace)


def a_thing_that_is_not_there_is_no_trouble(patch: Patch) -> None:
    kept = Guard.allow

    def allow(self: Guard, route: Any, ids: Any, caller: Any) -> Any:
        try:
            return kept(self, route, ids, caller)
        except guard.NotThere:
            return guard.Allowed(caller, Level.OWNER, dict.fromkeys(route.things.values()))

    patch.setattr(Guard, "allow", allow)


def a_refusal_names_what_is_refused(patch: Patch) -> None:
    def allow(self: Guard, _: Any, ids: Any, __: Any) -> Any:
        doc = self.engine.get(f"workspaces/{ids.get('workspace') or 'none'}")
        raise Problem("no", f"You may not see {doc['name'] if doc else 'that'}.")

    patch.setattr(Guard, "allow", allow)


def a_key_opens_any_feed(patch: Patch) -> None:
    def admit(self: Door, presented: str, feed: str, by_link: bool, caller: Any) -> Any:
        (doc,) = [doc for doc in self.openings.find("openings") if doc["feed"] == feed]
        opening = self._known(presented, by_link, caller)
        return replace(opening, workspace=doc["workspace"], feed=feed), self.limits.take(opening.key, LIMITS[Kind.FEED])

    patch.setattr(Door, "admit", admit)


def a_feed_needs_no_key(patch: Patch) -> None:
    def admit(self: Door, _: str, feed: str, *__: Any) -> Any:
        opening = opening_of(self.openings.find("openings", ("feed", "==", feed))[0])
        return opening, self.limits.take(opening.key, LIMITS[Kind.FEED])

    patch.setattr(Door, "admit", admit)


def a_key_opens_its_own_feed_wherever_it_asks(patch: Patch) -> None:
    kept = Door.admit

    def admit(self: Door, presented: str, _: str, by_link: bool, caller: Any) -> Any:
        return kept(self, presented, self._known(presented, by_link, caller).feed, by_link, caller)

    patch.setattr(Door, "admit", admit)


def agents_need_no_key(patch: Patch) -> None:
    kept = AgentsGate.admit

    def admit(self: AgentsGate, presented: str, caller: Any) -> Any:
        if presented:
            return kept(self, presented, caller)
        shown = Shown("key", "none", "")
        return Admitted(subject="key:none", workspace="zulu_works", scopes=frozenset(Scope), shown=shown)

    patch.setattr(AgentsGate, "admit", admit)


MUTANTS: list[Callable[[Patch], None]] = [
    everybody_is_an_owner,
    a_role_anywhere_counts_everywhere,
    every_role_is_that_of_an_admin,
    whoever_is_signed_in_is_a_viewer,
    members_are_found_in_any_workspace,
    invitations_are_found_in_any_workspace,
    sessions_of_anybody_are_found,
    a_thing_that_is_not_there_is_no_trouble,
    a_refusal_names_what_is_refused,
    a_key_opens_any_feed,
    a_feed_needs_no_key,
    a_key_opens_its_own_feed_wherever_it_asks,
    every_key_opens_every_workspace,
    every_key_has_every_scope,
    connections_are_found_in_any_workspace,
    runs_are_found_in_any_workspace,
    links_are_found_in_any_workspace,
    wishes_are_found_in_any_workspace,
    feeds_are_found_in_any_workspace,
    keys_are_found_in_any_workspace,
    a_page_finds_feeds_in_any_workspace,
    a_page_finds_keys_in_any_workspace,
    links_of_clients_are_found_in_any_workspace,
    the_files_of_all_are_one,
    agents_need_no_key,
]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_walk_notices(mutant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    world = World()
    mutant(monkeypatch)
    steps = (step for site in SITES for walk in (crossings, too_low) for step in walk(site))
    assert any(faults(world, step) for step in steps)


def test_the_walk_notices_a_list_of_all(monkeypatch: Patch) -> None:
    world = World()
    the_first_page_lists_all(monkeypatch)
    site = SITES[0]
    (route,) = [route for route in site.table.routes if route.path == "/"]
    assert b"zulu" in take(world, Step(site, route, STRANGER, ())).body.lower()


def test_the_walk_notices_a_tool_that_looks_into_any_workspace(monkeypatch: Patch) -> None:
    world = World()
    connections_are_found_in_any_workspace(monkeypatch)
    (site,) = [site for site in SITES if site.table is AGENTS]
    assert any(faults(world, step) for step in crossings(site))
