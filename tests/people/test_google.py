"""Signing in with Google: who is let in, and every way in which what comes back could be a lie."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from shared.errors import Later
from shared.people.google import Account, NotProven
from shared.people.levels import Role
from shared.secret import Secret
from shared.stores.google_accounts import GoogleAccounts
from tests.people.house import OWNER, Browser, House, heading

SUB = "1001"  # of the first owner
Change = Callable[[dict[str, Any]], Mapping[str, Any]]


def test_the_first_owner_signs_in_sees_all_and_signs_out(house: House) -> None:
    house.workspace("bakery", "Corner Bakery")
    browser = Browser(house)
    page = browser.with_google(browser.open("/"), SUB)
    assert (page.url, page.status) == ("/", 200)
    assert "Corner Bakery" in page.text
    (person,) = house.people.find("persons")
    assert (person["mail"], person["google"], person["owner"]) == (OWNER, SUB, True)
    assert house.acts() == ["person.made", "session.begun"]
    page = browser.press(page, "/sign-out")
    assert heading(page) == "Sign in"
    assert house.people.find("sessions") == []
    assert house.acts()[-1] == "session.ended"
    assert browser.open("/").url == "/sign-in"


def test_what_is_asked_of_google(house: House) -> None:
    browser = Browser(house)
    over = browser.press(browser.open("/sign-in"), "/sign-in/google")
    there = urlsplit(over.onward)
    said = {name: value for name, (value,) in parse_qs(there.query).items()}
    assert (there.scheme, there.netloc, there.path) == ("https", "accounts.google.com", "/o/oauth2/v2/auth")
    assert said["response_type"] == "code"
    assert said["scope"] == "openid email profile"
    assert said["code_challenge_method"] == "S256"
    assert said["redirect_uri"] == "https://console.example/sign-in/google/back"
    assert len({said["state"], said["nonce"], said["code_challenge"]}) == 3
    assert all(len(said[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    kept = repr(house.people.docs)
    assert not any(said[name] in kept for name in ("state", "nonce", "code_challenge"))


def test_a_known_account_is_known_by_its_sub_whatever_its_address_is_today(house: House) -> None:
    person = house.person("old@agency.example", google="77")
    house.account("77", "new@agency.example", "agency.example")
    browser = Browser(house)
    browser.with_google(browser.open("/sign-in"), "77")
    assert [doc["person"] for doc in house.people.find("sessions")] == [person.id]


def test_an_address_that_changed_hands_lets_nobody_in(house: House) -> None:
    house.person("boss@agency.example", google="77", owner=True)
    house.account("78", "boss@agency.example", "agency.example")
    browser = Browser(house)
    page = browser.with_google(browser.open("/sign-in"), "78")
    assert page.status == 403
    assert "Nobody has invited this account yet." in page.text
    assert house.people.find("sessions") == []
    assert house.acts("refused") == ["session.begun"]


def test_the_setting_of_the_first_owner_counts_once(house: House) -> None:
    browser = Browser(house)
    browser.with_google(browser.open("/sign-in"), SUB)
    house.account("1099", OWNER, "agency.example")
    other = Browser(house)
    assert other.with_google(other.open("/sign-in"), "1099").status == 403


@pytest.mark.parametrize(
    ("mail", "hosted", "authoritative"),
    [
        ("a@gmail.com", "", True),
        ("a@googlemail.com", "", True),
        ("a@agency.example", "agency.example", True),
        ("a@agency.example", "", False),
        ("a@agency.example", "other.example", False),
        ("", "agency.example", False),
        ("a@notgmail.com", "", False),
    ],
)
def test_of_which_addresses_google_decides(mail: str, hosted: str, authoritative: bool) -> None:
    assert Account("1", mail, "", hosted).authoritative is authoritative


# -- lies ------------------------------------------------------------------------------------------------


def changed(**claims: Any) -> Change:
    return lambda told: {name: value for name, value in {**told, **claims}.items() if value is not None}


LIES: dict[str, Change] = {
    "for another app": changed(aud="another-app"),
    "for several apps": changed(aud=["local-sign-in", "another-app"]),
    "handed to another app": changed(azp="another-app"),
    "by another issuer": changed(iss="https://accounts.example"),
    "of another attempt": changed(nonce="x" * 43),
    "of no attempt": changed(nonce=None),
    "ended": lambda told: {**told, "exp": told["iat"] - 61},
    "without an end": changed(exp=None),
    "of tomorrow": lambda told: {**told, "iat": told["iat"] + 3600},
    "of nobody": changed(sub=None),
    "of a list": changed(sub=["1001"]),
    "by no issuer": changed(iss=None),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_lets_nobody_in(house: House, lie: str) -> None:
    house.accounts.rules = LIES[lie]
    browser = Browser(house)
    page = browser.with_google(browser.open("/sign-in"), SUB)
    assert page.status == 403
    assert heading(page) == "Sign in"
    assert house.people.find("persons") == house.people.find("sessions") == []


def test_clocks_may_differ_by_a_minute(house: House) -> None:
    house.accounts.rules = lambda told: {**told, "iat": told["iat"] + 59, "exp": told["iat"] - 59}
    browser = Browser(house)
    assert browser.with_google(browser.open("/sign-in"), SUB).status == 200


def forged(house: House, kind: str) -> str:
    claims = house.accounts.claims(SUB, "n" * 43)
    public = house.accounts.key.as_pem(private=False)
    named = {"kid": house.accounts.key.kid}
    if kind == "none":
        return jwt.encode({"alg": "none", **named}, claims, OctKey.import_key("unused-but-needed"), algorithms=["none"])
    if kind == "hs256-with-the-public-key":
        return _hs256({"alg": "HS256", **named}, claims, public)
    if kind == "another-key-of-the-same-name":
        return jwt.encode({"alg": "RS256", **named}, claims, RSAKey.generate_key(2048))
    if kind == "another-key":
        return jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, RSAKey.generate_key(2048))
    if kind == "changed":
        head, _, sign = house.accounts.signed(claims).split(".")
        _, body, _ = house.accounts.signed({**claims, "sub": "1002"}).split(".")
        return ".".join((head, body, sign))
    return {"cut": house.accounts.signed(claims)[:-3], "nothing": "", "no token": "a.b", "dots": "....."}[kind]


def _hs256(head: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """By hand: the library makes no such token, since it knows what it is good for."""
    text = ".".join(_coded(orjson.dumps(each)) for each in (head, claims))
    return f"{text}.{_coded(hmac.digest(secret, text.encode(), 'sha256'))}"


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


FORGERIES = (
    "none",
    "hs256-with-the-public-key",
    "another-key-of-the-same-name",
    "another-key",
    "changed",
    "cut",
    "nothing",
    "no token",
    "dots",
)


@pytest.mark.parametrize("kind", FORGERIES)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_forged_token_proves_nobody(house: House, kind: str) -> None:
    with pytest.raises(NotProven):
        house.google.proven(Secret(forged(house, kind)), "n" * 43)


def test_the_tests_of_forgeries_can_fail(house: House) -> None:
    token = house.accounts.signed(house.accounts.claims(SUB, "n" * 43))
    assert house.google.proven(Secret(token), "n" * 43).sub == SUB


# -- the way back ------------------------------------------------------------------------------------------


def test_a_way_back_works_once(house: House) -> None:
    browser = Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), SUB)
    assert browser.open(back).status == 200
    assert browser.open(back).status == 409
    assert len(house.people.find("sessions")) == 1


def test_a_code_that_was_used_is_worth_nothing_with_a_new_state(house: House) -> None:
    browser = Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), SUB)
    code = parse_qs(urlsplit(back).query)["code"][0]
    browser.open(back)
    other = Browser(house)
    fresh = other.from_google(other.press(other.open("/sign-in"), "/sign-in/google"), SUB)
    state = parse_qs(urlsplit(fresh).query)["state"][0]
    page = other.open(f"/sign-in/google/back?state={state}&code={code}")
    assert page.status == 403
    assert len(house.people.find("sessions")) == 1


def test_another_browser_cannot_come_back_and_does_not_spoil_it_for_the_first(house: House) -> None:
    browser, thief = Browser(house), Browser(house)
    thief.open("/sign-in")
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), SUB)
    assert thief.open(back).status == 409
    assert Browser(house).open(back).status == 409
    assert house.people.find("sessions") == []
    assert browser.open(back).status == 200


def test_a_code_of_mine_in_the_browser_of_another_signs_nobody_in(house: House) -> None:
    """Login CSRF: a page leads the victim's browser to a way back that the attacker had begun."""
    attacker, victim = Browser(house), Browser(house)
    victim.press(victim.open("/sign-in"), "/sign-in/google")
    back = attacker.from_google(attacker.press(attacker.open("/sign-in"), "/sign-in/google"), SUB)
    assert victim.open(back).status == 409
    assert house.desk.cookies.session not in victim.cookies


def test_an_attempt_is_good_for_ten_minutes(house: House) -> None:
    browser = Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), SUB)
    house.clock.forward(minutes=10)
    assert browser.open(back).status == 409


def test_who_says_no_at_google_can_begin_again(house: House) -> None:
    browser = Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), "nobody")
    assert "error=access_denied" in back
    page = browser.open(back)
    assert (page.status, heading(page)) == (200, "Sign in")


# -- keys ------------------------------------------------------------------------------------------------------


def sign_in(house: House) -> int:
    browser = Browser(house)
    return browser.with_google(browser.open("/sign-in"), SUB).status


def test_keys_are_fetched_once_and_again_when_google_changes_them(house: House) -> None:
    assert sign_in(house) == sign_in(house) == 200
    assert house.accounts.key_fetches == 1
    house.clock.forward(hours=7)
    assert sign_in(house) == 200
    assert house.accounts.key_fetches == 2
    house.clock.forward(minutes=2)
    house.accounts.key = RSAKey.generate_key(2048, {"kid": "next"})
    assert sign_in(house) == 200
    assert house.accounts.key_fetches == 3


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_unknown_keys_are_looked_for_once_a_minute_however_many_are_shown(house: House) -> None:
    for _ in range(5):
        with pytest.raises(NotProven):
            house.google.proven(Secret(forged(house, "another-key")), "n" * 43)
    assert house.accounts.key_fetches == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500),
        httpx2.Response(302, headers={"location": "https://elsewhere.example/"}),
        httpx2.Response(200, content=b"x" * 70_000),
        httpx2.Response(200, content=b"[]"),
        httpx2.Response(200, content=b"<html>"),
    ],
    ids=["broken", "redirect", "endless", "list", "page"],
)
def test_whatever_google_answers_instead_of_keys_is_a_matter_of_later(answer: httpx2.Response) -> None:
    asked: list[str] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return answer

    with pytest.raises(Later):
        GoogleAccounts(transport=httpx2.MockTransport(serve)).keys()
    assert asked == ["https://www.googleapis.com/oauth2/v3/certs"]  # and nowhere else


def test_a_page_says_later_when_google_is_silent(house: House) -> None:
    def serve(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no")

    browser = Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), SUB)
    house.google.accounts = GoogleAccounts(transport=httpx2.MockTransport(serve))
    assert browser.open(back).status == 503


def test_a_role_is_no_part_of_what_google_says(house: House) -> None:
    """Claims that a token holds besides are nothing to us."""
    house.workspace("bakery")
    person = house.person("a@agency.example", google="1002")
    house.role(person, "bakery", Role.VIEWER)
    house.accounts.rules = changed(role="admin", owner=True, roles=["admin"])
    browser = Browser(house)
    browser.with_google(browser.open("/sign-in"), "1002")
    assert browser.open("/workspaces/bakery/people").status == 404
