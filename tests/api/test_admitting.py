"""Roles, invitations and keys by the API: what a key takes away is gone, and what it gives ends with it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.keys.key import key_path
from shared.keys.scopes import OPERATOR
from shared.keys.texts import read
from shared.model import to_doc
from shared.people import invitations
from shared.people.levels import Role
from shared.people.persons import Person, person_path
from shared.people.roles import Member, member_path, role_of
from tests.api.service import BY, EVERY, Service

OF = "/workspaces/acme"
NEW: dict[str, Any] = {"name": "board", "scopes": ["data:read"]}


@pytest.fixture
def ann(service: Service) -> str:
    service.people.set(person_path("ann"), to_doc(Person("ann", "Ann", "ann@example.com", service.clock.now())))
    member = Member("acme", "ann", Role.ANALYST, service.clock.now(), OPERATOR)
    service.people.set(member_path("acme", "ann"), to_doc(member))
    return "ann"


def id_of(secret: str) -> str:
    known = read(secret)
    assert known is not None
    return known.id


def invite(service: Service, mail: str) -> invitations.Invitation:
    _, made = invitations.new(service.clock, mail, "acme", Role.VIEWER, OPERATOR)
    service.people.set(invitations.invitation_path(made.id), to_doc(made))
    return made


def test_a_role_is_made_less_and_never_more(service: Service, key: str, ann: str) -> None:
    answer = service.ask("PATCH", f"{OF}/members/{ann}", key, {"role": "admin"})
    assert (answer.status, answer.code) == (403, "takes-only")
    assert role_of(service.people, "acme", ann) is Role.ANALYST
    assert service.ask("PATCH", f"{OF}/members/{ann}", key, {"role": "viewer"}).json["role"] == "viewer"
    assert role_of(service.people, "acme", ann) is Role.VIEWER
    assert service.ask("PATCH", f"{OF}/members/{ann}", key, {"role": "analyst"}).status == 403, "nor back again"
    assert service.acts().count("role.given") == 1


def test_whoever_is_removed_has_nothing_and_no_letter_lets_them_back(service: Service, key: str, ann: str) -> None:
    letter = invite(service, "ann@example.com")
    theirs = service.key("acme", "data:read", maker=ann)
    assert service.ask("DELETE", f"{OF}/members/{ann}", key).status == 200
    assert role_of(service.people, "acme", ann) is None
    assert service.people.get(invitations.invitation_path(letter.id))["revoked_at"] is not None
    assert service.people.get(key_path(id_of(theirs)))["orphaned_at"] is not None
    assert service.ask("DELETE", f"{OF}/members/{ann}", key).status == 404


def test_an_invitation_is_seen_and_withdrawn(service: Service, key: str) -> None:
    letter = invite(service, "ben@example.com")
    answer = service.ask("GET", f"{OF}/invitations", key)
    assert [each["mail"] for each in answer.json["invitations"]] == ["ben@example.com"]
    assert letter.id not in answer.body.decode()
    assert service.ask("DELETE", f"{OF}/invitations/{letter.short}", key).status == 200
    assert service.ask("GET", f"{OF}/invitations", key).json["invitations"] == []


def test_a_key_that_was_made_by_a_key_ends_with_it(service: Service, key: str) -> None:
    answer = service.ask("POST", f"{OF}/keys", key, NEW, Idempotency_Key="once-and-for-all")
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    secret = answer.json["secret"]
    assert service.ask("POST", f"{OF}/keys", key, NEW, Idempotency_Key="once-and-for-all").code == "given-before"
    assert secret not in str(service.people.docs.of)
    assert service.ask("GET", "/auth/profile", secret).json["scopes"] == ["data:read"]
    listed = {each["id"]: each["parent"] for each in service.ask("GET", f"{OF}/keys", key).json["keys"]}
    assert listed == {id_of(key): "", id_of(secret): id_of(key)}
    service.keyring.revoke(BY, id_of(key))
    assert service.ask("GET", "/auth/profile", secret).code == "key-revoked"


def test_whoever_stole_a_key_keeps_nothing_of_it(service: Service, key: str) -> None:
    """Successors and what they made, also by a token: all of it ends with the first."""
    token = service.ask("POST", "/auth/token", key, {}).json["access_token"]
    made = service.ask("POST", f"{OF}/keys", token, NEW).json["secret"]
    after = service.ask("POST", f"{OF}/keys/{id_of(key)}/replace", key, {}).json["secret"]
    later = service.ask("POST", f"{OF}/keys", after, NEW).json["secret"]
    assert all(service.ask("GET", "/auth/profile", each).status == 200 for each in (made, after, later))
    service.keyring.revoke(BY, id_of(key))
    for each in (made, after, later):
        assert service.ask("GET", "/auth/profile", each).code == "key-revoked"


def test_a_key_gives_no_more_than_it_has_and_nothing_that_makes_keys(service: Service, key: str) -> None:
    narrow = service.key("acme", "people:write", "data:read")
    for scopes in (["exports:read"], ["data:read", "people:write"]):
        answer = service.ask("POST", f"{OF}/keys", narrow, {**NEW, "scopes": scopes})
        assert (answer.status, answer.code) == (403, "insufficient-scope")
    assert service.ask("POST", f"{OF}/keys/{id_of(key)}/replace", narrow, {}).code == "insufficient-scope"
    answer = service.ask("POST", f"{OF}/keys", key, {**NEW, "kind": "mcp", "scopes": ["exports:read"]})
    assert (answer.status, answer.code) == (422, "bad-scope")
    assert len(service.people.find("keys")) == 2


def test_a_key_is_revoked_and_a_feeds_key_is_felt_at_its_door(service: Service, key: str) -> None:
    question = {"metrics": ["clicks"], "aggregation": "daily"}
    feed = service.ask("POST", f"{OF}/feeds", key, {"name": "f", "question": question}).json
    assert service.ask("POST", f"{OF}/keys/{feed['key']}/replace", key, {}).code == "of-a-feed"
    for _ in range(2):
        assert service.ask("DELETE", f"{OF}/keys/{feed['key']}", key).json["state"] == "revoked"
    assert service.feeds.find("openings") == []
    assert service.acts().count("key.revoked") == 1


def test_it_takes_its_scope(service: Service, ann: str) -> None:
    looker = service.key("acme", *(scope for scope in EVERY if scope != "people:write"))
    for method, where, body in (
        ("PATCH", f"{OF}/members/{ann}", {"role": "viewer"}),
        ("DELETE", f"{OF}/members/{ann}", None),
        ("POST", f"{OF}/keys", NEW),
        ("POST", f"{OF}/keys/{id_of(looker)}/replace", {}),
        ("DELETE", f"{OF}/keys/{id_of(looker)}", None),
        ("GET", f"{OF}/invitations", None),
    ):
        assert service.ask(method, where, looker, body).status == 403
    assert role_of(service.people, "acme", ann) is Role.ANALYST
    assert service.ask("GET", "/auth/profile", looker).status == 200
