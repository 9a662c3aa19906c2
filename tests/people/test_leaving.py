"""What ends with a role: invitations that would give it back or that its holder wrote, and keys that stood on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.keys.admission import Door, Refused
from shared.keys.digests import Digests
from shared.keys.keyring import Keyring
from shared.keys.limits import Limits
from shared.keys.texts import Kind
from shared.people import leaving, persons, roles
from shared.people.levels import How, Role
from shared.people.persons import Person
from tests.people.house import OPERATOR, House
from tests.people.test_invitations import boss, invite, members, opened

__all__ = ["boss"]
NEW = "new@gmail.com"


def pressed(house: House, boss: Person, who: Person, what: str, **more: str) -> int:
    admin = house.signed_in(boss)
    page = admin.open("/workspaces/bakery/people")
    return admin.press(page, f"/workspaces/bakery/members/{who.id}/{what}", **more).status


def newcomer(house: House, link: str, sub: str = "90") -> Person:
    browser, page = opened(house, link)
    browser.with_google(page, sub)
    found = persons.by_way(house.people, How.GOOGLE, sub)
    assert found is not None
    return found


@pytest.fixture
def door(house: House) -> tuple[Keyring, Door]:
    digests = Digests(house.people, house.vault, house.clock, "key-digests")
    word = roles.word_of(house.people)
    door = Door(house.people, digests, Limits(house.people, house.clock), house.clock, word)
    return Keyring(house.people, digests, house.clock, word), door


def test_who_was_invited_twice_and_is_removed_does_not_come_back_by_the_second_letter(
    house: House, boss: Person
) -> None:
    house.account("90", NEW)
    first, second = invite(house, boss, NEW, "admin"), invite(house, boss, NEW, "admin")
    who = newcomer(house, first)
    assert members(house)[who.id] == "admin"
    pressed(house, boss, who, "remove")
    assert who.id not in members(house)
    assert opened(house, second)[1].status == 410
    assert house.acts()[-1] == "invitation.withdrawn"


def test_who_was_made_less_is_not_made_more_by_an_older_letter(house: House, boss: Person) -> None:
    house.account("90", NEW)
    first, second = invite(house, boss, NEW, "admin"), invite(house, boss, NEW, "admin")
    who = newcomer(house, first)
    pressed(house, boss, who, "role", role="viewer")
    assert opened(house, second)[1].status == 410
    assert members(house)[who.id] == "viewer"


def test_a_letter_from_another_client_is_left_alone(house: House, boss: Person) -> None:
    house.workspace("florist")
    house.role(boss, "florist", Role.ADMIN)
    house.account("90", NEW)
    who = newcomer(house, invite(house, boss, NEW))
    admin = house.signed_in(boss)
    page = admin.open("/workspaces/florist/people")
    other = admin.press(page, "/workspaces/florist/invitations", mail=NEW, role="viewer")
    pressed(house, boss, who, "remove")
    assert opened(house, other.text.partition('readonly value="')[2].partition('"')[0])[1].status == 200


@pytest.mark.parametrize("role", [None, Role.ANALYST])
def test_an_invitation_is_worth_what_its_writer_may_now(house: House, boss: Person, role: Role | None) -> None:
    house.account("90", NEW)
    link = invite(house, boss, NEW, "admin")
    browser, page = opened(house, link)
    back = browser.from_google(browser.press(page, "/sign-in/google"), "90")
    member = roles.Member("bakery", boss.id, Role.ADMIN, house.clock.now(), "operator")
    if role is None:
        leaving.take(house.people, OPERATOR, member, house.clock.now())
    else:
        house.role(boss, "bakery", role)
    assert browser.open(back).status == 403
    assert opened(house, link)[1].status == 410
    assert persons.by_way(house.people, How.GOOGLE, "90") is None


def test_no_letter_goes_out_for_an_invitation_that_is_worth_nothing(house: House, boss: Person) -> None:
    browser, page = opened(house, invite(house, boss))
    house.deliver()
    browser.press(page, "/sign-in/mail")
    house.role(boss, "bakery", Role.VIEWER)
    house.deliver()
    assert len(house.post.sent) == 1


def test_a_role_is_not_given_to_somebody_who_was_removed_in_another_window(house: House, boss: Person) -> None:
    who = house.person("here@gmail.com", google="96")
    house.role(who, "bakery", Role.VIEWER)
    admin = house.signed_in(boss)
    page = admin.open("/workspaces/bakery/people")
    real = house.desk.guard.finders["member"]

    def removed_meanwhile(*said: object) -> object:
        found = real(*said)  # type: ignore[arg-type]
        leaving.take(house.people, OPERATOR, found, house.clock.now())
        return found

    object.__setattr__(house.desk.guard, "finders", {**house.desk.guard.finders, "member": removed_meanwhile})
    answer = admin.press(page, f"/workspaces/bakery/members/{who.id}/role", role="analyst")
    assert answer.status == 404
    assert who.id not in members(house)


def test_the_keys_of_who_left_count_their_fortnight_from_that_day(
    house: House, boss: Person, door: tuple[Keyring, Door]
) -> None:
    ring, entry = door
    who = house.person("here@gmail.com", google="96")
    house.role(who, "bakery", Role.ANALYST)
    secret, _ = ring.make(OPERATOR, who.id, Kind.API, "bakery", "x", ["data:read"], timedelta(days=300))
    pressed(house, boss, who, "remove")
    house.clock.forward(days=13)
    assert entry.admit(secret.reveal(), {Kind.API}).workspace == "bakery"
    house.clock.forward(days=100)
    with pytest.raises(Refused, match="key-paused"):
        entry.admit(secret.reveal(), {Kind.API})


def test_a_key_that_nobody_used_since_its_maker_left_opens_nothing_months_later(
    house: House, boss: Person, door: tuple[Keyring, Door]
) -> None:
    ring, entry = door
    who = house.person("here@gmail.com", google="96")
    house.role(who, "bakery", Role.ANALYST)
    secret, _ = ring.make(OPERATOR, who.id, Kind.API, "bakery", "x", ["data:read"], timedelta(days=300))
    pressed(house, boss, who, "remove")
    house.clock.forward(days=100)
    with pytest.raises(Refused, match="key-paused"):
        entry.admit(secret.reveal(), {Kind.API})


def test_the_keys_of_who_is_no_owner_any_more_count_from_that_day(house: House, door: tuple[Keyring, Door]) -> None:
    ring, entry = door
    house.workspace("bakery")
    owner = house.person("owner@gmail.com", google="7", owner=True)
    secret, _ = ring.make(OPERATOR, owner.id, Kind.API, "bakery", "x", ["data:read"], timedelta(days=300))
    leaving.end_ownership(house.people, OPERATOR, owner, house.clock.now())
    house.clock.forward(days=15)
    with pytest.raises(Refused, match="key-paused"):
        entry.admit(secret.reveal(), {Kind.API})


def test_a_workspace_of_the_same_name_lets_nobody_in_who_was_let_into_the_one_before(
    house: House, boss: Person, door: tuple[Keyring, Door]
) -> None:
    ring, entry = door
    house.account("90", NEW)
    link = invite(house, boss, NEW)
    secret, _ = ring.make(OPERATOR, "operator", Kind.API, "bakery", "x", ["data:read"], timedelta(days=300))
    assert leaving.close(house.people, OPERATOR, "bakery", house.clock.now()) == 3
    assert house.acts()[-3:] == ["role.taken", "invitation.withdrawn", "key.revoked"]
    house.workspace("bakery", "Somebody else's")
    assert house.signed_in(boss).open("/workspaces/bakery").status == 404
    assert opened(house, link)[1].status == 410
    with pytest.raises(Refused, match="key-revoked"):
        entry.admit(secret.reveal(), {Kind.API})
    assert leaving.close(house.people, OPERATOR, "bakery", house.clock.now()) == 0
