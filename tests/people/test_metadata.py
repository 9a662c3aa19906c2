"""A program that nobody has written down tells of itself at the address that is its id: what of it is believed, and
when it is asked at all."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from infra.demo.browser import Page
from shared.keys.codes import Client
from shared.people.agents import ANY, ASKED_FOR, known, let_in, put_out
from shared.people.levels import Role
from shared.people.metadata import REMEMBERED, Metadata
from shared.people.persons import Person
from shared.strangers.fetched import Fetched
from tests.people.house import AGENTS, OPERATOR, Browser, House, heading, query
from tests.people.test_agents import ASK, VERIFIER

WHERE, BACK = "https://zed.example/oauth/client.json", "https://zed.example/back"
DESK = "http://127.0.0.1/callback"
SAYS: dict[str, Any] = {
    "client_id": WHERE,
    "client_name": "Zed",
    "redirect_uris": [BACK, DESK, "http://localhost:1/callback", "zed://back"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "logo_uri": "https://zed.example/logo.png",
}
WANTS = {**ASK, "client_id": WHERE, "redirect_uri": BACK}


def tells(house: House, status: int = 200, kind: str = "application/json", where: str = WHERE, **more: Any) -> None:
    house.web[where] = Fetched(status, kind, orjson.dumps({**SAYS, **more}))


@pytest.fixture
def person(house: House) -> Person:
    tells(house)
    made = house.person("me@agency.example", google="5")
    house.role(made, house.workspace("bakery"), Role.VIEWER)
    return made


@pytest.fixture
def browser(house: House, person: Person) -> Browser:
    return house.signed_in(person)


def let(house: House, who: str = WHERE) -> None:
    """By its address alone, as `agent allow` does."""
    let_in(house.people, house.clock, OPERATOR, Client(who, "", ()))


def asks(browser: Browser, **more: str) -> Page:
    return browser.open(f"/authorise?{query(**{**WANTS, **more})}")


def code(browser: Browser, page: Page) -> str:
    onward = browser.press(page, "/authorise", decision="allow", workspace="bakery").onward
    return parse_qs(urlsplit(onward).query)["code"][0]


def trade(house: House, code: str, redirect: str = BACK) -> dict[str, str]:
    form = {
        "grant_type": "authorization_code", "code": code, "client_id": WHERE, "redirect_uri": redirect,
        "code_verifier": VERIFIER,
    }  # fmt: skip
    told: dict[str, str] = orjson.loads(Browser(house).ask("POST", "/token", form, site="").get_data())
    return told


def refused(page: Page) -> str:
    """Nothing is sent anywhere, and nothing that a stranger said is repeated."""
    assert (page.status, page.onward, page.forms) == (400, "", ())
    assert "evil" not in page.text
    return page.text


def test_a_program_that_was_let_in_by_its_address_is_asked_who_it_is(house: House, browser: Browser) -> None:
    let(house)
    page = asks(browser)
    assert heading(page) == "Let Zed look in your name?"
    assert "zed.example" in page.text
    assert BACK in page.text
    assert "Nobody here has looked" not in page.text
    told = trade(house, code(browser, page))
    assert house.tokens.admit(told["access_token"], AGENTS).workspace == "bakery"
    assert house.fetched == [WHERE]  # once for the page and what followed it


def test_a_program_that_nobody_let_in_is_asked_nothing(house: House, browser: Browser) -> None:
    assert "not known here" in refused(asks(browser))
    assert house.fetched == []


def test_whoever_is_not_signed_in_has_nothing_fetched(house: House, person: Person) -> None:
    let(house, ANY)
    Browser(house).open(f"/authorise?{query(**WANTS)}")
    assert house.fetched == []


def test_where_any_program_may_ask_the_page_says_that_nobody_has_looked_at_it(house: House, browser: Browser) -> None:
    let(house, ANY)
    page = asks(browser)
    assert "Nobody here has looked at this program." in page.text
    assert trade(house, code(browser, page))["token_type"] == "Bearer"
    assert refused(asks(browser, client_id=ANY))
    put_out(house.people, house.clock, OPERATOR, ANY)
    assert "not known here" in refused(asks(browser))


def test_what_an_operator_wrote_down_is_not_asked_for(house: House, browser: Browser) -> None:
    let(house, ANY)
    let_in(house.people, house.clock, OPERATOR, Client(WHERE, "Ours", ("https://elsewhere.example/back",)))
    page = asks(browser, redirect_uri="https://elsewhere.example/back")
    assert heading(page) == "Let Ours look in your name?"
    refused(asks(browser))  # what it says of itself adds nothing
    assert house.fetched == []


def test_a_program_on_a_desk_takes_the_port_that_is_free(house: House, browser: Browser) -> None:
    let(house)
    for here in ("http://127.0.0.1:53682/callback", DESK, "http://localhost:8/callback"):
        page = asks(browser, redirect_uri=here)
        assert "a program on your own computer" in page.text
        assert "access_token" in trade(house, code(browser, page), here)
    assert "on your own computer" not in asks(browser).text
    for odd in (
        "http://127.0.0.1:53682/other",
        "http://127.0.0.1:53682/callback?evil=1",
        "https://127.0.0.1/callback",
        "http://evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://evil@127.0.0.1/callback",
        "http://127.0.0.1:evil/callback",
        "http://[::1]/callback",
        "zed://back",
    ):
        refused(asks(browser, redirect_uri=odd))


ODD: list[dict[str, Any]] = [
    {"client_id": "https://evil.example/client.json"},
    {"client_id": f"{WHERE}?"},
    {"client_id": WHERE.upper()},
    {"client_id": None},
    {"redirect_uris": []},
    {"redirect_uris": BACK},
    {"redirect_uris": None},
    {"redirect_uris": ["https://evil.example/back"]},
    {"redirect_uris": ["https://zed.example.evil.example/back"]},
    {"redirect_uris": ["https://zed.example@evil.example/back"]},
    {"redirect_uris": ["https://zed.example:444/back"]},
    {"redirect_uris": ["http://zed.example/back"]},
    {"redirect_uris": ["https://zed.example/back\nevil"]},
    {"redirect_uris": ["javascript:alert(1)//https://zed.example/"]},
    {"redirect_uris": [*(f"https://evil.example/{n}" for n in range(50)), BACK]},
    {"redirect_uris": [f"https://zed.example/{'a' * 500}"]},
    {"client_secret": "evil"},
    {"token_endpoint_auth_method": "client_secret_basic"},
    {"token_endpoint_auth_method": "private_key_jwt"},
    {"grant_types": ["client_credentials"]},
    {"response_types": ["token"]},
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: f"{odd}"[:60])
def test_what_does_not_belong_to_its_address_is_not_believed(
    house: House, browser: Browser, odd: dict[str, Any]
) -> None:
    let(house)
    tells(house, **odd)
    wanted = odd.get("redirect_uris") or [BACK]
    assert "is not believed" in refused(asks(browser, redirect_uri=str(wanted[0])))


@pytest.mark.parametrize(
    "there",
    [
        "This address took too long to answer.",
        Fetched(404, "application/json", orjson.dumps(SAYS)),
        Fetched(302, "application/json", orjson.dumps(SAYS)),
        Fetched(201, "application/json", orjson.dumps(SAYS)),
        Fetched(200, "text/html", orjson.dumps(SAYS)),
        Fetched(200, "", orjson.dumps(SAYS)),
        Fetched(200, "application/json", b""),
        Fetched(200, "application/json", b"[]"),
        Fetched(200, "application/json", b"\xff\xfe"),
        Fetched(200, "application/json", b"[" * 60_000),
    ],
    ids=lambda there: there if isinstance(there, str) else f"{there.status} {there.kind} {there.body[:10]!r}",
)
def test_what_cannot_be_read_is_no_program(house: House, browser: Browser, there: Fetched | str) -> None:
    let(house)
    house.web[WHERE] = there
    assert "What this program says of itself" in refused(asks(browser))
    tells(house, kind="application/oauth-client+json")
    assert heading(asks(browser)) == "Let Zed look in your name?"  # and what failed is not remembered


@pytest.mark.parametrize("name", ["", " ", "a" * 61, "Zed\u202egpj.exe", "Zed\nGoogle", "\u200b", None])
def test_a_name_that_can_deceive_is_not_shown(house: House, browser: Browser, name: str | None) -> None:
    let(house)
    tells(house, client_name=name)
    assert heading(asks(browser)) == "Let zed.example look in your name?"


def test_a_name_is_text_on_the_page(house: House, browser: Browser) -> None:
    let(house)
    tells(house, client_name="<script>evil()</script>")
    page = asks(browser)
    assert heading(page) == "Let &lt;script&gt;evil()&lt;/script&gt; look in your name?"
    assert "<script>evil" not in page.text


def test_what_it_says_is_asked_for_again_after_a_while(house: House, browser: Browser) -> None:
    let(house)
    page = asks(browser)
    tells(house, redirect_uris=["https://zed.example/other"])
    assert code(browser, page)
    house.clock.forward(minutes=5)
    refused(asks(browser))
    assert house.fetched == [WHERE] * 2


def test_what_our_page_carried_is_not_believed(house: House, browser: Browser) -> None:
    let(house)
    page = asks(browser)
    sent = browser.press(page, "/authorise", decision="allow", workspace="bakery", client_id="https://evil.example/c")
    assert (sent.status, sent.onward) == (400, "")


def test_nobody_has_us_fetch_without_end(house: House, browser: Browser) -> None:
    let(house, ANY)
    for number in range(ASKED_FOR + 5):
        page = asks(browser, client_id=f"https://zed.example/{number}")
        assert refused(page)
    assert "come again in an hour" in page.text
    assert len(house.fetched) == ASKED_FOR
    house.clock.forward(hours=1)
    assert asks(browser).status == 200


def test_an_instance_remembers_some(house: House) -> None:
    metadata = Metadata(house.fetch, house.clock)
    for number in range(REMEMBERED + 1):
        where = f"https://zed.example/{number}"
        tells(house, where=where, client_id=where)
        metadata.ask(where)
    assert metadata.at_hand("https://zed.example/0") is None
    assert metadata.at_hand("https://zed.example/1") is not None


def test_a_program_that_was_put_out_is_not_asked(house: House, browser: Browser) -> None:
    let(house)
    put_out(house.people, house.clock, OPERATOR, WHERE)
    assert known(house.people, WHERE) is None
    refused(asks(browser))
    assert house.fetched == []
