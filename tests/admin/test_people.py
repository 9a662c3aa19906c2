"""`member`, `owner` and `agent`: who may do what, and the way back in when nobody can sign in."""

from __future__ import annotations

from typing import Any

import pytest

from shared.audit.entry import Origin
from shared.messages import LetterWanted
from shared.people import persons
from shared.people.levels import How
from shared.people.persons import Person, Proof
from shared.people.sessions import LONGEST, Sessions
from tests.admin.conftest import Operator

BY = Origin(who="operator:tests")


def person(desk: Operator, mail: str, google: str = "", owner: bool = False) -> Person:
    now = desk.stores.clock.now()
    return desk.stores.people.transact(lambda tx: persons.make(tx, Proof(mail, google), BY, now, owner))


def acts(desk: Operator) -> list[str]:
    people: Any = desk.stores.people
    return [entry["act"] for entry in people.docs.of.get("audit_entries", {}).values()]


def test_somebody_is_invited_and_listed(desk: Operator) -> None:
    told = desk.ask("member", "invite", "demo", "New@Client.Example", "--role", "analyst")
    assert told["link"].startswith("https://console.example.com/invitation#")
    assert told["mail"] == "new@client.example"
    (said,) = [message for message in desk.world.machine.bus.published if isinstance(message, LetterWanted)]
    assert desk.stores.people.get(f"letters/{said.letter}")["to"] == "new@client.example"  # type: ignore[index]
    assert [(row["who"], row["role"]) for row in desk.ask("member", "list", "demo")] == [("(invited)", "analyst")]
    (entry,) = [entry for entry in desk.stores.people.find("audit_entries") if entry["act"] == "invitation.made"]
    assert entry["who"].startswith("operator:")
    assert entry["route"] == "admin member invite"


def test_a_role_is_given_changed_and_taken(desk: Operator) -> None:
    who = person(desk, "a@b.example", google="1")
    desk.ask("member", "role", "demo", "a@b.example", "viewer")
    desk.ask("member", "role", "demo", who.id, "admin")
    assert [(row["who"], row["role"]) for row in desk.ask("member", "list", "demo")] == [(who.id, "admin")]
    desk.ask("member", "remove", "demo", who.id[:6])
    assert desk.ask("member", "list", "demo") == []
    assert acts(desk)[-3:] == ["role.given", "role.given", "role.taken"]


def test_who_comes_by_a_link_is_made_no_admin(desk: Operator) -> None:
    person(desk, "a@b.example")
    code, _, err = desk.type("member", "role", "demo", "a@b.example", "admin")
    assert (code, "with Google" in err) == (2, True)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (["member", "invite", "demo", "nobody"], "no mail address"),
        (["member", "invite", "nowhere", "a@b.example"], "no workspace"),
        (["member", "role", "demo", "a@b.example", "viewer"], "Nobody here is"),
        (["owner", "remove", "a@b.example"], "Nobody here is"),
        (["agent", "allow", "http://agent.example", "Agent", "https://agent.example/back"], "https address"),
        (["agent", "remove", "https://agent.example"], "may ask"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Operator, line: list[str], complaint: str) -> None:
    try:
        code, _, err = desk.type(*line)
    except SystemExit as ended:
        code, err = int(ended.code or 0), desk.capsys.readouterr().err
    assert code == 2
    assert complaint in err


def test_the_last_owner_is_not_removed_by_mistake(desk: Operator) -> None:
    one = person(desk, "one@a.example", google="1", owner=True)
    assert desk.type("owner", "remove", one.id)[0] == 2
    person(desk, "two@a.example", google="2", owner=True)
    desk.ask("owner", "remove", one.id)
    assert [row["mail"] for row in desk.ask("owner", "list")] == ["two@a.example"]


def test_reset_ends_what_the_owners_had_and_invites_another(desk: Operator) -> None:
    one = person(desk, "one@a.example", google="1", owner=True)
    sessions = Sessions(desk.stores.people, desk.stores.clock, LONGEST)
    token = sessions.begin(BY, one.id, How.GOOGLE)
    told = desk.ask("owner", "reset", "new@a.example")
    assert told["link"].startswith("https://console.example.com/invitation#")
    assert desk.ask("owner", "list") == []
    assert sessions.find(token) is None
    (invitation,) = desk.stores.people.find("invitations")
    assert (invitation["workspace"], invitation["mail"]) == ("", "new@a.example")
    assert acts(desk)[-3:] == ["owner.ended", "session.ended", "invitation.made"]


def test_a_program_may_ask_until_it_may_not(desk: Operator) -> None:
    desk.ask("agent", "allow", "https://agent.example/c.json", "Agent", "https://agent.example/back")
    assert [row["name"] for row in desk.ask("agent", "list")] == ["Agent"]
    desk.ask("agent", "remove", "https://agent.example/c.json")
    assert desk.ask("agent", "list") == []
