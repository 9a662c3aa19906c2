"""Consent, codes, tokens and keys, as a plain client meets them."""

import base64
import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from infra.sandbox import Box, create
from tests.sandbox.reading import Time

BACK = "http://127.0.0.1:8080/oauth/callback"
ALL = "contact_data campaign_data account_read offline_access"


def plain(box: Box[Any], **headers: str) -> httpx2.Client:
    transport = httpx2.WSGITransport(app=box.wsgi)
    return httpx2.Client(transport=transport, base_url="https://sandbox.example", headers=headers)


def consent(box: Box[Any], decision: str = "allow", **asked: str) -> dict[str, str]:
    """Walk through the page as a browser does; what came back in the redirect."""
    client, rules = plain(box), box.platform.oauth
    assert rules is not None
    query = {"response_type": "code", "client_id": f"demo-{box.platform.name}", "redirect_uri": BACK, "state": "s/1&é"}
    page = client.get(rules.authorize_path, params=query | asked)
    if page.status_code == 302:
        return returned(page)
    assert page.status_code == 200, page.text
    fields = re.findall(r'name="([^"]+)" value="([^"]*)">', page.text)
    form = {unescape(name): unescape(value) for name, value in fields if name != "decision"}
    return returned(client.post(rules.authorize_path, data=form | {"decision": decision}))


def returned(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def swap(box: Box[Any], code: str, **said: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | said
    return token(box, form)


def renew(box: Box[Any], refresh_token: str) -> httpx2.Response:
    return token(box, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def token(box: Box[Any], form: dict[str, str]) -> httpx2.Response:
    rules, name = box.platform.oauth, f"demo-{box.platform.name}"
    assert rules is not None
    if rules.client_auth == "basic":
        return plain(box).post(rules.token_path, data=form, auth=(name, f"{name}-secret"))
    secrets = {"client_id": name, "client_secret": f"{name}-secret"}
    return plain(box).post(rules.token_path, data=secrets | form)


def calls(box: Box[Any], path: str, authorization: str) -> int:
    return plain(box, Authorization=authorization).get(path).status_code


def test_mailchimp_from_the_page_to_the_first_call() -> None:
    box = create("mailchimp", counts={"members": 3, "campaigns": 1})
    back = consent(box)
    assert back["state"] == "s/1&é"
    answer = swap(box, back["code"])
    given = answer.json()
    assert (answer.status_code, given["expires_in"], given["scope"]) == (200, 0, None)
    assert "refresh_token" not in given
    for header in (f"Bearer {given['access_token']}", f"OAuth {given['access_token']}"):
        assert calls(box, "/3.0/ping", header) == 200
    client = plain(box, Authorization=f"OAuth {given['access_token']}")
    metadata = client.get("/oauth2/metadata").json()
    assert metadata["dc"] == "us19"
    assert metadata["api_endpoint"] == "https://us19.api.mailchimp.com"
    assert box.calls.exchanges == 1
    assert swap(box, back["code"]).json()["error"] == "invalid_grant"


def test_mailchimp_says_200_about_a_bad_token() -> None:
    answer = plain(create("mailchimp"), Authorization="OAuth nonsense").get("/oauth2/metadata")
    assert (answer.status_code, answer.json()) == (200, {"error": "invalid_token"})


def test_mailchimp_keys_by_basic_and_bearer() -> None:
    box = create("mailchimp", counts={"members": 3, "campaigns": 1})
    key = box.grants.key()
    assert key.endswith("-us19")
    coded = base64.b64encode(f"anystring:{key}".encode()).decode()
    assert calls(box, "/3.0/lists", f"Basic {coded}") == 200
    assert calls(box, "/3.0/lists", f"Bearer {key}") == 200
    refused = plain(box, Authorization="Bearer wrong").get("/3.0/lists")
    assert refused.status_code == 401
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert refused.json()["title"] == "API Key Invalid"
    assert refused.json()["status"] == 401
    assert box.calls.unauthorized == 1


@pytest.mark.parametrize("platform", ["mailchimp", "constant_contact"])
def test_deny_says_so(platform: Any) -> None:
    box = create(platform)
    back = consent(box, "deny", **({"scope": ALL} if platform == "constant_contact" else {}))
    assert back["error"] == "access_denied"
    assert back["state"] == "s/1&é"
    assert "code" not in back


def test_the_page_names_app_scopes_and_sandbox() -> None:
    box = create("constant_contact", client_name="Nice <Agency>")
    query = {"response_type": "code", "client_id": "demo-constant_contact", "redirect_uri": BACK, "state": "x"}
    page = plain(box).get("/oauth2/default/v1/authorize", params=query | {"scope": ALL})
    assert "Nice &lt;Agency&gt;" in page.text
    assert "Sandbox of Constant Contact" in page.text
    for scope in ALL.split():
        assert scope in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "someone-else"},
        {"redirect_uri": "https://attacker.example/callback"},
        {"redirect_uri": "http://127.0.0.1@attacker.example/"},
        {"redirect_uri": "http://localhost.attacker.example/"},
    ],
)
def test_an_unknown_app_or_address_is_not_sent_back(asked: dict[str, str]) -> None:
    query = {"response_type": "code", "client_id": "demo-mailchimp", "redirect_uri": BACK, "state": "x"}
    page = plain(create("mailchimp")).get("/oauth2/authorize", params=query | asked)
    assert page.status_code == 400
    assert "location" not in page.headers


def test_registered_addresses_are_exact() -> None:
    box = create("mailchimp", redirect_uris=["https://app.example/callback"])
    query = {"response_type": "code", "client_id": "demo-mailchimp", "state": "x"}
    for address, status in (
        ("https://app.example/callback", 200),
        ("https://app.example/callback/", 400),
        ("https://app.example/callback?a=1", 400),
        (BACK, 400),
    ):
        page = plain(box).get("/oauth2/authorize", params=query | {"redirect_uri": address})
        assert page.status_code == status, address


def test_a_code_needs_the_same_address_the_right_secret_and_five_minutes() -> None:
    time = Time()
    box = create("constant_contact", clock=time.clock, limits=False)
    assert swap(box, consent(box, scope=ALL)["code"], redirect_uri=BACK + "/").json()["error"] == "invalid_grant"
    code = consent(box, scope=ALL)["code"]
    time.move(minutes=5)
    assert swap(box, code).json()["error"] == "invalid_grant"
    wrong = plain(box).post(
        "/oauth2/default/v1/token",
        data={"grant_type": "authorization_code", "code": consent(box, scope=ALL)["code"], "redirect_uri": BACK},
        auth=("demo-constant_contact", "not the secret"),
    )
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert box.calls.exchanges == 0


def test_pkce_is_checked_when_a_challenge_was_sent() -> None:
    box = create("constant_contact", limits=False)
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"scope": ALL, "code_challenge": challenge, "code_challenge_method": "S256"}
    assert swap(box, consent(box, **asked)["code"]).json()["error"] == "invalid_grant"
    assert swap(box, consent(box, **asked)["code"], code_verifier="w" * 50).status_code == 400
    assert swap(box, consent(box, **asked)["code"], code_verifier=verifier).status_code == 200
    plain_method = asked | {"code_challenge_method": "plain"}
    assert consent(box, **plain_method)["error"] == "invalid_request"


def test_constant_contact_wants_state_and_known_scopes() -> None:
    box = create("constant_contact")
    assert consent(box, scope=ALL, state="")["error"] == "invalid_request"
    assert consent(box, scope="everything")["error"] == "invalid_scope"
    assert consent(box)["error"] == "invalid_scope"


def test_constant_contact_tokens_rotate_and_expire() -> None:
    time = Time()
    box = create("constant_contact", clock=time.clock, limits=False, counts={"contacts": 3, "campaigns": 1})
    first = swap(box, consent(box, scope=ALL)["code"]).json()
    assert first["expires_in"] == 86_400
    assert first["scope"] == ALL
    assert 1_000 <= len(first["access_token"]) <= 1_200
    assert first["access_token"].count(".") == 2
    bearer = f"Bearer {first['access_token']}"
    assert calls(box, "/v3/contacts", bearer) == 200
    time.move(hours=24)
    refused = plain(box, Authorization=bearer).get("/v3/contacts")
    assert (refused.status_code, refused.json()) == (
        401,
        {"error_key": "unauthorized", "error_message": "Unauthorized"},
    )
    second = renew(box, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert calls(box, "/v3/contacts", f"Bearer {second['access_token']}") == 200
    again = renew(box, first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    time.move(days=181)
    assert renew(box, second["refresh_token"]).json()["error"] == "invalid_grant"
    assert (box.calls.refreshes, box.calls.refused_refreshes) == (1, 2)


def test_constant_contact_long_lived_refresh_tokens_stay() -> None:
    box = create("constant_contact", refresh="long_lived", limits=False)
    first = swap(box, consent(box, scope=ALL)["code"]).json()
    for _ in range(2):
        assert renew(box, first["refresh_token"]).json()["refresh_token"] == first["refresh_token"]


def test_without_offline_access_no_refresh_token_and_scopes_hold() -> None:
    box = create("constant_contact", limits=False, counts={"contacts": 3, "campaigns": 1})
    given = swap(box, consent(box, scope="contact_data")["code"]).json()
    assert "refresh_token" not in given
    bearer = f"Bearer {given['access_token']}"
    assert calls(box, "/v3/contacts", bearer) == 200
    assert calls(box, "/v3/account/user/privileges", bearer) == 200
    assert calls(box, "/v3/emails", bearer) == 403
    assert calls(box, "/v3/account/summary", bearer) == 403


def test_the_token_endpoint_has_its_own_limit() -> None:
    time = Time()
    box = create("constant_contact", clock=time.clock, monotonic=time.monotonic)
    given = box.credential()
    assert renew(box, given["refresh_token"]).status_code == 200
    refused = renew(box, "whatever")
    assert (refused.status_code, refused.json()["error_key"]) == (429, "throttled")
    time.move(seconds=1)
    assert renew(box, "whatever").status_code == 400
    assert box.calls.refused_by["per_second"] == 1


@pytest.mark.parametrize(
    ("platform", "path"),
    [("mailchimp", "/3.0/lists"), ("constant_contact", "/v3/contacts"), ("emailoctopus", "/lists")],
)
def test_expiry_and_revocation(platform: Any, path: str) -> None:
    box = create(platform, limits=False)
    given = box.credential()
    bearer = f"Bearer {given.get('access_token') or given['api_key']}"
    assert calls(box, path, bearer) == 200
    if platform == "constant_contact":
        box.expire_access_tokens()
        assert calls(box, path, bearer) == 401
        given = renew(box, given["refresh_token"]).json()
        bearer = f"Bearer {given['access_token']}"
        assert calls(box, path, bearer) == 200
    box.revoke()
    assert calls(box, path, bearer) == 401
    if platform == "constant_contact":
        assert renew(box, given["refresh_token"]).json()["error"] == "invalid_grant"
    assert box.calls.revoked >= 1
    fresh = box.credential()
    assert calls(box, path, f"Bearer {fresh.get('access_token') or fresh['api_key']}") == 200


def test_emailoctopus_keys() -> None:
    box = create("emailoctopus", limits=False)
    legacy = plain(box, Authorization=f"Bearer {box.platform.dead_key}").get("/lists")
    assert legacy.status_code == 401
    assert legacy.json()["detail"] == "Invalid key."
    assert legacy.json()["type"].endswith("#unauthorized")
    assert plain(box).get("/lists").json()["type"] == "/errors/401"
    assert plain(box).get("/lists", params={"api_key": box.grants.key()}).status_code == 401


def test_constant_contact_gateway_option() -> None:
    assert plain(create("constant_contact")).get("/v3/contacts").status_code == 401
    assert plain(create("constant_contact", options={"gateway_403": True})).get("/v3/contacts").status_code == 403
