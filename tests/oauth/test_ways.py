"""The ways in which platforms differ: signed answers, codes traded by GET, access that lasts, keys that are traded."""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import orjson
import pytest

from shared.clock import iso
from shared.errors import Configure, Later, Problem, Reconnect
from shared.http import Http, answer
from shared.model import Connection, from_doc, to_doc
from shared.oauth import health
from shared.oauth.clients import app_of
from shared.oauth.credentials import Credentials
from shared.oauth.exchange import Exchange
from shared.oauth.tokens import ends_at, pack, read_grant, unpack
from shared.secret import Secret
from shared.settings import Settings
from shared.sync.status import connection_status
from shared.vocabulary.access import App, Credential, Key, OAuth, Sign
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Request
from tests.oauth.connect_flow import CALLBACK, ConnectFlow
from tests.oauth.example_platform import ADVERTS, OAUTH, SECRET, Server, back, kept, open_flow
from tests.support.memory import MemoryDocuments, MemoryVault, Time

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
ACCOUNT = {"id": "1", "title": "Bakery"}


def with_way(**changes: Any) -> Platform:
    return replace(ADVERTS, auth=(replace(OAUTH, **changes),))


def grant(way: OAuth, body: Any, before: Credential | None = None, now: datetime = NOW) -> Credential:
    return read_grant(replace(ADVERTS, auth=(way,)), answer(200, {}, orjson.dumps(body)), now, before)


# -- trading the code ----------------------------------------------------------------------------------


def test_a_code_is_traded_by_get_where_the_platform_wants_it() -> None:
    flow, server = open_flow(with_way(token_by_get=True, token_params={"expiring": "1"}), ACCOUNT)
    browser = flow.browser()
    assert browser.get(back(flow.press(browser, flow.link("adverts")))).status == 303
    (request,) = server.asked_for_access
    assert (request.method, request.read()) == ("GET", b"")
    said = dict(request.url.params)
    assert {name: said[name] for name in ("code", "client_id", "client_secret", "expiring", "redirect_uri")} == {
        "code": "CODE", "client_id": "adverts-app", "client_secret": SECRET, "expiring": "1",
        "redirect_uri": f"{CALLBACK}/adverts",
    }  # fmt: skip
    assert len(said["code_verifier"]) == 43


def test_further_parameters_of_the_code_go_along_and_replace_nothing() -> None:
    flow, server = open_flow(with_way(token_params={"expiring": "1", "code": "never this"}), ACCOUNT)
    browser = flow.browser()
    browser.get(back(flow.press(browser, flow.link("adverts"))))
    assert (server.form(0)["expiring"], server.form(0)["code"]) == ("1", "CODE")


# -- signed answers ------------------------------------------------------------------------------------


def signed(query: str, app: App, now: datetime) -> bool:
    """As a shop platform does it: everything but the signature, sorted, under our app's secret."""
    said = dict(parse_qsl(query, keep_blank_values=True))
    given = said.pop("hmac", "")
    return hmac.compare_digest(given.encode(), signature(said, app.secret.reveal()).encode()) and (
        abs(now.timestamp() - float(said.get("timestamp", "0"))) < 90
    )


def signature(said: dict[str, str], secret: str) -> str:
    text = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def test_an_answer_that_the_platform_signed_is_taken() -> None:
    flow, _ = open_flow(with_way(signed=signed), ACCOUNT)
    browser = flow.browser()
    plain = back(flow.press(browser, flow.link("adverts")), timestamp=str(int(flow.clock.now().timestamp())))
    said = dict(parse_qsl(plain.partition("?")[2]))
    assert browser.get(f"{plain}&hmac={signature(said, SECRET)}").status == 303
    assert len(flow.connections()) == 1


@pytest.mark.parametrize("how", ["none", "empty", "other secret", "other code", "late", "twice", "not ascii"])
def test_an_answer_with_a_wrong_signature_is_refused_like_a_foreign_state(how: str) -> None:
    flow, server = open_flow(with_way(signed=signed), ACCOUNT)
    browser, link = flow.browser(), flow.link("adverts")
    at = flow.clock.now() - timedelta(seconds=100 if how == "late" else 0)
    plain = back(flow.press(browser, link), timestamp=str(int(at.timestamp())))
    said = dict(parse_qsl(plain.partition("?")[2]))
    right, wrong = signature(said, SECRET), signature(said, "another")
    address = {
        "none": plain,
        "empty": f"{plain}&hmac=",
        "other secret": f"{plain}&hmac={wrong}",
        "other code": f"{plain.replace('CODE', 'EVIL')}&hmac={right}",
        "late": f"{plain}&hmac={right}",
        "twice": f"{plain}&hmac={right}&hmac={wrong}",
        "not ascii": f"{plain}&hmac=%C3%A4",
    }[how]
    page = browser.get(address)
    assert (page.status, page.heading) == (403, "This answer belongs to something else")
    assert not server.sent
    assert not flow.connections()
    assert browser.get(f"{plain}&hmac={right}").status == 409  # the attempt is used up all the same


# -- access that lasts ---------------------------------------------------------------------------------


def lasting(credential: Credential, app: App) -> Request:
    query = {"client_id": app.id, "client_secret": app.secret.reveal(), "exchange": credential.token.reveal()}
    return Request("GET", OAUTH.token, query)


SHORT = {"access_token": "MARKED-short", "token_type": "bearer", "expires_in": 3600}
LONG = {"access_token": "MARKED-long", "token_type": "bearer", "expires_in": 60 * 86_400}


def test_the_first_access_is_traded_for_one_that_lasts() -> None:
    flow, server = open_flow(with_way(exchange_for_long_lived=lasting), ACCOUNT)
    server.tokens, server.works = [SHORT, LONG], "MARKED-long"
    browser = flow.browser()
    assert browser.get(back(flow.press(browser, flow.link("adverts")))).status == 303
    assert dict(server.asked_for_access[1].url.params)["exchange"] == "MARKED-short"
    (connection,) = flow.connections()
    assert kept(flow, connection.secret)["access_token"] == "MARKED-long"
    assert "MARKED-short" not in str(flow.vault.secrets)
    # No refresh token: its own end is the connection's, and people are told fourteen days before.
    assert connection.expires_at == flow.clock.now() + timedelta(days=60)
    doc = flow.connection_doc(connection)
    early, late = flow.clock.now() + timedelta(days=45), flow.clock.now() + timedelta(days=46, hours=1)
    assert connection_status({**doc, "platform": "mailchimp"}, early).days_left == 15
    assert connection_status({**doc, "platform": "mailchimp"}, early).warning == ""
    assert "ends in 13 days" in connection_status({**doc, "platform": "mailchimp"}, late).warning
    ended = health.countdown(connection, flow.clock.now() + timedelta(days=61))
    assert ended is not None
    assert "has ended" in ended["sentence"]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        ((400, {"error": {"message": "MARKED-short is no good", "code": 190}}), 500),
        ((401, {"error": {"message": "MARKED-short", "type": "OAuthException"}}), 403),
        ((400, {"error": "invalid_grant"}), 403),
        ((503, {}), 503),
        ({"access_token": ""}, 500),
        ({"error": {"message": "MARKED-short"}}, 500),
    ],
)
def test_when_access_that_lasts_is_refused_nothing_is_connected(refusal: Any, status: int) -> None:
    flow, server = open_flow(with_way(exchange_for_long_lived=lasting), ACCOUNT)
    server.tokens = [SHORT, refusal]
    browser, link = flow.browser(), flow.link("adverts")
    page = browser.get(back(flow.press(browser, link)))
    assert page.status == status
    assert "MARKED" not in page.html
    assert not flow.connections()
    assert "MARKED" not in str(flow.vault.secrets) + str(flow.documents.docs)
    assert flow.link_doc(link).used_at is None


# -- the end of a grant --------------------------------------------------------------------------------

FRESH = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}


def test_a_stated_end_of_the_grant_is_kept_until_another_is_stated() -> None:
    got = grant(OAUTH, {**FRESH, "refresh_token_expires_in": 7_776_000})
    assert got.refresh_expires_at == iso(NOW + timedelta(days=90))
    assert ends_at(got) == NOW + timedelta(days=90)
    same = grant(OAUTH, {"access_token": "b", "expires_in": 3600}, got, NOW + timedelta(days=1))
    assert same.refresh_expires_at == got.refresh_expires_at
    again = grant(OAUTH, {**FRESH, "refresh_token_expires_in": 7_776_000}, got, NOW + timedelta(days=1))
    assert again.refresh_expires_at == iso(NOW + timedelta(days=91))
    other = grant(OAUTH, {**FRESH, "refresh_token": "r2"}, got)
    assert other.refresh_expires_at == ""  # nothing is known of the new one


@pytest.mark.parametrize("odd", [0, -1, "soon", None, True, [], 1.5])
def test_an_odd_end_of_the_grant_says_nothing(odd: Any) -> None:
    assert grant(OAUTH, {**FRESH, "refresh_token_expires_in": odd}).refresh_expires_at == ""


@pytest.mark.parametrize(("fixed", "days"), [(True, 365), (False, 365 + 30)])
def test_a_grant_that_is_counted_from_the_consent_grows_no_longer_by_use(fixed: bool, days: int) -> None:
    way = replace(OAUTH, grant_lifetime=timedelta(days=365), grant_fixed=fixed)
    first = unpack(pack(grant(way, FRESH), NOW))
    later = grant(way, FRESH, first, NOW + timedelta(days=30))
    assert later.refresh_expires_at == iso(NOW + timedelta(days=days))


# -- our app beside the credential ---------------------------------------------------------------------


def test_a_platform_that_needs_our_app_finds_it_beside_the_credential() -> None:
    flow, server = open_flow(replace(ADVERTS, needs_app=True), ACCOUNT)
    flow.vault.add(
        "client-adverts", orjson.dumps({"client_id": "id", "client_secret": "s", "developer_token": "MARKED"})
    )
    browser = flow.browser()
    browser.get(back(flow.press(browser, flow.link("adverts"))))
    assert server.sent[-1].headers["client-id"] == "id"
    (connection,) = flow.connections()
    assert "developer_token" not in str(kept(flow, connection.secret))
    assert "MARKED" not in str(flow.documents.docs) + repr(app_of(flow.vault, ADVERTS))
    assert app_of(flow.vault, ADVERTS).more["developer_token"].reveal() == "MARKED"


def open_credentials(platform: Platform, flow: ConnectFlow) -> tuple[Credentials, Connection]:
    version = flow.vault.add("secret", pack(Credential(Secret("t")), NOW))
    connection = Connection("c", "north", platform.name, "1", "Bakery", secret="secret", secret_version=version)
    flow.documents.set("workspaces/north/connections/c", to_doc(connection))
    return Credentials(flow.documents, flow.vault, flow.http, flow.clock, flow.settings), connection


@pytest.mark.parametrize("needs", [False, True])
def test_only_platforms_that_say_so_are_given_our_app(needs: bool) -> None:
    platform = replace(ADVERTS, needs_app=needs)
    flow, _ = open_flow(platform)
    reads: list[str] = []
    read = flow.vault.read
    flow.vault.read = lambda name: reads.append(name) or read(name)  # type: ignore[method-assign,func-returns-value]
    keys, connection = open_credentials(platform, flow)
    for _ in range(2):
        assert keys.headers(platform, connection).get("client-id") == ("adverts-app" if needs else None)
    assert reads == (["secret", "client-adverts"] if needs else ["secret"])


def test_an_app_that_is_missing_is_the_agencys_to_set_up() -> None:
    platform = replace(ADVERTS, needs_app=True)
    flow, _ = open_flow(platform)
    flow.vault.delete("client-adverts")
    keys, connection = open_credentials(platform, flow)
    with pytest.raises(Configure):
        keys.headers(platform, connection)
    assert open_credentials(ADVERTS, flow)[0].headers(ADVERTS, connection)


def test_an_app_that_was_changed_is_tried_before_the_credential_is_given_up() -> None:
    platform = replace(ADVERTS, needs_app=True)
    flow, _ = open_flow(platform)
    keys, connection = open_credentials(platform, flow)
    used = keys.headers(platform, connection)
    flow.vault.add("client-adverts", orjson.dumps({"client_id": "new", "client_secret": "s"}))
    keys.rejected(platform, connection, used)
    used = keys.headers(platform, connection)
    assert used["client-id"] == "new"
    with pytest.raises(Reconnect):
        keys.rejected(platform, connection, used)


# -- keys that are traded ------------------------------------------------------------------------------

PASTED = '{"kind": "service", "secret": "MARKED-key"}'


def trade(key: Secret, now: datetime, sign: Sign) -> Request:
    said = orjson.loads(key.reveal())
    proof = hashlib.sha256(f"{said['secret']}{int(now.timestamp())}".encode()).hexdigest()
    return Request("POST", OAUTH.token, form={"grant_type": "jwt-bearer", "assertion": proof})


WAY = Key("In the console.", r"(?s)\{.*\}", name="service account key", long=True, trade=trade)
TRADED = replace(ADVERTS, auth=(WAY,))


def test_a_pasted_service_account_is_traded_and_then_kept() -> None:
    flow, server = open_flow(TRADED, ACCOUNT)
    server.works = "MARKED-access"
    browser = flow.browser()
    form = flow.press(browser, flow.link("adverts"))
    done = browser.post(f"{CALLBACK}/adverts", {**form.fields(), "key": f"\r\n{PASTED}\r\n"})
    assert done.status == 303
    assert "MARKED" not in str(server.asked_for_access[0].read())
    (connection,) = flow.connections()
    stored = kept(flow, connection.secret)
    assert (stored["access_token"], stored["refresh_token"], stored["how"]) == ("MARKED-access", PASTED, "key")
    assert connection.expires_at is None  # it is renewed for as long as the key lives
    opened = unpack(pack(unpack(orjson.dumps(stored)), NOW))
    assert (opened.how, opened.token, opened.refresh_token) == ("key", Secret("MARKED-access"), Secret(PASTED))
    assert "MARKED" not in str(flow.documents.docs) + "".join(flow.seen)


@pytest.mark.parametrize(
    ("key", "refusal", "words"),
    [
        ("{not json MARKED-key}", None, "This is not a whole service account key of Adverts."),
        ('{"kind": "service"}', None, "This is not a whole service account key of Adverts."),
        (PASTED, (400, {"error": "invalid_grant"}), "Adverts does not accept the key that was given to us."),
        (PASTED, (401, {"error": "invalid_client"}), "Adverts does not accept the key that was given to us."),
        (PASTED, (503, {}), "could not be checked"),
    ],
)
def test_a_refused_service_account_is_told_on_the_form(key: str, refusal: Any, words: str) -> None:
    flow, server = open_flow(TRADED, ACCOUNT)
    server.tokens = [refusal or {}]
    browser = flow.browser()
    form = flow.press(browser, flow.link("adverts"))
    page = browser.post(f"{CALLBACK}/adverts", {**form.fields(), "key": key})
    assert page.status == 422
    assert words in page.html
    assert "MARKED" not in page.html
    assert not flow.connections()


class Bench:
    """A connection by a service account, and as many workers as wanted."""

    def __init__(self) -> None:
        self.clock, self.documents, self.vault, self.server = Time(NOW), MemoryDocuments(), MemoryVault(), Server()
        self.server.tokens = [
            {"access_token": "first", "expires_in": 3600},
            {"access_token": "second", "expires_in": 3600},
        ]
        self.http = Http(transport=httpx2.MockTransport(self.server))
        credential = Exchange(self.vault, self.http, self.clock).key(TRADED, PASTED, {"user": "7"})
        version = self.vault.add("secret", pack(credential, NOW))
        self.connection = Connection("c", "north", "adverts", "1", "Bakery", secret="secret", secret_version=version)
        self.documents.set("workspaces/north/connections/c", to_doc(self.connection))

    def worker(self) -> Credentials:
        settings = Settings(project="example", bucket="example")
        return Credentials(self.documents, self.vault, self.http, self.clock, settings)

    @property
    def now(self) -> Connection:
        return from_doc(Connection, self.documents.docs["workspaces/north/connections/c"])


def test_minted_access_is_renewed_by_the_key_without_our_app() -> None:
    bench = Bench()
    worker = bench.worker()
    assert worker.headers(TRADED, bench.connection)["authorization"] == "Bearer first"
    bench.clock.forward(minutes=50)
    assert worker.headers(TRADED, bench.connection)["authorization"] == "Bearer second"
    assert bench.now.secret_version == "2"
    renewed = unpack(bench.vault.secrets["secret"][2])
    assert (renewed.how, renewed.refresh_token, dict(renewed.values)) == ("key", Secret(PASTED), {"user": "7"})


def test_twenty_threads_mint_once() -> None:
    bench = Bench()
    worker, ready = bench.worker(), threading.Barrier(20)
    bench.clock.forward(hours=2)
    heard: list[str] = []

    def go() -> None:
        ready.wait()
        try:
            heard.append(worker.headers(TRADED, bench.connection)["authorization"])
        except Problem as problem:
            heard.append(problem.code)

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bench.server.asked_for_access) == 2  # when it was pasted, and now
    assert set(heard) <= {"Bearer second", "refresh-under-way"}
    assert "Bearer second" in heard


def test_access_that_the_platform_refuses_early_is_minted_anew() -> None:
    bench = Bench()
    worker = bench.worker()
    worker.rejected(TRADED, bench.connection, worker.headers(TRADED, bench.connection))
    assert worker.headers(TRADED, bench.connection)["authorization"] == "Bearer second"


@pytest.mark.parametrize(
    "refusal", [(400, {"error": "invalid_grant"}), (401, {}), (400, {"error": "unauthorized_client"})]
)
def test_a_key_that_is_no_longer_accepted_must_be_given_anew(refusal: Any) -> None:
    bench = Bench()
    bench.clock.forward(hours=2)
    bench.server.tokens = [refusal]
    with pytest.raises(Reconnect) as caught:
        bench.worker().headers(TRADED, bench.connection)
    assert "MARKED" not in f"{caught.value!r}{caught.value.detail}"
    assert bench.now.state == "reconnect"


def test_a_fault_while_minting_is_no_verdict() -> None:
    bench = Bench()
    bench.clock.forward(hours=2)
    bench.server.tokens = [(503, {}), {"access_token": "second", "expires_in": 3600}]
    with pytest.raises(Later):
        bench.worker().headers(TRADED, bench.connection)
    assert bench.now.state == "active"
    bench.clock.forward(seconds=16)
    assert bench.worker().headers(TRADED, bench.connection)["authorization"] == "Bearer second"
