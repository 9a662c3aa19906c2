"""`member`, `owner` and `agent`: who may do what, and the way back in when nobody can sign in."""

from __future__ import annotations

from typing import Any

import pytest

from shared.audit.entry import Origin
from shared.messages import LetterWanted
from shared.people import persons
from shared.people.first_owner import awaits_owner
from shared.people.levels import How
from shared.people.persons import Person, Proof
from shared.people.sessions import LONGEST, Sessions
from tests.admin.conftest import Operator

BY = Origin(who="operator:tests")


def person(operator: Operator, mail: str, google: str = "", owner: bool = False) -> Person:
    now = operator.stores.clock.now()
    return operator.stores.people.transact(lambda tx: persons.make(tx, Proof(mail, google), BY, now, owner))


def acts(operator: Operator) -> list[str]:
    people: Any = operator.stores.people
    return [entry["act"] for entry in people.docs.of.get("audit_entries", {}).values()]


def test_somebody_is_invited_and_listed(operator: Operator) -> None:
    told = operator.ask("member", "invite", "demo", "New@Client.Example", "--role", "analyst")
    assert told["link"].startswith("https://console.example.com/invitation#")
    assert told["mail"] == "new@client.example"
    (said,) = [message for message in operator.world.machine.bus.published if isinstance(message, LetterWanted)]
    assert operator.stores.people.get(f"letters/{said.letter}")["to"] == "new@client.example"  # type: ignore[index]
    assert [(row["who"], row["role"]) for row in operator.ask("member", "list", "demo")] == [("(invited)", "analyst")]
    (entry,) = [entry for entry in operator.stores.people.find("audit_entries") if entry["act"] == "invitation.made"]
    assert entry["who"].startswith("operator:")
    assert entry["route"] == "admin member invite"


def test_a_role_is_given_changed_and_taken(operator: Operator) -> None:
    who = person(operator, "a@b.example", google="1")
    operator.ask("member", "role", "demo", "a@b.example", "viewer")
    operator.ask("member", "role", "demo", who.id, "admin")
    assert [(row["who"], row["role"]) for row in operator.ask("member", "list", "demo")] == [(who.id, "admin")]
    operator.ask("member", "remove", "demo", who.id[:6])
    assert operator.ask("member", "list", "demo") == []
    assert acts(operator)[-3:] == ["role.given", "role.given", "role.taken"]


def test_who_comes_by_a_link_is_made_no_admin(operator: Operator) -> None:
    person(operator, "a@b.example")
    code, _, err = operator.type("member", "role", "demo", "a@b.example", "admin")
    assert (code, "with Google" in err) == (2, True)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (["member", "invite", "demo", "nobody"], "no mail address"),
        (["member", "invite", "nowhere", "a@b.example"], "no workspace"),
        (["member", "role", "demo", "a@b.example", "viewer"], "Nobody here is"),
        (["owner", "remove", "a@b.example"], "Nobody here is"),
        (["agent", "allow", "http://agent.example", "Agent", "https://agent.example/back"], "https address"),
        (["agent", "allow", "https://agent.example/c.json", "Agent"], "an address to come back to"),
        (["agent", "allow", "https://127.0.0.1/c.json"], "https address"),
        (["agent", "allow", "any", "Agent", "https://agent.example/back"], "https address"),
        (["agent", "remove", "any"], "may ask"),
        (["agent", "remove", "https://agent.example"], "may ask"),
    ],
)
def test_what_cannot_be_done_is_said(operator: Operator, line: list[str], complaint: str) -> None:
    try:
        code, _, err = operator.type(*line)
    except SystemExit as ended:
        code, err = int(ended.code or 0), operator.capsys.readouterr().err
    assert code == 2
    assert complaint in err


def test_the_last_owner_is_not_removed_by_mistake(operator: Operator) -> None:
    one = person(operator, "one@a.example", google="1", owner=True)
    assert operator.type("owner", "remove", one.id)[0] == 2
    person(operator, "two@a.example", google="2", owner=True)
    operator.ask("owner", "remove", one.id)
    assert [row["mail"] for row in operator.ask("owner", "list")] == ["two@a.example"]


def test_reset_ends_what_the_owners_had_and_invites_another(operator: Operator) -> None:
    one = person(operator, "one@a.example", google="1", owner=True)
    sessions = Sessions(operator.stores.people, operator.stores.clock, LONGEST)
    token = sessions.begin(BY, one.id, How.GOOGLE)
    told = operator.ask("owner", "reset", "new@a.example")
    assert told["link"].startswith("https://console.example.com/invitation#")
    assert operator.ask("owner", "list") == []
    assert sessions.find(token) is None
    (invitation,) = operator.stores.people.find("invitations")
    assert (invitation["workspace"], invitation["mail"]) == ("", "new@a.example")
    assert acts(operator)[-3:] == ["owner.ended", "session.ended", "invitation.made"]


def test_a_program_may_ask_until_it_may_not(operator: Operator) -> None:
    operator.ask("agent", "allow", "https://agent.example/c.json", "Agent", "https://agent.example/back")
    assert [row["name"] for row in operator.ask("agent", "list")] == ["Agent"]
    operator.ask("agent", "remove", "https://agent.example/c.json")
    assert operator.ask("agent", "list") == []
    for who in ("https://agent.example/c.json", "any"):  # as they say themselves
        operator.ask("agent", "allow", who)
        assert [row["agent"] for row in operator.ask("agent", "list")] == [who]
        operator.ask("agent", "remove", who)
    assert operator.ask("agent", "list") == []


def test_a_reset_withdraws_what_would_make_somebody_else_an_owner(operator: Operator) -> None:
    first = operator.ask("owner", "invite", "gone@b.example")
    operator.ask("owner", "reset", "new@b.example")
    found = {doc["mail"]: doc["revoked_at"] is None for doc in operator.stores.people.find("invitations")}
    assert found == {"gone@b.example": False, "new@b.example": True}
    assert first["mail"] == "gone@b.example"


def test_after_a_reset_the_setting_names_no_owner_any_more(operator: Operator) -> None:
    assert awaits_owner(operator.stores.people)
    operator.ask("owner", "reset", "new@b.example")
    assert not awaits_owner(operator.stores.people)


def test_who_is_no_owner_any_more_does_not_become_one_by_an_older_letter(operator: Operator) -> None:
    person(operator, "a@b.example", google="1", owner=True)
    person(operator, "c@d.example", google="2", owner=True)
    operator.ask("owner", "invite", "a@b.example")
    operator.ask("owner", "remove", "a@b.example")
    (invitation,) = operator.stores.people.find("invitations")
    assert invitation["revoked_at"] is not None
