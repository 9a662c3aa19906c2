"""What is read from answers that others have published, and what is not read into others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
import pytest

from infra.apps import consenting, trading
from infra.apps.google import project_of
from shared.http import answer as made
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.vocabulary.apps import Told
from shared.vocabulary.wire import Answer, Json

NOW = datetime(2026, 11, 30, tzinfo=UTC)
BACK = "https://connect.example.com/oauth-callback/x"
GOOGLE = "https://accounts.google.com"
# Of addresses that Google led others to: an app that it did not know, and an address that was not the app's.
UNKNOWN_APP = "Cg5pbnZhbGlkX2NsaWVudBIfVGhlIE9BdXRoIGNsaWVudCB3YXMgbm90IGZvdW5kLiCRAw=="
UNKNOWN_ADDRESS = "ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2gSsAEKWW91IGNhbid0IHNpZ24gaW4gdG8gdGhpcyBhcHA"


def page(text: str, status: int = 200) -> Answer:
    return made(status, {"content-type": "text/html"}, text.encode())


def way(location: str, status: int = 302) -> Answer:
    return made(status, {"location": location}, b"")


def body(value: Json, status: int = 400) -> Answer:
    return made(status, {}, orjson.dumps(value))


def graph(code: int, message: str, sub: int = 0) -> Answer:
    return body({"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": sub}})


SHOWN: Mapping[str, tuple[str, Answer, Told]] = {
    "Google, an app it does not know": (
        "google_ads",
        way(f"{GOOGLE}/signin/oauth/error?authError={UNKNOWN_APP}&flowName=GeneralOAuthFlow"),
        Told(app=False, word="invalid_client"),
    ),
    "Google, an address it does not know": (
        "google_analytics",
        way(f"{GOOGLE}/signin/oauth/error?authError={UNKNOWN_ADDRESS}"),
        Told(app=True, redirect=False, word="redirect_uri_mismatch"),
    ),
    "Google, the word as it is": (
        "google_ads",
        way(f"{GOOGLE}/signin/oauth/error?authError=disabled_client"),
        Told(app=False, word="disabled_client"),
    ),
    "Google, on a page": (
        "google_ads",
        page("<title>Error 400: redirect_uri_mismatch</title>"),
        Told(app=True, redirect=False, word="redirect_uri_mismatch"),
    ),
    "Google's sign-in": ("google_ads", way(f"{GOOGLE}/v3/signin/identifier?x=1"), Told(app=True, redirect=True)),
    "Google's sign-in as a page": ("google_ads", page('<input id="identifierId">'), Told(app=True, redirect=True)),
    "Google, who refuses the browser": ("google_ads", way(f"{GOOGLE}/v3/signin/rejected?x=1"), Told()),
    "Google, another page": ("google_ads", page("Your browser is not supported"), Told()),
    "Google, something else in its place": (
        "google_ads",
        way(f"{GOOGLE}/signin/oauth/error?authError=bm90aGluZw"),
        Told(),
    ),
    "Google, nonsense in its place": ("google_ads", way(f"{GOOGLE}/signin/oauth/error?authError=%00%ff"), Told()),
    "Amazon, an address it does not know": (
        "amazon_ads",
        page("400 Bad Request The redirect URI you provided has not been whitelisted for your application.", 400),
        Told(app=True, redirect=False, word="HTTP 400"),
    ),
    "Amazon, an app that Amazon Ads has not let in": (
        "amazon_ads",
        page(f"400 Bad Request An unknown scope was requested. Request Details redirect_uri={BACK}", 400),
        Told(app=True, scopes=False, word="unknown scope"),
    ),
    "Amazon's sign-in": ("amazon_ads", way("https://www.amazon.com/ap/signin?x=1"), Told(app=True, redirect=True)),
    "Amazon, a riddle for robots": ("amazon_ads", page("Enter the characters you see below"), Told()),
    "Okta, an address it does not know": (
        "constant_contact",
        page("The 'redirect_uri' parameter must be a Login redirect URI in the client app settings", 400),
        Told(app=True, redirect=False, word="HTTP 400"),
    ),
    "Okta, an app it does not know": (
        "constant_contact",
        page("Invalid value for 'client_id' parameter.", 400),
        Told(app=False, word="HTTP 400"),
    ),
    "Okta is away": ("constant_contact", page("Bad gateway", 502), Told()),
    "Shopify, an address it does not know": (
        "shopify",
        page("Oauth error invalid_request: The redirect_uri is not whitelisted", 400),
        Told(redirect=False, word="HTTP 400"),
    ),
    "Shopify, an address of another host": (
        "shopify",
        page("Oauth error invalid_request: The redirect_uri and application url must have matching hosts", 400),
        Told(redirect=False, word="HTTP 400"),
    ),
    "Shopify, an app it does not know": (
        "shopify",
        page("Oauth error application_cannot_be_found: Could not find Shopify API application", 400),
        Told(app=False, word="application_cannot_be_found"),
    ),
    "Shopify's sign-in": ("shopify", way("https://accounts.shopify.com/lookup"), Told()),
    "Klaviyo's sign-in": ("klaviyo", way("https://www.klaviyo.com/login?next=x"), Told()),
    "sent back, as nobody is whose address is unknown": (
        "klaviyo",
        way(f"{BACK}?error=invalid_scope&state=app-check"),
        Told(app=True, redirect=True, scopes=False, word="invalid_scope"),
    ),
    "sent to an address that begins like ours": ("klaviyo", way(f"{BACK}.example.net/?error=invalid_scope"), Told()),
    "a page that repeats what was asked": ("klaviyo", page(f"Not found: redirect_uri={BACK}", 404), Told()),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_a_consent_page_says(case: str) -> None:
    platform, shown, told = SHOWN[case]
    assert consenting.told(PLATFORMS[platform], shown, BACK) == told


TRADED: Mapping[str, tuple[str, Answer, Told]] = {
    "a code that never was": (
        "google_ads",
        body({"error": "invalid_grant", "error_description": "Malformed auth code."}),
        Told(app=True, secret=True, word="invalid_grant"),
    ),
    "a wrong secret": (
        "constant_contact",
        body({"error": "invalid_client", "error_description": "The client secret supplied … is invalid."}, 401),
        Told(app=False, secret=False, word="invalid_client"),
    ),
    "Okta's other shape for an id": ("constant_contact", body({"errorCode": "invalid_client"}, 401), Told(
        app=False, secret=False, word="HTTP 401"
    )),
    "Mailchimp, who does not document the order": (
        "mailchimp", body({"error": "invalid_grant"}), Told(word="invalid_grant"),
    ),
    "too many": ("klaviyo", body({"error": "slow_down"}, 429), Told(word="slow_down")),
    "a page in front of it": ("klaviyo", page("Forbidden", 403), Told(word="HTTP 403")),
    "an access for nonsense": ("klaviyo", body({"access_token": "x"}, 200), Told(word="HTTP 200")),
    "a sentence in the place of a word": ("klaviyo", body({"error": "S3CR3T is wrong"}), Told(word="HTTP 400")),
    "Meta, an app it does not know": (
        "meta_ads",
        graph(101, "Error validating application. Invalid application ID."),
        Told(app=False, word="code 101"),
    ),
    "Meta, a wrong secret": (
        "instagram", graph(1, "Error validating client secret."), Told(app=True, secret=False, word="code 1"),
    ),
    "Meta, an address it does not know": (
        "meta_ads",
        graph(191, "Invalid redirect_uri: Given URL is not allowed by the Application configuration."),
        Told(app=True, redirect=False, word="code 191"),
    ),
    "Meta, only the code": (
        "meta_ads", graph(100, "Invalid verification code format."), Told(app=True, secret=True, word="code 100"),
    ),
    "Meta, a fault of its own": ("meta_ads", graph(2, "Service temporarily unavailable"), Told(word="HTTP 400")),
    "Shopify, only the code": (
        "shopify",
        body({"error": "invalid_request", "error_description": "The authorization code was not found"}),
        Told(app=True, word="invalid_request"),
    ),
    "Shopify, an app it does not know, as a page": (
        "shopify",
        page("<title>400 - Oauth error application_cannot_be_found</title>", 400),
        Told(app=False, word="application_cannot_be_found"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TRADED)
def test_what_a_token_address_says(case: str) -> None:
    platform, traded, told = TRADED[case]
    assert trading.told(PLATFORMS[platform], traded, NOW) == told


def test_an_oauth_client_names_its_project() -> None:
    settings = load(env={"GOOGLE_CLOUD_PROJECT": "north", "TRIBUTARY_BUCKET": "pages"})
    assert project_of("123456789012-abc.apps.googleusercontent.com", settings) == "123456789012"
    assert project_of("something else", settings) == "north"
