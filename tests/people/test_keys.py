"""The page of keys: nobody gives more than they may, what opens is seen once, and what ends is asked first."""

from __future__ import annotations

import orjson
import pytest

from shared.keys.texts import PATTERN, Kind
from shared.people.levels import Role
from shared.people.persons import Person
from tests.people.house import Browser, House

HERE = "/workspaces/bakery/keys"
HOSTILE = 'A<b> & "Sons" =HYPERLINK(1)'


@pytest.fixture
def ann(house: House) -> Person:
    house.workspace("bakery", HOSTILE)
    made = house.person("ann@a.example", google="1", name="Ann <i>")
    house.role(made, "bakery", Role.ADMIN)
    return made


@pytest.fixture
def browser(house: House, ann: Person) -> Browser:
    return house.signed_in(ann)


def made(browser: Browser, *scopes: str, **said: str) -> str:
    ticked = dict.fromkeys(scopes or ("data:read",), "on")
    page = browser.open(HERE)
    return browser.press(page, HERE, **{"name": "Robot", "kind": "api", **ticked, **said}).text


def shown(text: str) -> list[str]:
    return [found[0] for found in PATTERN.finditer(text)]


def test_a_key_is_seen_once_and_kept_nowhere(house: House, browser: Browser) -> None:
    (key,) = shown(made(browser, "data:read", "status:read", lifetime="30"))
    (doc,) = house.people.find("keys")
    assert doc["scopes"] == ["data:read", "status:read"]
    assert (doc["expires_at"] - doc["created_at"]).days == 30
    assert key not in str(house.people.docs)
    assert shown(browser.open(HERE).text) == []
    assert "key.made" in house.acts()


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (("workspaces:write",), {}),  # an owner's
        (("syncs:write",), {"kind": "mcp"}),  # no agent's
        (("made:up",), {}),
        (("data:read",), {"name": " "}),
    ],
)
def test_what_cannot_be_is_not_made(
    house: House, browser: Browser, scopes: tuple[str, ...], said: dict[str, str]
) -> None:
    assert shown(made(browser, *scopes, **said)) == []
    assert browser.last is not None
    assert browser.last.status_code == 400
    assert house.people.find("keys") == []


def test_only_what_one_may_is_offered(house: House, browser: Browser) -> None:
    assert "workspaces:write" not in browser.open(HERE).text
    owner = house.signed_in(house.person("o@a.example", google="9", owner=True))
    assert "workspaces:write" in owner.open(HERE).text


def test_a_new_key_is_no_way_to_more_than_one_may(house: House, browser: Browser) -> None:
    """An admin who presses “New key” beside an owner's would be shown what opens more than their own role does."""
    owner = house.signed_in(house.person("o@a.example", google="9", owner=True))
    made(owner, "workspaces:write")
    (doc,) = house.people.find("keys")
    assert shown(browser.press(browser.open(HERE), f"{HERE}/{doc['id']}/replace").text) == []
    assert len(house.people.find("keys")) == 1
    assert len(shown(owner.press(owner.open(HERE), f"{HERE}/{doc['id']}/replace").text)) == 1


def test_a_key_is_revoked_after_a_question(house: House, browser: Browser) -> None:
    made(browser)
    (doc,) = house.people.find("keys")
    asked = browser.open(f"{HERE}/{doc['id']}/revoke")
    assert house.people.find("keys")[0]["revoked_at"] is None
    text = browser.press(asked, f"{HERE}/{doc['id']}/revoke").text
    assert house.people.find("keys")[0]["revoked_at"] is not None
    assert "1 that has ended" in text
    assert browser.ask("POST", f"{HERE}/{doc['id']}/replace", {}).status_code == 403  # and not without its form


def test_the_key_of_a_feed_leads_to_its_feed(house: House, browser: Browser) -> None:
    where = "/workspaces/bakery/feeds"
    browser.press(browser.open(where), where, name="Ads", mart="ads_by_day", readers="key")
    (doc,) = house.people.find("keys")
    assert f'href="{where}/{doc["feed"]}"' in browser.open(HERE).text
    asked = browser.open(f"{HERE}/{doc['id']}/revoke")
    browser.press(asked, f"{HERE}/{doc['id']}/revoke")
    assert house.feeds.find("openings") == []


def test_the_list_is_json_and_csv(browser: Browser) -> None:
    made(browser, name="=HYPERLINK(1)<b>")
    (told,) = orjson.loads(browser.ask("GET", f"{HERE}.json").get_data())["keys"]
    assert (told["kind"], told["state"], told["scopes"]) == (Kind.API, "active", ["data:read"])
    assert "'=HYPERLINK" in browser.ask("GET", f"{HERE}.csv").get_data(as_text=True)
    assert "<b>" not in browser.open(HERE).text.partition("<main")[2].replace("<b>Owner</b>", "")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_keys_are_for_admins(house: House, role: Role) -> None:
    house.workspace("bakery")
    person = house.person("eve@a.example", google="2")
    house.role(person, "bakery", role)
    assert house.signed_in(person).ask("GET", HERE).status_code == 404
