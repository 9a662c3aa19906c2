"""One's own account: the language, all that is kept of one, and its end."""

from __future__ import annotations

import orjson
import pytest

from shared.audit.checking import walk
from shared.audit.entry import Origin
from shared.audit.sealing import Sealer
from shared.console.places import PLACES
from shared.people import erasing, persons
from shared.people.levels import How, Role
from shared.people.persons import Person
from shared.questions import query_string
from shared.tongue.catalogue import names
from tests.people.house import Browser, House
from tests.support.branching import Branching, live
from tests.support.faults import Fragile, Killed

KEYS, FEEDS = "/workspaces/bakery/keys", "/workspaces/bakery/feeds"


@pytest.fixture
def ann(house: House) -> Person:
    house.workspace("bakery")
    made = house.person("ann@a.example", google="1", name="Ann <i>", both=True)
    house.role(made, "bakery", Role.ADMIN)
    return made


@pytest.fixture
def browser(house: House, ann: Person) -> Browser:
    return house.signed_in(ann)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("de", "de"), ("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr,de;q=0.5", "de"), ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr", "en"), ("", "en"), ("*", "en"), ("de;q=x,,;;", "en"), ("../../etc", "en"), ("x" * 5000, "en"),
    ],
)  # fmt: skip
def test_a_page_is_in_the_language_that_the_browser_likes_best(house: House, asked: str, found: str) -> None:
    page = Browser(house, **{"Accept-Language": asked}).open("/sign-in").text
    assert f'<html lang="{found}">' in page
    assert {"de": "Anmelden", "en": "Sign in"}[found] in page


def test_a_language_that_was_chosen_is_kept_for_its_person(house: House, browser: Browser, ann: Person) -> None:
    browser.press(browser.open("/account"), "/account/language", language="de")
    assert '<html lang="de">' in browser.open("/account").text
    assert "Ihr Konto" in house.signed_in(ann).open("/").text
    assert '<html lang="en">' in Browser(house).open("/sign-in").text  # and of nobody else
    browser.press(browser.open("/account"), "/account/language", language="")
    assert '<html lang="en">' in browser.open("/account").text
    assert house.acts().count("language.chosen") == 2


@pytest.mark.parametrize("odd", ["xx", "../de", "de' or 1", "<b>"])
def test_no_other_language_is_chosen(house: House, browser: Browser, ann: Person, odd: str) -> None:
    browser.press(browser.open("/account"), "/account/language", language=odd)
    kept = persons.get(house.people, ann.id)
    assert kept is not None
    assert kept.language == ""


def test_what_goes_wrong_is_said_in_the_language_too(house: House) -> None:
    page = Browser(house, **{"Accept-Language": "de"}).open("/nowhere")
    assert page.status == 404
    assert "Hier ist nichts" in page.text


@pytest.mark.parametrize("name", names())
def test_every_page_is_there_in_every_language(house: House, browser: Browser, ann: Person, name: str) -> None:
    browser.press(browser.open("/account"), "/account/language", language=name)
    _, made = house.desk.register.add(
        Origin(who="operator:x"), ann.id, "bakery", "Ads", query_string.read("mart=ads_by_day&measures=clicks")
    )[:2]
    assert made
    feed = house.people.find("feeds")[0]["id"]
    pages = ["/", "/account", "/account/erase", "/sign-in/link", "/invitation", f"{FEEDS}/{feed}"]
    pages += [f"{FEEDS}/{feed}/end", f"{FEEDS}/reads", "/workspaces/bakery"]
    pages += [f"/workspaces/bakery/{place.path}" for _, places in PLACES for place in places]
    house.workspace("another")  # whoever may see one client only lands in it
    house.role(ann, "another", Role.VIEWER)
    for page in pages:
        answer = browser.ask("GET", page)
        assert answer.status_code == 200, page
        assert f'<html lang="{name}">' in answer.get_data(as_text=True), page


def test_all_that_is_kept_is_handed_over_and_nothing_that_opens(house: House, browser: Browser) -> None:
    other = house.person("bob@a.example", google="2", name="Bob")
    house.role(other, "bakery", Role.VIEWER)
    browser.press(
        browser.open("/workspaces/bakery/keys"), "/workspaces/bakery/keys", name="Mine", **{"data:read": "on"}
    )
    browser.press(browser.open("/account"), "/account/export")
    assert browser.last is not None
    assert browser.last.headers["Content-Disposition"] == 'attachment; filename="what-is-kept-of-me.json"'
    body = browser.last.get_data(as_text=True)
    told = orjson.loads(body)
    assert told["person"]["mail"] == "ann@a.example"
    assert told["roles"] == {"bakery": "admin"}
    assert [each["name"] for each in told["keys"]] == ["Mine"]
    assert "person.exported" in [each["act"] for each in told["acts"]]
    (key,) = house.people.find("keys")
    (session,) = house.people.find("sessions")
    for secret in (key["digest"], session["id"], "bob@a.example", other.id):
        assert secret not in body


def kept_of(house: House, person: Person) -> list[str]:
    """Where anything of theirs still stands."""
    return [path for path, doc in house.people.docs.items() if any(
        each in f"{path}{doc}" for each in (f"person:{person.id}", person.mail, person.name)
    )]  # fmt: skip


def test_who_erases_themselves_is_gone_and_the_log_still_holds_together(
    house: House, browser: Browser, ann: Person
) -> None:
    sealer = Sealer(house.people, house.clock)
    browser.press(
        browser.open("/workspaces/bakery/keys"), "/workspaces/bakery/keys", name="Robot", **{"data:read": "on"}
    )
    sealer.seal()
    house.clock.forward(minutes=10)
    after = browser.press(browser.open("/account/erase"), "/account/erase")
    assert "You are erased" in after.text
    assert kept_of(house, ann) == []
    assert persons.by_way(house.people, How.GOOGLE, "1") is None
    assert persons.by_way(house.people, How.MAIL, ann.mail) is None
    assert house.people.find("sessions") == []
    (key,) = house.people.find("keys")
    assert key["orphaned_at"] is not None
    house.clock.forward(minutes=20)
    Sealer(house.people, house.clock).seal()
    assert walk(house.people, house.clock.now()).findings == []


def test_it_takes_a_sign_in_of_a_short_while_ago(house: House, browser: Browser, ann: Person) -> None:
    asked = browser.open("/account/erase")
    house.clock.forward(minutes=16)
    assert "/account/erase" not in [form.action for form in browser.open("/account/erase").forms]
    assert browser.press(asked, "/account/erase").status == 409
    assert persons.get(house.people, ann.id) is not None


def test_the_only_owner_stays(house: House) -> None:
    boss = house.person("boss@a.example", google="8", owner=True)
    browser = house.signed_in(boss)
    assert browser.press(browser.open("/account/erase"), "/account/erase").status == 409
    house.person("second@a.example", google="9", owner=True)
    assert browser.press(browser.open("/account/erase"), "/account/erase").status == 200
    assert persons.get(house.people, boss.id) is None


def test_whoever_is_killed_while_they_are_erased_can_ask_once_more() -> None:
    """Killed at each write: who is left can still come in and ask again, and then nothing of them is left."""

    def life(fate: Branching) -> None:
        house = House()
        house.workspace("bakery")
        ann = house.person("ann@a.example", google="1", name="Ann <i>")
        house.role(ann, "bakery", Role.ADMIN)
        fate.arm()
        by = Origin(who=f"person:{ann.id}")
        try:
            erasing.erase(Fragile(house.people, "documents", fate), house.clock, by, ann)
        except Killed:
            if persons.get(house.people, ann.id) is not None:
                assert persons.by_way(house.people, How.GOOGLE, "1") == ann
                erasing.erase(house.people, house.clock, by, ann)
        assert kept_of(house, ann) == []

    assert live(life, lambda _: (True, False)).branches >= 6
