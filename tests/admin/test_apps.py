"""`app check` against the stand-ins: what each platform gives away of an app, and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest

from infra.admin import apps, target
from infra.admin.__main__ import main
from infra.apps import google
from infra.apps.words import words_of
from infra.sandbox import create_any
from shared.http import Http
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.stores.installation import Stores
from shared.web import Policy
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

HOST = "https://connect.example.com"
CALLBACK, PRIVACY = f"{HOST}/oauth-callback", f"{HOST}/oauth-start/privacy"
CONTACT = "privacy@example.com"
SECRET = "s3cret-of-the-app"
GOOGLE_ID = "123456789012-abc.apps.googleusercontent.com"
IDS = {name: GOOGLE_ID if words_of(platform).apis else f"{name}-app-0042" for name, platform in PLATFORMS.items()}
ASKED = {"shopify": ("--ask", "shop=demo-bakery")}
APPS = sorted(name for name, platform in PLATFORMS.items() if platform.oauth)
KEYS = sorted(PLATFORMS.keys() - APPS)
WELL, NOT_WELL, NOT_TOLD = "well", "NOT WELL", "not told"


@dataclass
class Outside(httpx2.BaseTransport):
    """Everything that the command reaches: the platform, our own connect page, and Google's word on its APIs."""

    platform: httpx2.BaseTransport
    host: str = HOST  # which the functions take for theirs
    contact: str = CONTACT  # whom the privacy page names
    there: bool = True
    apis: dict[str, str] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if str(request.url) == PRIVACY and self.there:
            return httpx2.Response(200, text=f"<p>Write to {self.contact}.</p>")
        if request.url.host == urlsplit(HOST).hostname:
            return httpx2.Response(400, headers=Policy(True, "", (self.host,)).headers) if self.there else _missing()
        if request.url.host == "serviceusage.googleapis.com":
            state = self.apis.get(request.url.path.rpartition("/")[2], "ENABLED")
            refused = {"error": {"code": 403, "status": "PERMISSION_DENIED"}}
            return httpx2.Response(403, json=refused) if state == "403" else httpx2.Response(200, json={"state": state})
        return self.platform.handle_request(request)


def _missing() -> httpx2.Response:
    return httpx2.Response(404, text="<html>Error: Page not found</html>")


@dataclass
class Bench:
    """An operator, and an app of this id and secret at the platform, which knows it by what `create` says."""

    outside: Outside
    vault: MemoryVault
    capsys: pytest.CaptureFixture[str]
    platform: str

    def type(self, *words: str) -> tuple[int, str]:
        code = main([*words, "app", "check", self.platform, *ASKED.get(self.platform, ())])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def states(self) -> dict[str, str]:
        return {each["what"]: each["state"] for each in self.findings()}

    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = orjson.loads(self.type("--json")[1])
        return found


class Benches:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, platform: str, settings: Mapping[str, str] | None = None, **known: Any) -> Bench:
        """`known`: what the platform has of the app, where that is not what we have."""
        there = {"client_id": IDS[platform], "client_secret": SECRET, "redirect_uris": [f"{CALLBACK}/{platform}"]}
        box = create_any(platform, size=0.05, signed_in=False, limits=False, **{**there, **known})
        outside, vault = Outside(httpx2.WSGITransport(app=box.wsgi)), MemoryVault()
        vault.add(f"client-{platform}", orjson.dumps({"client_id": IDS[platform], "client_secret": SECRET}))
        environment = {
            "GOOGLE_CLOUD_PROJECT": "north",
            "TRIBUTARY_BUCKET": "pages",
            "TRIBUTARY_START_URL": PRIVACY.removesuffix("/privacy"),
            "TRIBUTARY_CALLBACK_URL": CALLBACK,
            "TRIBUTARY_CONTACT": CONTACT,
        }
        stores = Stores(
            load(env={**environment, **(settings or {})}),
            MemoryDocuments(),
            vault,
            MemoryObjects(),
            Time(),
            MemoryBus(),
        )
        self.monkeypatch.setattr(target, "stores", lambda local: stores)
        self.monkeypatch.setattr(apps, "http", lambda stores: Http(transport=outside))
        self.monkeypatch.setattr(apps, "signed_in", lambda settings: {"authorization": "Bearer operator"})
        return Bench(outside, vault, self.capsys, platform)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Benches:
    return Benches(monkeypatch, capsys)


# Worked out by hand from what each platform documents: which of an app's things can be told from outside.
TOLD = {
    "amazon_ads": {"id and secret": WELL, "registered": WELL, "scopes": NOT_TOLD},
    "constant_contact": {"id and secret": WELL, "registered": WELL, "scopes": NOT_TOLD},
    "google_ads": {"id and secret": WELL, "registered": WELL, "scopes": NOT_TOLD, "googleads.googleapis.com": WELL},
    "google_analytics": {
        "id and secret": WELL,
        "registered": WELL,
        "scopes": NOT_TOLD,
        "analyticsdata.googleapis.com": WELL,
        "analyticsadmin.googleapis.com": WELL,
    },
    "instagram": {"id and secret": WELL, "registered": NOT_TOLD, "scopes": NOT_TOLD},
    "klaviyo": {"id and secret": WELL, "registered": NOT_TOLD, "scopes": NOT_TOLD},
    "mailchimp": {"id and secret": NOT_TOLD, "registered": NOT_TOLD, "scopes": WELL},
    "meta_ads": {"id and secret": WELL, "registered": NOT_TOLD, "scopes": NOT_TOLD},
    "shopify": {"id and secret": NOT_TOLD, "registered": NOT_TOLD, "scopes": NOT_TOLD},
}
BY_THE_PROTOCOL = {
    "id and secret": WELL,
    "registered": NOT_TOLD,
    "scopes": NOT_TOLD,
}  # where no word of its own is known
SEEN_BY_STRANGERS = sorted(name for name, told in TOLD.items() if told["registered"] == WELL)


@pytest.mark.parametrize("platform", APPS)
def test_an_app_that_is_as_it_should_be(bench: Benches, platform: str) -> None:
    here = bench(platform)
    assert here.states() == {
        "app": WELL,
        "redirect address": WELL,
        "privacy page": WELL,
        **TOLD.get(platform, BY_THE_PROTOCOL),
    }
    assert here.type()[0] == 0


@pytest.mark.parametrize("platform", sorted(APPS))
def test_a_wrong_secret_is_not_well_wherever_that_can_be_told(bench: Benches, platform: str) -> None:
    here = bench(platform, client_secret="another")
    assert here.states()["id and secret"] == NOT_WELL
    assert here.type()[0] == 1


@pytest.mark.parametrize("platform", sorted(APPS))
def test_an_id_that_the_platform_does_not_know(bench: Benches, platform: str) -> None:
    here = bench(platform, client_id="another")
    assert here.states()["id and secret"] == NOT_WELL
    assert here.type()[0] == 1


@pytest.mark.parametrize("platform", [*SEEN_BY_STRANGERS, "instagram", "meta_ads"])
def test_an_address_that_is_not_registered(bench: Benches, platform: str) -> None:
    here = bench(platform, redirect_uris=[f"{CALLBACK}/{platform}/"])
    found = {each["what"]: each for each in here.findings()}
    assert found["registered"]["state"] == NOT_WELL
    assert f"{CALLBACK}/{platform}" in found["registered"]["do"]
    assert found["id and secret"]["state"] != NOT_WELL
    assert here.type()[0] == 1


@pytest.mark.parametrize("platform", sorted(TOLD.keys() - {*SEEN_BY_STRANGERS, "instagram", "meta_ads"}))
def test_who_shows_the_sign_in_first_does_not_say_which_addresses_it_knows(bench: Benches, platform: str) -> None:
    here = bench(platform, redirect_uris=["https://elsewhere.example.com/"])
    assert here.states()["registered"] == NOT_TOLD
    assert here.type()[0] == 0


@pytest.mark.parametrize("platform", APPS)
def test_neither_id_nor_secret_is_ever_shown(bench: Benches, platform: str) -> None:
    kinds: tuple[dict[str, Any], ...] = (
        {},
        {"client_secret": "another"},
        {"client_id": "another"},
        {"redirect_uris": []},
    )
    for known in kinds:
        here = bench(platform, **known)
        for words in ((), ("--json",)):
            _, said = here.type(*words)
            assert SECRET not in said
            assert IDS[platform] not in said


@pytest.mark.parametrize("platform", APPS)
def test_calls_go_to_hosts_of_the_platform_and_follow_nothing(bench: Benches, platform: str) -> None:
    here = bench(platform)
    here.findings()
    asked = [(request.method, request.url.host) for request in here.outside.asked]
    apis = len(words_of(PLATFORMS[platform]).apis)
    assert asked[:2] == [("GET", "connect.example.com")] * 2
    assert len(asked) == 4 + apis
    assert {host for _, host in asked[4:]} <= {"serviceusage.googleapis.com"}


@pytest.mark.parametrize("platform", KEYS)
def test_a_platform_with_keys_has_no_app(bench: Benches, platform: str) -> None:
    here = bench(platform)
    assert here.states() == {"app": WELL}
    assert here.outside.asked == []


@pytest.mark.parametrize(
    "held", [None, b"", b"not json", b'{"client_id": "x"}', b'{"client_id": "", "client_secret": ""}']
)
def test_a_secret_that_holds_no_app(bench: Benches, held: bytes | None) -> None:
    here = bench("mailchimp")
    here.vault.delete("client-mailchimp")
    if held is not None:
        here.vault.add("client-mailchimp", held)
    assert here.states() == {"app": NOT_WELL, "redirect address": WELL, "privacy page": WELL, "scopes": WELL}
    code, said = here.type()
    assert code == 1
    assert "gcloud secrets versions add client-mailchimp --project north" in said


def test_a_page_of_ours_that_takes_another_host_for_its_own(bench: Benches) -> None:
    here = bench("klaviyo")
    here.outside.host = "https://europe-west1-north.cloudfunctions.net"
    found = {each["what"]: each for each in here.findings()}
    assert found["redirect address"]["state"] == NOT_WELL
    assert "europe-west1-north.cloudfunctions.net" in found["redirect address"]["seen"]


def test_an_address_that_is_not_answered_by_the_function(bench: Benches) -> None:
    here = bench("klaviyo")
    here.outside.there = False
    assert here.states()["redirect address"] == NOT_WELL


def test_a_privacy_page_that_names_nobody_or_somebody_else(bench: Benches) -> None:
    here = bench("meta_ads", {"TRIBUTARY_CONTACT": ""})
    found = {each["what"]: each for each in here.findings()}["privacy page"]
    assert (found["state"], "`contact` in the tfvars" in found["do"]) == (NOT_WELL, True)
    assert PRIVACY not in {str(request.url) for request in here.outside.asked}
    here = bench("meta_ads")
    here.outside.contact = "office@example.com"
    assert here.states()["privacy page"] == NOT_WELL
    here = bench("meta_ads")
    here.outside.there = False
    assert here.states()["privacy page"] == NOT_WELL


def test_a_local_address_is_registered_nowhere_and_not_asked(bench: Benches) -> None:
    local = {
        "TRIBUTARY_START_URL": "http://127.0.0.1:8091/oauth_start",
        "TRIBUTARY_CALLBACK_URL": "http://127.0.0.1:8092/oauth_callback",
    }
    here = bench("klaviyo", local, redirect_uris=None)
    assert (here.states()["redirect address"], here.states()["privacy page"]) == (NOT_TOLD, NOT_TOLD)
    assert "127.0.0.1" not in {request.url.host for request in here.outside.asked}


def test_without_the_address_nothing_is_asked(bench: Benches) -> None:
    here = bench("klaviyo", {"TRIBUTARY_CALLBACK_URL": ""})
    assert here.states() == {"app": WELL, "redirect address": NOT_WELL}
    assert here.outside.asked == []


def test_an_api_that_is_not_switched_on(bench: Benches) -> None:
    here = bench("google_analytics")
    here.outside.apis = {"analyticsadmin.googleapis.com": "DISABLED", "analyticsdata.googleapis.com": "403"}
    found = {each["what"]: each for each in here.findings()}
    assert found["analyticsadmin.googleapis.com"]["state"] == NOT_WELL
    assert (
        "gcloud services enable analyticsadmin.googleapis.com --project 123456789012"
        in (found["analyticsadmin.googleapis.com"]["do"])
    )
    assert found["analyticsdata.googleapis.com"]["state"] == NOT_TOLD
    assert here.type()[0] == 1


def test_on_a_local_cloud_no_project_is_asked(bench: Benches, monkeypatch: pytest.MonkeyPatch) -> None:
    here = bench("google_ads")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    monkeypatch.setattr(apps, "signed_in", google.signed_in)
    assert here.states()["googleads.googleapis.com"] == NOT_TOLD
    assert all(request.url.host != "serviceusage.googleapis.com" for request in here.outside.asked)


def test_a_platform_that_is_away_leaves_both_untold(bench: Benches) -> None:
    here = bench("klaviyo")

    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no way there")

    here.outside.platform = httpx2.MockTransport(away)
    found = {each["what"]: each for each in here.findings()}
    for what in ("id and secret", "registered"):
        assert found[what]["state"] == NOT_TOLD
        assert found[what]["seen"] == "Klaviyo could not be reached."


def test_what_a_client_would_be_asked_for(bench: Benches, monkeypatch: pytest.MonkeyPatch) -> None:
    here = bench("shopify")
    monkeypatch.setitem(ASKED, "shopify", ())
    found = {each["what"]: each for each in here.findings()}
    assert found["id and secret"]["state"] == found["registered"]["state"] == NOT_TOLD
    assert "--ask shop=…" in found["registered"]["do"]
    for wrong in (("--ask", "shop=two words"), ("--ask", "region=Europe"), ("--ask", "shop")):
        monkeypatch.setitem(ASKED, "shopify", wrong)
        assert here.type()[0] == 2
    here = bench("amazon_ads")
    monkeypatch.setitem(ASKED, "amazon_ads", ("--ask", "region=The Moon"))
    code, said = here.type()
    assert code == 2
    assert "It is one of: " in said
    monkeypatch.setitem(ASKED, "amazon_ads", ("--ask", "region=North America"))
    here.findings()
    assert "www.amazon.com" in {request.url.host for request in here.outside.asked}


def test_every_line_says_what_was_seen_and_what_to_do(bench: Benches) -> None:
    here = bench("google_ads", redirect_uris=[])
    code, said = here.type()
    assert code == 1
    assert said.splitlines()[0] == "The app at Google Ads:"
    assert "  NOT WELL  registered: Google Ads does not know this redirect address" in said
    assert all(each["do"] for each in here.findings() if each["state"] != WELL)
