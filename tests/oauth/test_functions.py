"""The deployed functions themselves: the real `main.py` in the real framework, Google's clients, stand-ins below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import functions_framework
import httpx2
import orjson
import pytest
from google.cloud import pubsub_v1
from werkzeug.test import Client

from infra.local import google
from infra.sandbox import create_any
from infra.sandbox.serve import Serving
from shared.clock import SystemClock
from shared.messages import SyncRequested, decode
from shared.model import to_doc
from shared.oauth import choices, links
from shared.oauth.links import Link
from shared.secret import Secret
from shared.settings import Settings, load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault
from shared.vocabulary.access import Account, Credential
from tests.oauth.connect_flow import WORKSPACE, Page
from tests.oauth.example_platform import ADVERTS
from tests.support.memory import Time

create_app: Any = functions_framework.create_app
FUNCTIONS = Path(__file__).parents[2] / "functions"
START, CALLBACK = "http://127.0.0.1:8091/oauth_start", "http://127.0.0.1:8092/oauth_callback"


@dataclass
class Running:
    settings: Settings
    start: Client
    callback: Client
    platform: str  # address of the sandbox

    def get(self, url: str) -> Page:
        page, token = self._page(self._client(url).get(self._path(url))), urlsplit(url).fragment
        return self.post(url, {**page.fields(), "link": token}) if token else page

    def post(self, url: str, form: dict[str, str]) -> Page:
        return self._page(self._client(url).post(self._path(url), data=form))

    def _client(self, url: str) -> Client:
        return self.start if url.startswith(START) else self.callback

    @staticmethod
    def _path(url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _page(self, response: Any) -> Page:
        for line in response.headers.getlist("Set-Cookie"):  # one host, two ports: a browser sends it to both
            name, _, value = line.partition(";")[0].partition("=")
            self.start.set_cookie(name, value, domain="localhost")
            self.callback.set_cookie(name, value, domain="localhost")
        return Page(response.status_code, response.headers, response.get_data(as_text=True))


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    stand_in = google.start()
    box = create_any("constant_contact", size=0.05, redirect_uris=[f"{CALLBACK}/constant_contact"])
    environment = {
        **stand_in.environment(),
        "GOOGLE_CLOUD_PROJECT": "example",
        "TRIBUTARY_BUCKET": "example",
        "TRIBUTARY_START_URL": START,
        "TRIBUTARY_CALLBACK_URL": CALLBACK,
    }
    with Serving(box) as address:
        environment["TRIBUTARY_PLATFORM_ORIGINS"] = orjson.dumps({"constant_contact": address}).decode()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        apps = [create_app("main", str(FUNCTIONS / name / "main.py")) for name in ("oauth_start", "oauth_callback")]
        yield Running(load(), Client(apps[0]), Client(apps[1]), address)
    stand_in.stop()


def test_a_link_becomes_a_connection_in_firestore_secret_manager_and_pubsub(running: Running) -> None:
    documents, vault = FirestoreDocuments(running.settings), SecretManagerVault(running.settings)
    publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
    topic, reader = "projects/example/topics/sync-requested", "projects/example/subscriptions/reader"
    publisher.create_topic(name=topic)
    subscriber.create_subscription(name=reader, topic=topic)
    documents.set("workspaces/north", to_doc(WORKSPACE))
    app = {"client_id": "demo-constant_contact", "client_secret": "demo-constant_contact-secret"}
    vault.add("client-constant_contact", orjson.dumps(app))
    token, _ = links.create(documents, SystemClock(), "north", "constant_contact")

    address = links.address(running.settings.start_url, token)
    onward = running.post(address, running.get(address).fields()).onward
    assert onward.startswith(f"{running.platform}/oauth2/default/v1/authorize?")
    said = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    decided = httpx2.post(onward.partition("?")[0], data={**said, "decision": "allow"})
    done = running.get(decided.headers["location"])
    assert done.status == 303
    assert done.location.startswith(f"{CALLBACK}/constant_contact/connected/")
    assert running.get(done.location).heading == "Constant Contact is connected"

    (connection,) = documents.find("workspaces/north/connections")
    version, payload = vault.read(connection["secret"]) or ("", b"{}")
    assert version == connection["secret_version"] == "1"
    assert orjson.loads(payload)["refresh_token"]
    (received,) = subscriber.pull(subscription=reader, max_messages=1).received_messages
    message = decode(received.message.data, SyncRequested)
    assert (message.connection, message.reason) == (connection["id"], "connected")
    subscriber.close()

    # Below their own names or not, and alive.
    assert running.start.post("/", data={"opened": "yes", "link": token}).status_code == 410
    assert running.callback.get("/constant_contact").status_code == 400
    for function in (running.start, running.callback):
        assert function.get("/healthz").text == "ok"


def test_a_choice_waits_in_firestore_and_its_credential_in_secret_manager(running: Running) -> None:
    documents, vault = FirestoreDocuments(running.settings), SecretManagerVault(running.settings)
    clock = Time(datetime.now(UTC))  # the stand-in keeps its own time
    waiting = choices.Choices(documents, vault, clock)
    link = Link("l", "north", "adverts", "", clock.now(), clock.now())
    accounts = (
        Account("1", "Bakery", "Europe/Vienna", "EUR", {"root": "9"}, Secret("page")),
        Account("2", "Café", closed="Cancelled."),
    )
    token = waiting.begin(ADVERTS, link, "browser", Credential(Secret("access"), Secret("renewal")), accounts)
    found = waiting.find(token)
    assert found is not None
    assert found.accounts == (replace(accounts[0], token=None), accounts[1])
    assert found.trouble("adverts", "browser", clock.now()) == ""
    assert (waiting.take(found), waiting.take(found)) == (True, False)
    assert waiting.open(found) == (Credential(Secret("access"), Secret("renewal")), accounts)
    clock.forward(minutes=29)
    waiting.clear()
    assert vault.read(f"pending-{found.id}") is not None
    secret = vault.client.get_secret(name=f"projects/example/secrets/pending-{found.id}")
    assert dict(secret.labels) == {"kind": "pending", "platform": "adverts", "workspace": "north"}
    assert timedelta(minutes=30) < secret.expire_time - datetime.now(UTC) < timedelta(hours=1)
    clock.forward(minutes=1)
    waiting.clear()
    assert vault.read(f"pending-{found.id}") is None
    assert waiting.find(token) is None


def test_a_function_that_lacks_a_setting_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "example")
    monkeypatch.setenv("TRIBUTARY_BUCKET", "example")
    monkeypatch.delenv("TRIBUTARY_CALLBACK_URL", raising=False)
    with pytest.raises(Exception, match="TRIBUTARY_CALLBACK_URL is missing"):
        create_app("main", str(FUNCTIONS / "oauth_callback" / "main.py"))
