"""The client's own page: a link shows it, another proof takes back what is shared, and looking ends nothing."""

from __future__ import annotations

import re

import pytest

from shared.messages import AccessWanted, LetterWanted
from shared.model import Connection, to_doc
from shared.people import leaving
from shared.people.levels import Role
from shared.people.persons import Person
from shared.states import AccessAct, ConnectionState, WishState
from tests.people.house import OPERATOR, Browser, House, heading

HERE = "/workspaces/bakery/client-page"
HOSTILE = 'A<b> & "Sons"'


@pytest.fixture
def ann(house: House) -> Person:
    house.workspace("bakery", HOSTILE)
    made = house.person("ann@a.example", google="1", name="Ann")
    house.role(made, "bakery", Role.ADMIN)
    for name in ("one", "two"):
        connect(house, "bakery", name)
    return made


def connect(house: House, workspace: str, name: str) -> None:
    made = Connection(name, workspace, "google_ads", "123", f"Shop {name} <i>", last_success_at=house.clock.now())
    house.engine.set(f"workspaces/{workspace}/connections/{name}", to_doc(made))


@pytest.fixture
def link(house: House, ann: Person) -> str:
    admin = house.signed_in(ann)
    text = admin.press(admin.open(HERE), HERE, mail="Client@Bakery.example").text
    found = re.search(r'value="https://console\.example(/client/c[\w-]{43})"', text)
    assert found is not None
    return found[1]


def wishes(house: House) -> list[dict[str, object]]:
    return house.engine.find("wishes")


def letter_link(house: House) -> str:
    return house.letter_link().removeprefix(house.address)


def test_a_link_shows_what_is_shared_and_needs_no_account(house: House, link: str) -> None:
    page = Browser(house).open(link)
    assert page.status == 200
    assert "A&lt;b&gt;" in page.text
    assert "<i>" not in page.text
    assert page.text.count("Shared") == 2
    assert 'content="noindex"' in page.text


def test_it_is_seen_once_and_kept_nowhere(house: House, ann: Person, link: str) -> None:
    token = link.rpartition("/")[2]
    assert token not in str(house.people.docs)
    assert token not in house.signed_in(ann).open(HERE).text
    assert "client-link.made" in house.acts()


def test_it_ends_after_ninety_days(house: House, link: str) -> None:
    house.clock.forward(days=89)
    assert Browser(house).open(link).status == 200
    house.clock.forward(days=1)
    assert Browser(house).open(link).status == 404


def test_it_is_taken_back(house: House, ann: Person, link: str) -> None:
    admin = house.signed_in(ann)
    page = admin.open(HERE)
    (form,) = [each for each in page.forms if each.action.endswith("/take-back")]
    admin.press(page, form.action)
    assert Browser(house).open(link).status == 404
    assert Browser(house).open(f"{link}/withdraw").status == 404
    assert "client-link.revoked" in house.acts()


@pytest.mark.parametrize("odd", ["x", "c" + "x" * 43, "c", "..", "c" + "x" * 500])
def test_no_other_link_shows_anything(house: House, link: str, odd: str) -> None:
    assert Browser(house).open(f"/client/{odd}").status == 404


def test_withdrawing_takes_the_letter_and_ends_one_account(house: House, link: str) -> None:
    client = Browser(house)
    asked = client.open(f"{link}/withdraw?account=one")
    assert "Shop one" in asked.text
    assert "Shop two" not in asked.text
    assert heading(client.press(asked, f"{link}/withdraw")) == "One step is left"
    assert wishes(house) == []
    where = letter_link(house)
    assert house.post.sent[-1]["To"] == "client@bakery.example"
    elsewhere = Browser(house)  # the letter is read on a phone
    page = elsewhere.open(where)
    assert wishes(house) == []  # and nothing ends by opening it
    assert heading(elsewhere.press(page, "/client-withdraw")) == "It is withdrawn"
    (wish,) = wishes(house)
    assert (wish["connection"], wish["act"], wish["workspace"]) == ("one", AccessAct.WITHDRAW, "bakery")
    assert str(wish["who"]).startswith("client:")
    assert [each for each in house.bus.published if isinstance(each, AccessWanted)] == [AccessWanted(str(wish["id"]))]


def test_everything_is_withdrawn_at_once_and_pressed_twice_it_is_the_same(house: House, link: str) -> None:
    client = Browser(house)
    client.press(client.open(f"{link}/withdraw"), f"{link}/withdraw")
    page = client.open(letter_link(house))
    house.bus.waiting.clear()
    client.press(page, "/client-withdraw")
    client.press(page, "/client-withdraw")
    assert {wish["connection"] for wish in wishes(house)} == {"one", "two"}
    assert len(wishes(house)) == 2


def test_a_letter_is_good_for_an_hour(house: House, link: str) -> None:
    client = Browser(house)
    client.press(client.open(f"{link}/withdraw"), f"{link}/withdraw")
    page = client.open(letter_link(house))
    house.clock.forward(hours=1)
    assert client.press(page, "/client-withdraw").status == 410
    assert wishes(house) == []


def test_an_account_of_another_client_is_not_there(house: House, link: str) -> None:
    house.workspace("other")
    connect(house, "other", "theirs")
    client = Browser(house)
    assert client.open(f"{link}/withdraw?account=theirs").status == 404
    asked = client.open(f"{link}/withdraw?account=one")
    assert client.press(asked, f"{link}/withdraw", account="theirs").status == 404
    assert house.people.find("withdrawals") == []


def test_letters_are_few(house: House, link: str) -> None:
    client = Browser(house)
    for _ in range(5):
        assert client.press(client.open(f"{link}/withdraw"), f"{link}/withdraw").status == 200
    assert client.press(client.open(f"{link}/withdraw"), f"{link}/withdraw").status == 429
    assert sum(isinstance(each, LetterWanted) for each in house.bus.published) == 5


def test_another_link_for_the_same_address_brings_no_more_letters(house: House, ann: Person, link: str) -> None:
    admin, client = house.signed_in(ann), Browser(house)
    for _ in range(5):
        assert client.press(client.open(f"{link}/withdraw"), f"{link}/withdraw").status == 200
    text = admin.press(admin.open(HERE), HERE, mail="client@bakery.example").text
    (other,) = re.findall(r'value="https://console\.example(/client/c[\w-]{43})"', text)
    assert client.press(client.open(f"{other}/withdraw"), f"{other}/withdraw").status == 429


def test_no_page_of_others_withdraws(house: House, link: str) -> None:
    client = Browser(house)
    for path, form in ((f"{link}/withdraw", {"account": "one"}), ("/client-withdraw", {"link": "x" * 43})):
        assert client.ask("POST", path, form, site="cross-site").status_code == 403
    assert house.people.find("withdrawals") == []


def test_the_page_shows_the_receipt(house: House, link: str) -> None:
    client = Browser(house)
    client.press(client.open(f"{link}/withdraw?account=one"), f"{link}/withdraw")
    client.press(client.open(letter_link(house)), "/client-withdraw")
    assert "Is being withdrawn" in client.open(link).text
    (wish,) = wishes(house)
    done = {**wish, "state": WishState.DONE, "receipt": "r-1", "finished_at": house.clock.now()}
    house.engine.set(f"wishes/{wish['id']}", done)
    doc = house.engine.get("workspaces/bakery/connections/one")
    assert doc is not None
    house.engine.set("workspaces/bakery/connections/one", {**doc, "state": ConnectionState.DISABLED})
    text = client.open(link).text
    assert "r-1" in text
    assert f"{link}/withdraw?account=one" not in text


def test_it_ends_with_its_client_and_opens_no_later_one_of_that_name(house: House, link: str) -> None:
    assert leaving.close(house.people, OPERATOR, "bakery", house.clock.now()) >= 1
    assert Browser(house).open(link).status == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_links_are_made_by_admins(house: House, ann: Person, role: Role) -> None:
    person = house.person("eve@a.example", google="2")
    house.role(person, "bakery", role)
    assert house.signed_in(person).ask("GET", HERE).status_code == 404
