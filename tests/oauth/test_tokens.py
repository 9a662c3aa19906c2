"""Answers of token endpoints, good and odd, as they have been seen in the wild; and credentials as they are kept."""

from __future__ import annotations

import base64
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import iso
from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import answer
from shared.oauth.flow import authorize_query, code_request, oauth_of, refresh_request, revoke_request
from shared.oauth.tokens import ends_at, from_key, pack, read_grant, unpack
from shared.platforms.constant_contact import PLATFORM as CONSTANT_CONTACT
from shared.platforms.google_ads import PLATFORM as GOOGLE_ADS
from shared.platforms.klaviyo import PLATFORM as KLAVIYO
from shared.platforms.mailchimp import PLATFORM as MAILCHIMP
from shared.secret import Secret
from shared.vocabulary.access import App, Credential
from shared.vocabulary.wire import Request

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
GOOD = {"access_token": "AT-secret", "refresh_token": "RT-secret", "expires_in": 86400, "token_type": "Bearer"}
CLIENT = App("app id", Secret("s+cret/%"))


def reply(body: Any, status: int = 200, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def test_a_good_answer_becomes_a_credential() -> None:
    got = read_grant(CONSTANT_CONTACT, reply({**GOOD, "scope": "contact_data account_read"}), NOW)
    assert got.token.reveal() == "AT-secret"
    assert got.refresh_token is not None
    assert got.refresh_token.reveal() == "RT-secret"
    assert got.expires_at == iso(NOW + timedelta(days=1))
    assert got.refresh_expires_at == iso(NOW + timedelta(days=180))
    assert got.scopes == ("contact_data", "account_read")
    assert ends_at(got) == NOW + timedelta(days=180)


@pytest.mark.parametrize("expires", [0, None, "0"])
def test_mailchimps_zero_means_never(expires: Any) -> None:
    got = read_grant(MAILCHIMP, reply({"access_token": "x", "expires_in": expires, "scope": None}), NOW)
    assert (got.expires_at, ends_at(got), got.refresh_token) == ("", None, None)


def test_a_refresh_lends_what_the_answer_leaves_out() -> None:
    before = Credential(Secret("old"), Secret("RT-old"), scopes=("contact_data",))
    body = {name: value for name, value in GOOD.items() if name != "refresh_token"}
    got = read_grant(CONSTANT_CONTACT, reply(body), NOW, before)
    assert got.refresh_token == Secret("RT-old")
    assert got.scopes == ("contact_data",)


ODD: list[tuple[Any, int, type[Problem], str]] = [
    ({"error": "invalid_grant"}, 400, Reconnect, "grant-ended"),
    ({"error": "invalid_grant"}, 401, Reconnect, "grant-ended"),
    ({"error": "invalid_grant"}, 200, Reconnect, "grant-ended"),  # an error under 200 has been seen
    ({"error": "invalid_client"}, 401, Configure, "app-refused"),
    ({"error": "unauthorized_client"}, 400, Configure, "app-refused"),
    ({"message": "no"}, 401, Configure, "app-refused"),
    ({"error": "invalid_request"}, 400, Bug, "token-refused"),
    ({}, 400, Bug, "token-refused"),
    ({"error": "invalid_grant_but_longer_than_any_code_there_is_RT-secret"}, 400, Bug, "token-refused"),
    ({"error": "temporarily_unavailable"}, 400, Later, "platform-down"),
    (b"<html>busy</html>", 403, Later, "not-json"),
    (b"<html>busy</html>", 200, Later, "not-json"),
    (b'{"access_token":"AT-sec', 200, Later, "not-json"),
    (b"", 200, Later, "not-json"),
    (b"", 503, Later, "platform-down"),
    ({"error": "x"}, 429, Later, "limited"),
    ([], 200, Bug, "odd-token"),
    ("AT-secret", 200, Bug, "odd-token"),
    ({**GOOD, "access_token": None}, 200, Bug, "odd-token"),
    ({**GOOD, "access_token": " "}, 200, Bug, "odd-token"),
    ({**GOOD, "access_token": ["AT-secret"]}, 200, Bug, "odd-token"),
    ({**GOOD, "token_type": "mac"}, 200, Bug, "odd-token"),
    ({**GOOD, "refresh_token": 7}, 200, Bug, "odd-token"),
    ({**GOOD, "expires_in": 0}, 200, Bug, "odd-token"),
    ({**GOOD, "expires_in": -5}, 200, Bug, "odd-token"),
    ({**GOOD, "expires_in": True}, 200, Bug, "odd-token"),
    ({**GOOD, "expires_in": "soon"}, 200, Bug, "odd-token"),
    ({**GOOD, "refresh_token": None}, 200, Configure, "short-access"),
]


@pytest.mark.parametrize(("body", "status", "kind", "code"), ODD)
def test_an_odd_answer_is_a_problem_without_a_secret_in_it(
    body: Any, status: int, kind: type[Problem], code: str
) -> None:
    with pytest.raises(Problem) as caught:
        read_grant(CONSTANT_CONTACT, reply(body, status), NOW)
    problem = caught.value
    assert (type(problem), problem.code) == (kind, code)
    assert problem.sentence.endswith(".")
    assert "secret" not in f"{problem!r} {problem} {problem.detail} {problem.sentence}"


def test_a_limit_says_until_when() -> None:
    with pytest.raises(Later) as caught:
        read_grant(CONSTANT_CONTACT, reply({}, 429, retry_after="30"), NOW)
    assert caught.value.not_before == NOW + timedelta(seconds=30)
    assert not caught.value.counts


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists, max_leaves=4))
def test_whatever_stands_in_a_field_it_is_a_credential_or_a_problem(value: Any) -> None:
    for name in (*GOOD, "scope", "error"):
        try:
            got = read_grant(CONSTANT_CONTACT, reply({**GOOD, name: value}), NOW)
        except Problem:
            continue
        assert unpack(pack(got, NOW)) == got


@pytest.mark.parametrize(
    "credential",
    [
        from_key("key-1"),
        Credential(Secret("t")),
        Credential(Secret("t"), Secret("r"), iso(NOW), ("a", "b"), "oauth", iso(NOW)),
    ],
)
def test_a_credential_comes_back_as_it_was_kept(credential: Credential) -> None:
    assert unpack(pack(credential, NOW)) == credential


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"not json MARKED", b"{}", b'{"access_token":1,"expires_at":"MARKED"}', b'{"how":"key"}']
)
def test_a_credential_that_cannot_be_read_is_told_without_its_content(payload: bytes) -> None:
    with pytest.raises(Bug) as caught:
        unpack(payload)
    assert "MARKED" not in f"{caught.value!r}{caught.value.detail}"
    assert caught.value.__suppress_context__


def test_the_client_is_named_the_way_the_platform_wants_it() -> None:
    post = code_request(oauth_of(MAILCHIMP), CLIENT, "c", "https://x/cb", "v")
    assert post.form == {
        "grant_type": "authorization_code", "code": "c", "redirect_uri": "https://x/cb",
        "client_id": "app id", "client_secret": "s+cret/%",
    }  # fmt: skip
    basic = refresh_request(oauth_of(CONSTANT_CONTACT), CLIENT, Secret("RT"))
    assert basic.form == {"grant_type": "refresh_token", "refresh_token": "RT"}
    scheme, _, coded = basic.headers["authorization"].partition(" ")
    # RFC 6749, 2.3.1: form-encoded before they are joined
    assert (scheme, base64.b64decode(coded).decode()) == ("Basic", "app+id:s%2Bcret%2F%25")


def test_pkce_is_used_where_the_platform_knows_it() -> None:
    knows = replace(oauth_of(CONSTANT_CONTACT), pkce=True, extra={"prompt": "login", "state": "never this"})
    query = authorize_query(knows, CLIENT, "https://x/cb", "S", "v" * 43)
    assert "&code_challenge_method=S256" in query
    assert "v" * 43 not in query
    assert "prompt=login" in query
    assert "state=S" in query
    assert "never" not in query
    assert code_request(knows, CLIENT, "c", "https://x/cb", "v" * 43).form["code_verifier"] == "v" * 43  # type: ignore[index]


ODD_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(ODD_TEXT, ODD_TEXT, ODD_TEXT, ODD_TEXT)
def test_whatever_a_value_holds_it_arrives_as_it_was(code: str, token: str, client: str, secret: str) -> None:
    """The forms are written as text and read again, so nothing may be lost, joined or cut in between."""
    app = App(client, Secret(secret))
    assert code_request(oauth_of(MAILCHIMP), app, code, "https://x/cb?a=b c", "v").form == {
        "grant_type": "authorization_code", "code": code, "redirect_uri": "https://x/cb?a=b c",
        "client_id": client, "client_secret": secret,
    }  # fmt: skip
    request = refresh_request(oauth_of(CONSTANT_CONTACT), app, Secret(token))
    assert request.form == {"grant_type": "refresh_token", "refresh_token": token}
    pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().split(":")
    assert [unquote_plus(part) for part in pair] == [client, secret]
    query = parse_qsl(authorize_query(oauth_of(CONSTANT_CONTACT), app, "https://x/cb", token, "v"))
    assert {"client_id": client, "state": token}.items() <= dict(query).items()


def test_blanks_of_an_address_are_written_as_every_server_reads_them() -> None:
    query = authorize_query(oauth_of(CONSTANT_CONTACT), App("a b+c", Secret("s")), "https://x/cb", "S", "v")
    assert "client_id=a%20b%2Bc" in query
    assert "+" not in query


def test_a_revocation_posts_the_token_that_renews_and_says_who_asks_where_that_is_wanted() -> None:
    both, access = Credential(Secret("AT"), Secret("RT")), Credential(Secret("AT"))
    google, klaviyo = oauth_of(GOOGLE_ADS), oauth_of(KLAVIYO)
    assert google.revocation is not None
    assert klaviyo.revocation is not None
    asked = revoke_request(google, google.revocation, both, CLIENT)
    assert asked == Request(
        "POST", "https://oauth2.googleapis.com/revoke", form={"token": "RT"}, headers={
            "accept": "application/json"
        }
    )  # fmt: skip
    assert revoke_request(google, google.revocation, access, CLIENT).form == {"token": "AT"}
    asked = revoke_request(klaviyo, klaviyo.revocation, both, CLIENT)
    assert (asked.url, asked.form) == (klaviyo.revocation.url, {"token": "RT", "token_type_hint": "refresh_token"})
    assert asked.headers["authorization"].startswith("Basic ")


def test_no_library_warns_of_what_we_ask_of_it() -> None:
    """In an interpreter of its own: what was imported before warns no more."""
    names = "shared.oauth.flow", "shared.oauth.tokens", "shared.oauth.assertions", "joserfc.jwt"
    call = "refresh_request(OAuth('', 'https://x'), App('a', Secret('b')), Secret('c'))"
    begin = (
        f"import {', '.join(names)}; from shared.oauth.flow import *; from shared.vocabulary.access import *; {call}"
    )
    told = subprocess.run([sys.executable, "-W", "error", "-c", begin], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
