"""Whose account a credential of Klaviyo's opens, what Klaviyo says when it refuses, and how much it allows."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from shared.clock import iso
from shared.errors import Bug, Configure, Later, Reconnect
from shared.http import answer
from shared.oauth.flow import authorize_query, code_request, refresh_request
from shared.oauth.tokens import read_grant
from shared.platforms.klaviyo import PLATFORM as KLAVIYO
from shared.platforms.klaviyo.errors import stated_pause
from shared.secret import Secret
from shared.vocabulary.access import Account, App, Credential, How
from tests.connectors.recorded.klaviyo import error, said

NOON = datetime(2026, 9, 3, 12, tzinfo=UTC)
KEY = "pk_0123456789abcdef0123456789abcdef01"


def talk(*answers: Any, how: How = "oauth") -> tuple[Any, tuple[Account, ...]]:
    conversation = KLAVIYO.discover(Credential(Secret(KEY), how=how))
    asked = next(conversation)
    try:
        conversation.send(answers[0])
    except StopIteration as end:
        return asked, end.value
    raise AssertionError("it asks on")


CONTACT = {"organization_name": "Demo"}
TOLD = {"contact_information": CONTACT, "timezone": "Europe/Berlin", "preferred_currency": "EUR"}
ONE = {"id": "AbC123", "attributes": TOLD}


def test_the_account_tells_its_zone_and_its_currency() -> None:
    asked, accounts = talk(said({"data": [ONE]}))
    assert asked.url == "https://a.klaviyo.com/api/accounts"
    assert asked.headers == {
        "revision": "2026-07-15", "accept": "application/vnd.api+json", "authorization": f"Bearer {KEY}",
    }  # fmt: skip
    assert accounts == (Account("AbC123", "Demo", "Europe/Berlin", "EUR"),)
    _, (nameless,) = talk(said({"data": [{"id": "AbC123"}]}))
    assert (nameless.title, nameless.zone, nameless.currency) == ("AbC123", "UTC", "")


def test_a_private_key_has_a_word_of_its_own_before_it() -> None:
    asked, _ = talk(said({"data": [ONE]}), how="key")
    assert asked.headers["authorization"] == f"Klaviyo-API-Key {KEY}"


@pytest.mark.parametrize("body", [{}, [], {"data": []}, {"data": None}, {"data": [{}]}, {"data": ["x"]}, None])
def test_answers_without_an_account_are_no_account(body: Any) -> None:
    with pytest.raises(Reconnect):
        talk(said(body))


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (error(401, "not_authenticated"), Reconnect, "not-authorised"),
        (error(403, "authentication_failed"), Reconnect, "not-authorised"),  # the code says it, whatever the status
        (answer(401, {}, b"<html>"), Reconnect, "not-authorised"),
        (error(403, "permission_denied"), Configure, "no-permission"),
        (answer(403, {}, b"<html>"), Later, "refused-at-edge"),
        (error(429, "throttled", retry_after="3"), Later, "limited"),
        (error(400, "throttled"), Later, "limited"),
        (error(503, "service_unavailable"), Later, "platform-down"),
        (error(400, "invalid"), Bug, "refused"),
        (said({"errors": "odd"}, 400), Bug, "refused"),
    ],
)
def test_refusals_say_who_must_act(given: Any, kind: type[Exception], code: str) -> None:
    problem = KLAVIYO.refuse(given)
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code
    assert problem.sentence.endswith(".")


def test_the_rest_is_read_when_nothing_is_left() -> None:
    def rest(**headers: str) -> timedelta | None:
        return stated_pause(answer(200, {name.replace("_", "-"): text for name, text in headers.items()}, b"{}"))

    assert rest(ratelimit_remaining="0", ratelimit_reset="31") == timedelta(seconds=31)
    assert rest(ratelimit_remaining="1", ratelimit_reset="31") is None
    assert rest(ratelimit_remaining="0") is None
    assert rest(ratelimit_remaining="0", ratelimit_reset="soon") is None
    assert rest(ratelimit_remaining="0", ratelimit_reset="9" * 30) is None
    assert rest() is None


MOST = {"xs": (1, 15), "s": (3, 60), "m": (10, 150), "l": (75, 700), "": (350, 3500), "reports": (1, 2)}


@pytest.mark.parametrize("name", MOST)
def test_no_second_and_no_minute_ever_holds_more_than_its_tier_allows(name: str) -> None:
    """A burst, and then one by one at that pace: what the fullest second and the fullest minute can hold."""
    limits, (second, minute) = (KLAVIYO.allowances[name] if name else KLAVIYO.limits), MOST[name]
    assert limits.per_second is not None
    for seconds, most in ((1.0, second), (60.0, minute)):
        later = int((seconds * 1.001) * limits.per_second) if limits.burst == 1 else seconds * limits.per_second
        assert limits.burst + later <= most
    assert set(KLAVIYO.allowances) | {""} == set(MOST)
    assert {stream.allowance for stream in KLAVIYO.streams} == set(MOST)


def test_reports_share_one_day() -> None:
    reports = [stream for stream in KLAVIYO.streams if stream.method == "POST"]
    assert {stream.allowance for stream in reports} == {"reports"}
    per_day = KLAVIYO.allowances["reports"].per_day
    assert per_day is not None
    assert per_day < 225


def test_keys_are_recognised_by_their_form() -> None:
    way = KLAVIYO.key_way
    assert way is not None
    for right in (KEY, "pk_AbC123_0123456789abcdef0123456789abcdef"):
        assert re.fullmatch(way.pattern, right)
    for wrong in ("", "AbC123", "pk_", "sk_" + KEY[3:], KEY + "/..", KEY + "\n", "Klaviyo-API-Key " + KEY):
        assert not re.fullmatch(way.pattern, wrong)


def test_consent_asks_for_reading_only() -> None:
    assert KLAVIYO.oauth is not None
    assert KLAVIYO.oauth.pkce
    assert KLAVIYO.oauth.client_auth == "client_secret_basic"
    assert all(scope.endswith(":read") for scope in KLAVIYO.oauth.scopes)
    assert {stream.scope for stream in KLAVIYO.streams} == set(KLAVIYO.oauth.scopes)


def test_codes_and_refresh_tokens_are_traded_with_our_app_in_the_header_alone() -> None:
    oauth, app = KLAVIYO.oauth, App("our-id", Secret("our-secret"))
    assert oauth is not None
    query = dict(parse_qsl(authorize_query(oauth, app, "https://example.com/back", "state", "v" * 50)))
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert query["code_challenge"] not in ("", "v" * 50)
    code = code_request(oauth, app, "the-code", "https://example.com/back", "v" * 50)
    refresh = refresh_request(oauth, app, Secret("the-refresh-token"))
    for call in (code, refresh):
        assert (call.method, call.url) == ("POST", "https://a.klaviyo.com/oauth/token")
        assert b64decode(call.headers["authorization"].removeprefix("Basic ")) == b"our-id:our-secret"
        assert "our-secret" not in str(call.form)
    assert code.form == {
        "grant_type": "authorization_code", "code": "the-code", "redirect_uri": "https://example.com/back",
        "code_verifier": "v" * 50,
    }  # fmt: skip
    assert refresh.form == {"grant_type": "refresh_token", "refresh_token": "the-refresh-token"}


@pytest.mark.parametrize("given", [{"refresh_token": "new"}, {"refresh_token": "old"}, {}])
def test_whatever_refresh_token_comes_back_is_kept(given: dict[str, str]) -> None:
    """Whether the old one dies is not documented: a new one goes before it, and without one it stays."""
    before = Credential(Secret("access"), Secret("old"))
    told = {"access_token": "a2", "token_type": "bearer", "expires_in": 3600, **given}
    kept = read_grant(KLAVIYO, said(told), NOON, before)
    assert kept.refresh_token is not None
    assert kept.refresh_token.reveal() == given.get("refresh_token", "old")
    assert kept.expires_at == iso(NOON + timedelta(hours=1))
