"""The link by mail: once, ten minutes, one browser, and no word about who is known here."""

from __future__ import annotations

from typing import Any

import pytest

from infra.demo.browser import Page
from shared.letters.letter import Kind
from shared.people.levels import How, Role
from shared.people.throttle import LINKS_PER_ADDRESS, LINKS_PER_NETWORK
from shared.states import LetterState
from tests.people.house import Browser, House, heading

MAIL = "client@customer.example"


def asked(house: House, browser: Browser, mail: str = MAIL) -> Page:
    return browser.press(browser.open("/sign-in"), "/sign-in/mail", mail=mail)


def letter_states(house: House) -> list[str]:
    return [doc["state"] for doc in house.people.find("letters")]


def test_who_is_known_signs_in_by_a_link(house: House) -> None:
    house.role(house.person(MAIL), house.workspace("bakery"), Role.VIEWER)
    browser = Browser(house)
    assert heading(asked(house, browser)) == "Look into your mail"
    page = browser.open(house.letter_link())
    assert heading(page) == "Sign in with your link"
    assert house.people.find("sessions") == []  # opening the page is nothing yet
    page = browser.press(page, "/sign-in/link")
    assert (page.url, page.status) == ("/workspaces/bakery/overview", 200)
    assert "Bakery" in page.text
    (session,) = house.people.find("sessions")
    assert session["how"] == How.MAIL
    assert house.people.find("mail_links") == []


def test_a_link_works_once(house: House) -> None:
    house.person(MAIL)
    browser = Browser(house)
    asked(house, browser)
    page = browser.open(house.letter_link())
    again = dict(page.forms[0].fields)
    browser.press(page, "/sign-in/link")
    browser.cookies.pop(house.desk.cookies.session)
    assert browser.open("/sign-in/link", again).status == 403


def test_a_link_works_for_ten_minutes(house: House) -> None:
    house.person(MAIL)
    browser = Browser(house)
    asked(house, browser)
    page = browser.open(house.letter_link())
    house.clock.forward(minutes=10)
    assert browser.press(page, "/sign-in/link").status == 403
    assert house.people.find("sessions") == []


def test_a_link_works_in_the_browser_that_asked_and_in_no_other(house: House) -> None:
    house.person(MAIL)
    browser, other, scanner = Browser(house), Browser(house), Browser(house)
    other.open("/sign-in")
    asked(house, browser)
    link = house.letter_link()
    assert scanner.press(scanner.open(link), "/sign-in/link").status == 403  # a program that presses what it finds
    assert other.press(other.open(link), "/sign-in/link").status == 403
    assert house.people.find("sessions") == []
    assert browser.press(browser.open(link), "/sign-in/link").status == 200


def test_what_opens_a_link_is_kept_by_its_fingerprint_only_once_the_letter_is_out(house: House) -> None:
    house.person(MAIL)
    asked(house, Browser(house))
    token = house.letter_link().rpartition("#")[2]
    assert len(token) == 43
    assert token not in repr(house.people.docs)


def test_a_link_that_nobody_knows_opens_nothing(house: House) -> None:
    browser = Browser(house)
    page = browser.open(f"/sign-in/link#{'x' * 43}")
    assert browser.press(page, "/sign-in/link").status == 403


# -- who is known here is told to nobody -------------------------------------------------------------------


def test_an_unknown_address_gets_no_letter(house: House) -> None:
    asked(house, Browser(house))
    assert house.deliver() == []
    assert letter_states(house) == [LetterState.UNSENT]


def work(house: House, mail: str) -> tuple[Any, ...]:
    """What is answered, and everything that is done for the answer."""
    browser = Browser(house)
    page = browser.open("/sign-in")
    house.people.reads.clear()
    before = dict.fromkeys(house.people.docs)
    shown = browser.press(page, "/sign-in/mail", mail=mail)
    written = sorted(path.split("/")[0] for path in house.people.docs if path not in before)
    said = [type(message).__name__ for message in house.bus.waiting]
    house.bus.waiting.clear()
    return shown.status, shown.text.replace(mail, "…"), dict(house.people.reads), written, said


def test_known_and_unknown_addresses_have_the_same_answer_after_the_same_work(house: House) -> None:
    """Time is made of work: the same documents are read and written, and the same is said. No clock is looked at."""
    house.person("known@customer.example")
    house.person("boss@agency.example", google="1", owner=True)
    work(house, "first@elsewhere.example")  # the network's own counters are there from now on
    unknown = work(house, "unknown@elsewhere.example")
    assert work(house, "known@customer.example") == unknown
    assert work(house, "boss@agency.example") == unknown
    assert unknown[3:] == (["asked", "letters", "mail_links"], ["LetterWanted"])


def test_an_address_that_is_none_is_said_at_once(house: House) -> None:
    browser = Browser(house)
    for mail in ("", "nobody", "a@b", "a@b.example\nBcc: x@y.example", "a@b.example, c@d.example", "x" * 300):
        page = browser.press(browser.open("/sign-in"), "/sign-in/mail", mail=mail)
        assert page.status == 400
    assert not house.bus.waiting


def test_links_are_limited_for_an_address_wherever_they_are_asked_for(house: House) -> None:
    house.person(MAIL)
    for number in range(LINKS_PER_ADDRESS):
        browser = Browser(house, **{"X-Forwarded-For": f"198.51.{number}.1"})
        assert asked(house, browser).status == 200
    assert asked(house, Browser(house, **{"X-Forwarded-For": "198.51.99.1"})).status == 429
    house.clock.forward(hours=1)
    assert asked(house, Browser(house)).status == 200


def test_links_are_limited_for_a_network_whatever_addresses_are_tried(house: House) -> None:
    statuses = [asked(house, Browser(house), f"a{number}@b.example").status for number in range(LINKS_PER_NETWORK + 1)]
    assert statuses == [200] * LINKS_PER_NETWORK + [429]
    neighbour = Browser(house, **{"X-Forwarded-For": "203.0.113.99"})
    assert asked(house, neighbour, "z@b.example").status == 429
    assert asked(house, Browser(house, **{"X-Forwarded-For": "203.0.114.1"}), "z@b.example").status == 200


def test_nobody_escapes_a_limit_by_what_they_write_into_a_header(house: House) -> None:
    for number in range(LINKS_PER_NETWORK):
        browser = Browser(house, **{"X-Forwarded-For": f"10.0.{number}.1, 203.0.113.7"})
        assert asked(house, browser, f"a{number}@b.example").status == 200
    liar = Browser(house, **{"X-Forwarded-For": "10.9.9.9, 203.0.113.7"})
    assert asked(house, liar, "z@b.example").status == 429


# -- owners and admins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["owner", "admin"])
def test_owners_and_admins_are_told_to_use_google(house: House, kind: str) -> None:
    person = house.person(MAIL, google="5", owner=kind == "owner", both=True)
    if kind == "admin":
        house.role(person, house.workspace("bakery"), Role.ADMIN)
    asked(house, Browser(house))
    (letter,) = house.deliver()
    assert "with Google" in letter.get_content()
    assert "#" not in letter.get_content()


def test_who_became_an_admin_while_the_letter_was_on_its_way_is_not_let_in_by_it(house: House) -> None:
    person = house.person(MAIL, google="5", both=True)
    browser = Browser(house)
    asked(house, browser)
    page = browser.open(house.letter_link())
    house.role(person, house.workspace("bakery"), Role.ADMIN)
    assert browser.press(page, "/sign-in/link").status == 403
    assert house.people.find("sessions") == []


def test_a_session_by_mail_is_never_worth_more_than_an_analyst(house: House) -> None:
    person = house.person(MAIL, google="5", both=True)
    browser = house.signed_in(person, How.MAIL)
    house.role(person, house.workspace("bakery"), Role.ADMIN)
    assert browser.open("/workspaces/bakery").status == 200
    assert browser.open("/workspaces/bakery/people").status == 404
    assert house.signed_in(person).open("/workspaces/bakery/people").status == 200


# -- two ways of one person --------------------------------------------------------------------------------------


def test_another_way_is_added_by_whoever_has_shown_both(house: House) -> None:
    person = house.person(MAIL)
    house.account("55", "private@gmail.com")
    browser = house.signed_in(person, How.MAIL)
    browser.open("/sign-in/link")  # for a cookie of the browser
    page = browser.with_google(browser.open("/account"), "55", "/account/google")
    assert page.url == "/account"
    assert house.people.get(f"persons/{person.id}")["google"] == "55"  # type: ignore[index]
    assert "way.added" in house.acts()


def test_a_way_that_is_somebody_elses_is_not_joined(house: House) -> None:
    house.person("other@agency.example", google="55")
    house.account("55", "other@agency.example", "agency.example")
    browser = house.signed_in(house.person(MAIL), How.MAIL)
    browser.open("/sign-in/link")
    assert browser.with_google(browser.open("/account"), "55", "/account/google").status == 403


def test_an_old_session_joins_nothing(house: House) -> None:
    house.account("55", "private@gmail.com")
    browser = house.signed_in(house.person(MAIL), How.MAIL)
    browser.open("/sign-in/link")
    house.clock.forward(minutes=9)
    over = browser.press(browser.open("/account"), "/account/google")
    house.clock.forward(minutes=7)
    assert browser.open(browser.from_google(over, "55")).status == 403
    assert 'action="/account/google"' not in browser.open("/account").text


def test_google_joins_nothing_for_somebody_who_is_not_signed_in_any_more(house: House) -> None:
    house.account("55", "private@gmail.com")
    browser = house.signed_in(house.person(MAIL), How.MAIL)
    browser.open("/sign-in/link")
    back = browser.from_google(browser.press(browser.open("/account"), "/account/google"), "55")
    browser.press(browser.open("/"), "/sign-out")
    assert browser.open(back).status == 403


def test_a_link_is_added_by_whoever_reads_the_letter_in_the_same_browser(house: House) -> None:
    person = house.person("me@agency.example", google="5")
    browser = house.signed_in(person)
    browser.open("/sign-in/link")
    browser.press(browser.open("/account"), "/account/mail")
    page = browser.press(browser.open(house.letter_link()), "/sign-in/link")
    assert page.url == "/account"
    assert house.people.get(f"persons/{person.id}")["by_mail"] is True  # type: ignore[index]


def test_googles_word_alone_does_not_take_over_who_comes_by_a_link(house: House) -> None:
    """The address is theirs by its mailbox. An account of the same address proves itself there as well."""
    person = house.person("me@gmail.com")
    house.account("66", "me@gmail.com")
    owner = house.person("boss@agency.example", google="1", owner=True)
    token = invited(house, house.signed_in(owner), "me@gmail.com")
    browser = Browser(house)
    page = browser.press(browser.open(token), "/invitation")
    page = browser.with_google(page, "66")
    assert heading(page) == "Look into your mail"
    assert house.people.find("sessions", ("person", "==", person.id)) == []
    browser.press(browser.open(house.letter_link()), "/sign-in/link")
    assert house.people.get(f"persons/{person.id}")["google"] == "66"  # type: ignore[index]


def invited(house: House, browser: Browser, mail: str) -> str:
    house.workspace("bakery")
    page = browser.press(
        browser.open("/workspaces/bakery/people"), "/workspaces/bakery/invitations", mail=mail, role="viewer"
    )
    return page.text.partition('readonly value="')[2].partition('"')[0]


def test_letters_are_wanted_with_what_they_need_and_forget_it_when_they_are_out(house: House) -> None:
    house.person(MAIL)
    asked(house, Browser(house))
    (letter,) = house.people.find("letters")
    assert (letter["kind"], letter["to"], letter["state"]) == (Kind.SIGN_IN, MAIL, LetterState.WANTED)
    house.deliver()
    (letter,) = house.people.find("letters")
    assert (letter["state"], letter["values"]) == (LetterState.SENT, {})
