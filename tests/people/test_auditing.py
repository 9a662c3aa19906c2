"""The audit as a page: whose entries are seen, filters, parts, and what is not as it was sealed."""

from __future__ import annotations

import re

import orjson
import pytest

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.audit.sealing import Sealer
from shared.people.levels import How, Role
from shared.people.persons import Person
from tests.people.house import Browser, House

HERE = "/workspaces/bakery/audit"


@pytest.fixture
def ann(house: House) -> Person:
    house.workspace("bakery")
    made = house.person("ann@a.example", google="1", name="Ann <i>")
    house.role(made, "bakery", Role.ADMIN)
    return made


@pytest.fixture
def browser(house: House, ann: Person) -> Browser:
    return house.signed_in(ann)


def enter(house: House, act: str, workspace: str = "bakery", who: str = "operator:x", **details: str) -> None:
    by = Origin(who=who, network="203.0.113.0/24", agent="<script>alert(1)</script>")
    record(house.people, by.entry(house.clock.now(), act, "things/1", workspace, Outcome.DONE, **details))


def told(browser: Browser, query: str = "") -> list[dict[str, object]]:
    return list(orjson.loads(browser.ask("GET", f"{HERE}.json{query}").get_data())["audit"])


def acts(text: str) -> list[str]:
    return re.findall(r"<td><code>([\w.-]+)</code>", text)


def test_one_sees_what_was_done_at_ones_own_client(house: House, browser: Browser, ann: Person) -> None:
    house.clock.forward(seconds=1)
    enter(house, "key.made", who=f"person:{ann.id}", scopes="data:read")
    enter(house, "key.made", workspace="elsewhere")
    enter(house, "session.begun", workspace="")
    text = browser.open(HERE).text
    assert acts(text) == ["key.made", "role.given"]
    assert "Ann &lt;i&gt;" in text
    assert "<script>alert" not in text
    assert "scopes=data:read" in text


def test_an_owner_sees_all(house: House, ann: Person) -> None:
    enter(house, "key.made", workspace="elsewhere")
    owner = house.signed_in(house.person("o@a.example", google="9", owner=True))
    text = owner.open("/audit").text
    assert {"key.made", "role.given", "session.begun", "person.made"} <= set(acts(text))
    assert "elsewhere" in text
    assert 'href="/audit"' in owner.open("/").text


@pytest.mark.parametrize("how", How)
def test_nobody_else_does(house: House, ann: Person, how: How) -> None:
    assert house.signed_in(ann, how).ask("GET", "/audit").status_code == 404
    for role in (Role.VIEWER, Role.ANALYST):
        person = house.person(f"{role}@a.example", google=role)
        house.role(person, "bakery", role)
        assert house.signed_in(person).ask("GET", HERE).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?act=key", {"key.made", "key.revoked"}),
        ("?act=key.made", {"key.made"}),
        ("?act=ke", set()),
        ("?who=robot", {"feed.made"}),
        ("?who=key:robot", {"feed.made"}),
        ("?outcome=refused", set()),
        ("?act=%3Cb%3E", set()),
    ],
)
def test_filters(house: House, browser: Browser, query: str, found: set[str]) -> None:
    enter(house, "key.made")
    enter(house, "key.revoked")
    enter(house, "feed.made", who="key:robot")
    assert {str(each["act"]) for each in told(browser, query)} == found
    assert set(acts(browser.open(f"{HERE}{query}").text)) == found


def test_the_parts_hold_each_entry_once_also_of_one_moment(house: House, browser: Browser) -> None:
    for number in range(260):
        enter(house, "key.made", number=str(number))
        if number % 70 == 69:
            house.clock.forward(seconds=1)
    seen, where = [], HERE
    for _ in range(20):
        text = browser.open(where).text
        seen += re.findall(r"number=(\d+)", text)
        onward = re.search(r'href="([^"]+)" rel="next"', text)
        if onward is None:
            break
        where = onward[1].replace("&amp;", "&")
    assert len(seen) == 260
    assert set(seen) == {str(number) for number in range(260)}


@pytest.mark.parametrize("odd", ["x", "2026", "99999999T999999999999-x", "'", "../..", "%00", "²"])
def test_an_odd_place_in_the_list_is_no_trouble(browser: Browser, odd: str) -> None:
    assert browser.ask("GET", f"{HERE}?after={odd}").status_code == 200


def test_each_says_whether_it_is_as_it_was_sealed(house: House, browser: Browser) -> None:
    enter(house, "key.made")
    assert {each["state"] for each in told(browser)} == {"waits"}
    Sealer(house.people, house.clock, lambda _: None).seal()
    assert {each["state"] for each in told(browser)} == {"sealed"}
    assert "Sealed to batch 1" in browser.open(HERE).text
    (path,) = [path for path, doc in house.people.docs.items() if doc.get("act") == "key.made"]
    house.people.set(path, {**house.people.docs[path], "who": "operator:somebody-else"})
    assert {each["act"]: each["state"] for each in told(browser)} == {"key.made": "differs", "role.given": "sealed"}
    assert "not as it was sealed" in browser.open(HERE).text


def test_a_seal_that_was_made_anew_is_seen(house: House, browser: Browser) -> None:
    Sealer(house.people, house.clock, lambda _: None).seal()
    (path,) = [path for path in house.people.docs if path.startswith("audit_seals/")]
    house.people.set(path, {**house.people.docs[path], "hash": "0" * 64})
    assert {each["state"] for each in told(browser)} == {"differs"}


def test_a_csv_begins_no_formula(house: House, browser: Browser) -> None:
    by = Origin(who="operator:x", agent="=HYPERLINK(1)")
    record(house.people, by.entry(house.clock.now(), "key.made", "x", "bakery"))
    assert "'=HYPERLINK" in browser.ask("GET", f"{HERE}.csv").get_data(as_text=True)
