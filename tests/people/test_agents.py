"""A program asks to act for a person: exact addresses, PKCE, a person who decides, and tokens bound to one door."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from infra.demo.browser import Page
from shared.keys.admission import Refused
from shared.people import leaving, roles
from shared.people.levels import Role
from shared.people.persons import Person
from tests.people.house import AGENTS, HERE, OPERATOR, Browser, House, heading, query

VERIFIER = "v" * 43
AGENT, BACK = "https://agent.example/client.json", "https://agent.example/back"
ASK = {
    "response_type": "code",
    "client_id": AGENT,
    "redirect_uri": BACK,
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
    "state": "the agent's own",
    "resource": AGENTS,
}


@pytest.fixture
def person(house: House) -> Person:
    house.client(AGENT, BACK)
    made = house.person("me@agency.example", google="5")
    house.role(made, house.workspace("bakery"), Role.VIEWER)
    return made


@pytest.fixture
def browser(house: House, person: Person) -> Browser:
    return house.signed_in(person)


def decided(browser: Browser, decision: str = "allow", **more: str) -> Page:
    page = browser.open(f"/authorise?{query(**{**ASK, **more})}")
    return browser.press(page, "/authorise", decision=decision, workspace="bakery")


def answer(page: Page) -> dict[str, str]:
    assert page.onward.startswith(f"{BACK}?")
    return {name: value for name, (value,) in parse_qs(urlsplit(page.onward).query).items()}


def trade(house: House, code: str, **more: str) -> tuple[int, dict[str, str]]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": AGENT,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    told = Browser(house).ask("POST", "/token", form, site="")
    return told.status_code, orjson.loads(told.get_data())


def test_a_person_lets_an_agent_look(house: House, browser: Browser, person: Person) -> None:
    page = browser.open(f"/authorise?{query(**ASK)}")
    assert heading(page) == "Let Agent look in your name?"
    assert "agent.example" in page.text
    assert BACK in page.text
    said = answer(browser.press(page, "/authorise", decision="allow", workspace="bakery"))
    assert (said["state"], said["iss"]) == ("the agent's own", HERE)
    status, told = trade(house, said["code"])
    assert status == 200
    assert (told["token_type"], str(told["expires_in"])) == ("Bearer", "900")
    admitted = house.tokens.admit(told["access_token"], AGENTS)
    assert (admitted.subject, admitted.workspace) == (f"person:{person.id}", "bakery")
    with pytest.raises(Refused):
        house.tokens.admit(told["access_token"], f"{HERE}/api")
    assert {"agent.let-in", "agent.allowed", "token.given"} <= set(house.acts())
    (given,) = house.people.find("audit_entries", ("act", "==", "token.given"))
    assert given["who"] == f"person:{person.id}"


def test_what_the_person_loses_the_agent_loses(house: House, browser: Browser, person: Person) -> None:
    _, told = trade(house, answer(decided(browser))["code"])
    member = roles.Member("bakery", person.id, Role.VIEWER, house.clock.now(), "operator")
    leaving.take(house.people, OPERATOR, member, house.clock.now())
    with pytest.raises(Refused):
        house.tokens.admit(told["access_token"], AGENTS)


def test_an_agent_renews_what_it_was_given(house: House, browser: Browser) -> None:
    _, told = trade(house, answer(decided(browser))["code"])
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"], "client_id": AGENT}
    again = Browser(house).ask("POST", "/token", form, site="")
    assert again.status_code == 200
    assert house.tokens.admit(orjson.loads(again.get_data())["access_token"], AGENTS).workspace == "bakery"
    assert Browser(house).ask("POST", "/token", form, site="").status_code >= 400


def test_who_says_no_is_obeyed(browser: Browser) -> None:
    assert answer(decided(browser, "deny"))["error"] == "access_denied"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "https://evil.example/client.json"},
        {"redirect_uri": "https://agent.example/back/"},
        {"redirect_uri": "https://agent.example/back?x=1"},
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": ""},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_the_agents(browser: Browser, wrong: dict[str, str]) -> None:
    page = browser.open(f"/authorise?{query(**{**ASK, **wrong})}")
    assert (page.status, page.onward) == (400, "")
    assert "evil" not in page.text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "syncs:write"}, "invalid_scope"),
        ({"resource": "https://elsewhere.example/mcp"}, "invalid_target"),
    ],
)
def test_what_may_not_be_asked_is_told_to_the_agent(browser: Browser, wrong: dict[str, str], error: str) -> None:
    assert answer(browser.open(f"/authorise?{query(**{**ASK, **wrong})}"))["error"] == error


def test_what_our_page_carried_is_not_believed(browser: Browser) -> None:
    page = browser.open(f"/authorise?{query(**ASK)}")
    sent = browser.press(page, "/authorise", decision="allow", workspace="bakery", redirect_uri="https://evil.example/")
    assert (sent.status, sent.onward) == (400, "")


def test_a_workspace_that_is_not_mine_is_not_there(house: House, browser: Browser) -> None:
    house.workspace("other")
    page = browser.open(f"/authorise?{query(**ASK)}")
    assert browser.press(page, "/authorise", decision="allow", workspace="other").status == 404
    assert house.people.find("codes") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"client_id": "https://evil.example/client.json"},
        {"redirect_uri": "https://evil.example/back"},
    ],
)
def test_a_code_is_worth_nothing_to_anybody_else(house: House, browser: Browser, wrong: dict[str, str]) -> None:
    code = answer(decided(browser))["code"]
    assert trade(house, code, **wrong)[1]["error"] == "invalid_grant"
    assert trade(house, code)[1]["error"] == "invalid_grant"  # and it is used up


def test_a_code_is_good_for_a_minute(house: House, browser: Browser) -> None:
    code = answer(decided(browser))["code"]
    house.clock.forward(minutes=1)
    assert trade(house, code)[0] == 400


def test_whoever_is_not_signed_in_is_led_back_to_the_question(house: House, person: Person) -> None:
    house.account("5", "me@agency.example", "agency.example")
    browser = Browser(house)
    page = browser.with_google(browser.open(f"/authorise?{query(**ASK)}"), "5")
    assert heading(page) == "Let Agent look in your name?"


def test_other_ways_to_tokens_are_none(house: House) -> None:
    for kind in ("password", "client_credentials", "", "implicit"):
        told = Browser(house).ask("POST", "/token", {"grant_type": kind}, site="")
        assert orjson.loads(told.get_data())["error"] == "unsupported_grant_type"


def test_what_agents_must_know_stands_where_they_look(house: House) -> None:
    answer = Browser(house).ask("GET", "/.well-known/oauth-authorization-server", site="")
    told = orjson.loads(answer.get_data())
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert told["issuer"] == HERE  # letter by letter what `iss` says
    assert (told["authorization_endpoint"], told["token_endpoint"]) == (f"{HERE}/authorise", f"{HERE}/token")
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint_auth_methods_supported"] == ["none"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["protected_resources"] == [AGENTS]
    assert "registration_endpoint" not in told  # who may ask was let in by an operator
