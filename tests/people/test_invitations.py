"""Invitations: for one address, once, for a week, and worth nothing to whoever merely holds the link."""

from __future__ import annotations

import pytest

from infra.demo.browser import Page
from infra.local.mailbox import text_of
from shared.people.levels import Role
from shared.people.persons import Person
from shared.people.throttle import INVITATIONS_PER_ADDRESS, INVITATIONS_PER_WORKSPACE
from tests.people.house import Browser, House, heading

MAIL = "new@client.example"


@pytest.fixture
def boss(house: House) -> Person:
    house.workspace("bakery", "Corner Bakery")
    person = house.person("boss@agency.example", google="1", name="Boss")
    house.role(person, "bakery", Role.ADMIN)
    return person


def invite(house: House, boss: Person, mail: str = MAIL, role: str = "viewer") -> str:
    """The path of the invitation's link."""
    admin = house.signed_in(boss)
    page = admin.press(admin.open("/workspaces/bakery/people"), "/workspaces/bakery/invitations", mail=mail, role=role)
    assert page.status == 200
    return page.text.partition('readonly value="')[2].partition('"')[0]


def opened(house: House, link: str, browser: Browser | None = None) -> tuple[Browser, Page]:
    browser = browser or Browser(house)
    return browser, browser.press(browser.open(link), "/invitation")


def members(house: House) -> dict[str, str]:
    return {doc["person"]: doc["role"] for doc in house.people.find("roles/bakery/members")}


def test_somebody_is_invited_by_letter_and_comes_in_with_google(house: House, boss: Person) -> None:
    link = invite(house, boss, "new@gmail.com", "analyst")
    (letter,) = house.deliver()
    assert letter["To"] == "new@gmail.com"
    assert link in text_of(letter)
    house.account("90", "new@gmail.com", name="Newcomer")
    browser, page = opened(house, link)
    assert heading(page) == "Boss invites you to Corner Bakery"
    home = browser.with_google(page, "90")
    assert (home.url, home.status) == ("/workspaces/bakery/overview", 200)
    assert "Corner Bakery" in home.text
    assert sorted(members(house).values()) == ["admin", "analyst"]
    assert house.acts()[-4:] == ["person.made", "invitation.accepted", "role.given", "session.begun"]


def test_and_by_a_link_when_they_have_no_account_of_google(house: House, boss: Person) -> None:
    browser, page = opened(house, invite(house, boss))
    house.deliver()
    sent = browser.press(page, "/sign-in/mail")
    assert heading(sent) == "Look into your mail"
    home = browser.press(browser.open(house.letter_link()), "/sign-in/link")
    assert "Corner Bakery" in home.text
    (person,) = house.people.find("persons", ("mail", "==", MAIL))
    assert person["by_mail"] is True


def test_the_letter_has_no_word_that_somebody_could_choose(house: House, boss: Person) -> None:
    house.workspace("bakery", "Win a prize: https://evil.example")
    invite(house, boss)
    (letter,) = house.deliver()
    assert "prize" not in text_of(letter)
    assert "evil" not in letter.as_string()
    assert "Boss" not in text_of(letter)


def test_the_page_masks_the_address(house: House, boss: Person) -> None:
    _, page = opened(house, invite(house, boss))
    assert MAIL not in page.text
    assert "n…@client.example" in page.text


@pytest.mark.parametrize("mail", ["other@gmail.com", "new@gmail.com.example"])
def test_whoever_merely_holds_the_link_gets_nothing(house: House, boss: Person, mail: str) -> None:
    house.account("91", mail, mail.partition("@")[2])
    browser, page = opened(house, invite(house, boss, "new@gmail.com"))
    assert browser.with_google(page, "91").status == 403
    assert len(members(house)) == 1
    assert house.people.find("persons", ("google", "==", "91")) == []


def test_an_address_that_google_does_not_decide_on_is_shown_by_a_letter_as_well(house: House, boss: Person) -> None:
    house.account("92", MAIL)  # a private account that was once made with this address
    browser, page = opened(house, invite(house, boss))
    house.deliver()
    wanted = browser.with_google(page, "92")
    assert heading(wanted) == "Look into your mail"
    assert len(members(house)) == 1
    browser.press(browser.open(house.letter_link()), "/sign-in/link")
    (person,) = house.people.find("persons", ("google", "==", "92"))
    assert members(house)[person["id"]] == "viewer"
    assert [doc["how"] for doc in house.people.find("sessions", ("person", "==", person["id"]))] == ["google"]


def test_an_unverified_address_counts_for_nothing(house: House, boss: Person) -> None:
    house.account("93", "new@gmail.com", verified=False)
    browser, page = opened(house, invite(house, boss, "new@gmail.com"))
    assert browser.with_google(page, "93").status == 403


def test_an_invitation_works_once(house: House, boss: Person) -> None:
    house.account("94", "new@gmail.com")
    link = invite(house, boss, "new@gmail.com")
    browser, page = opened(house, link)
    browser.with_google(page, "94")
    assert opened(house, link)[1].status == 410


def test_an_invitation_ends_after_a_week(house: House, boss: Person) -> None:
    link = invite(house, boss)
    house.clock.forward(days=7)
    assert opened(house, link)[1].status == 410


def test_an_invitation_can_be_withdrawn_also_while_somebody_is_at_google(house: House, boss: Person) -> None:
    house.account("95", "new@gmail.com")
    link = invite(house, boss, "new@gmail.com")
    browser, page = opened(house, link)
    back = browser.from_google(browser.press(page, "/sign-in/google"), "95")
    admin = house.signed_in(boss)
    people = admin.open("/workspaces/bakery/people")
    (form,) = [each for each in people.forms if each.action.endswith("/withdraw")]
    admin.open(form.action, form.fields)
    assert browser.open(back).status == 403
    assert opened(house, link)[1].status == 410
    assert "invitation.withdrawn" in house.acts()


def test_admins_come_by_google_only(house: House, boss: Person) -> None:
    link = invite(house, boss, role="admin")
    house.deliver()
    browser, page = opened(house, link)
    assert "/sign-in/mail" not in page.text
    token = link.partition("#")[2]
    form = {"invitation": token}
    assert browser.open("/sign-in/mail", form).status == 200  # the same answer as ever …
    house.deliver()
    assert len(house.post.sent) == 1  # … and no letter


def test_somebody_who_is_here_already_gets_the_role(house: House, boss: Person) -> None:
    person = house.person("here@gmail.com", google="96")
    house.account("96", "here@gmail.com")
    browser, page = opened(house, invite(house, boss, "here@gmail.com"))
    browser.with_google(page, "96")
    assert members(house)[person.id] == "viewer"
    assert len(house.people.find("persons")) == 2


def test_the_links_id_is_kept_nowhere_once_the_letter_is_out(house: House, boss: Person) -> None:
    token = invite(house, boss).partition("#")[2]
    assert len(token) == 43
    house.deliver()
    assert token not in repr(house.people.docs)


@pytest.mark.parametrize("mail", ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example,c@d.example"])
def test_only_an_address_is_invited(house: House, boss: Person, mail: str) -> None:
    admin = house.signed_in(boss)
    page = admin.press(
        admin.open("/workspaces/bakery/people"), "/workspaces/bakery/invitations", mail=mail, role="viewer"
    )
    assert page.status == 400
    assert house.people.find("invitations") == []


def test_letters_to_those_who_asked_for_none_are_few(house: House, boss: Person) -> None:
    """A workspace has so many in a day, and an address few, whichever workspace invites it."""

    def status(mail: str) -> int:
        admin = house.signed_in(boss)
        page = admin.open("/workspaces/bakery/people")
        return admin.press(page, "/workspaces/bakery/invitations", mail=mail, role="viewer").status

    assert [status("Same@client.example") for _ in range(INVITATIONS_PER_ADDRESS + 1)] == [200, 200, 200, 429]
    assert len(house.deliver()) == INVITATIONS_PER_ADDRESS
    others = [status(f"number{each}@client.example") for each in range(INVITATIONS_PER_WORKSPACE)]
    assert others == [200] * (INVITATIONS_PER_WORKSPACE - INVITATIONS_PER_ADDRESS) + [429] * INVITATIONS_PER_ADDRESS
    house.clock.forward(days=1)
    assert status("same@client.example") == 200
