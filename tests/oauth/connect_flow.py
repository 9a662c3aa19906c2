"""What the connect flow is tried with: both functions, an operator's links, browsers, and the platforms' sandboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx2
import orjson
from werkzeug.test import EnvironBuilder

from infra.sandbox import create_any
from shared import model
from shared.http import Http
from shared.model import Connection, Workspace, from_doc, to_doc
from shared.oauth import links
from shared.oauth.callback import Callback
from shared.oauth.clients import SigningKey
from shared.oauth.connect import ConnectionWriter
from shared.oauth.html import OPENS
from shared.oauth.links import Link
from shared.oauth.start import Beginner, Start
from shared.platforms import PLATFORMS
from shared.platforms import platform as platform_named
from shared.settings import Settings
from shared.stores.ports import Doc
from shared.vocabulary.platform import Platform
from shared.web import endpoint
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryVault, Time

HOST = "europe-west1-example.cloudfunctions.net"
START, CALLBACK = f"https://{HOST}/oauth_start", f"https://{HOST}/oauth_callback"
HOSTS = {
    "mailchimp": ("login.mailchimp.com", "api.mailchimp.com"),
    "constant_contact": ("authz.constantcontact.com", "api.cc.email"),
    "emailoctopus": ("api.emailoctopus.com",),
}
WORKSPACE = Workspace("north", "Northwind Bakery", "Tidewater Agency", "data@tidewater.example", "Europe/Vienna")


@dataclass
class Transport(httpx2.BaseTransport):
    """Sends each call to the sandbox whose host it names; nothing leaves the machine. Remembers what was sent."""

    boxes: dict[str, Any]
    sent: list[httpx2.Request] = field(default_factory=list)
    made_up: Callable[[httpx2.Request], httpx2.Response] | None = None  # a platform that a test made up

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        if self.made_up is not None and request.url.host.endswith(".adverts.example"):
            return self.made_up(request)
        for name, hosts in HOSTS.items():
            if any(request.url.host == host or request.url.host.endswith("." + host) for host in hosts):
                return httpx2.WSGITransport(app=self.boxes[name].wsgi).handle_request(request)
        raise AssertionError(f"a call left for {request.url.host}")


@dataclass
class Page:
    """What a browser got."""

    status: int
    headers: Any
    html: str

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.html, re.DOTALL)
        return unescape(found[1]) if found else ""

    @property
    def onward(self) -> str:
        """Where the page leads: the platform, or another attempt."""
        found = re.search(r'<a class="button"[^>]* href="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    @property
    def goes_to(self) -> str:
        """Where the first form goes that names an address."""
        found = re.search(r'<form method="post" action="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    def fields(self, form: int = 0) -> dict[str, str]:
        one = re.findall(r"<form.*?</form>", self.html, re.DOTALL)[form]
        return {
            unescape(k): unescape(v) for k, v in re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)"', one)
        }


@dataclass
class Browser:
    """Keeps cookies as a browser does: our host's, and nobody else's."""

    flow: ConnectFlow
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = HOST

    def get(self, url: str, method: str = "GET", **headers: str) -> Page:
        """With what a link's page does by its script: what stands behind the `#` is sent on in its form."""
        page = self._send(method, url, None, headers)
        token = urlsplit(url).fragment
        if not token or method != "GET":
            return page
        assert f"<script>{OPENS}</script>" in page.html
        return self._send("POST", page.goes_to, {**page.fields(), "link": token}, headers)

    def post(self, url: str, form: dict[str, str], **headers: str) -> Page:
        token = urlsplit(url).fragment
        return self._send("POST", url, {"link": token, **form} if token else form, headers)

    def _send(self, method: str, url: str, form: dict[str, str] | None, headers: dict[str, str]) -> Page:
        parts = urlsplit(url)
        builder = EnvironBuilder(
            method=method,
            path=parts.path,
            query_string=parts.query,
            base_url=f"https://{self.host}/",
            data=form,
        )
        for name, value in headers.items():
            builder.headers[name.replace("_", "-")] = value
        if self.flow.language:
            builder.headers["Accept-Language"] = self.flow.language
        if self.cookies:
            builder.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = flask.Request(builder.get_environ())
        self.flow.asked.append(f"{method} {request.url}")
        answer = self.flow.start if "/oauth_start" in parts.path else self.flow.callback
        response = answer(request)
        for line in response.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        page = Page(response.status_code, response.headers, response.get_data().decode(errors="replace"))
        self.flow.seen.append(str(response.headers) + page.html)
        return page


class ConnectFlow:
    def __init__(
        self,
        platform_named: Callable[[str], Platform] = platform_named,
        settings: Mapping[str, str] | None = None,
        **sandbox: Any,
    ) -> None:
        self.clock = Time(datetime(2026, 9, 1, 6, 0, tzinfo=UTC))
        self.documents, self.vault, self.bus = MemoryDocuments(), MemoryVault(), MemoryBus()
        known = Settings(
            project="example",
            bucket="example",
            start_url=START,
            callback_url=CALLBACK,
            agency="Tidewater & Sons",
            contact="privacy@tidewater.example",
            region="europe-west1",
        )
        self.settings = replace(known, **(settings or {}))
        self.boxes = {
            name: create_any(
                name,
                seed=7,
                size=0.05,
                clock=self.clock.now,
                limits=False,
                redirect_uris=[f"{CALLBACK}/{name}"],
                **sandbox,
            )
            for name in HOSTS
        }
        self.transport = Transport(self.boxes)
        self.http = Http(transport=self.transport)
        self.language = ""  # that browsers ask for
        self.seen: list[str] = []  # every page and header that left us
        self.asked: list[str] = []  # every address that we were asked at, as logs and traces of requests hold it
        for name in ("mailchimp", "constant_contact"):
            client = {"client_id": f"demo-{name}", "client_secret": f"demo-{name}-secret"}
            self.vault.add(f"client-{name}", orjson.dumps(client))
        self.documents.set("workspaces/north", to_doc(WORKSPACE))
        key = SigningKey(self.documents, self.vault, self.clock, self.settings.signing_secret)
        beginner = Beginner(self.documents, self.vault, self.http, self.clock, self.settings, key)
        self.connector = ConnectionWriter(self.documents, self.vault, self.bus, self.http, self.clock)
        start = Start(beginner, platform_named, PLATFORMS.values())
        callback = Callback(beginner, self.connector, platform_named)
        self.start = endpoint(start.policy, start.answer, start.broken)
        self.callback = endpoint(callback.policy, callback.answer, callback.broken)

    def browser(self) -> Browser:
        return Browser(self)

    def link(self, platform: str, **more: Any) -> str:
        """A new link's address."""
        token, _ = links.create(self.documents, self.clock, "north", platform, **more)
        return links.address(self.settings.start_url, token)

    def link_doc(self, address: str) -> Link:
        found = links.find(self.documents, links.token_of(address))
        assert found is not None
        return found

    def connections(self) -> list[Connection]:
        return [from_doc(Connection, doc) for doc in self.documents.find("workspaces/north/connections")]

    def connection_doc(self, connection: Connection) -> Doc:
        doc = self.documents.get(model.path("north", "connections", connection.id))
        assert doc is not None
        return doc

    # -- a person ------------------------------------------------------------------------------------

    def press(self, browser: Browser, link: str, form: int = 0) -> Page:
        """Open the link and press a button: the first is the main one."""
        return browser.post(link, browser.get(link).fields(form))

    def consent(self, authorize: str, decision: str = "allow") -> str:
        """Decide on the platform's own page; the address it sends the browser back to."""
        parts = urlsplit(authorize)
        box = next(self.boxes[name] for name, hosts in HOSTS.items() if parts.hostname in hosts)
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with httpx2.Client(
            transport=httpx2.WSGITransport(app=box.wsgi), base_url=f"https://{parts.hostname}"
        ) as client:
            shown = client.get(parts.path, params=said)
            if shown.status_code == 302:
                return str(shown.headers["location"])
            assert shown.status_code == 200, shown.text
            return str(client.post(parts.path, data={**said, "decision": decision}).headers["location"])

    def connect(self, platform: str, browser: Browser | None = None, link: str = "") -> Page:
        """The whole way by OAuth; the page at its end."""
        browser = browser or self.browser()
        back = self.consent(self.press(browser, link or self.link(platform)).onward)
        page = browser.get(back)
        return browser.get(page.location) if page.location else page


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]
