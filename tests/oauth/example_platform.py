"""A platform that exists in tests only: shops and regions in its addresses, several accounts behind one login."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import httpx2
import orjson

from shared.errors import Problem
from shared.platforms import platform as platform_named
from shared.secret import Secret
from shared.vocabulary.access import Account, Credential, Field, OAuth
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.statuses import refusal
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request, at
from tests.oauth.connect_flow import CALLBACK, Browser, ConnectFlow, Page, state_of

SHOP = Field(
    "shop", "Your shop's address", "north.adverts.example", r"(https://)?(?P<shop>[a-z0-9-]+)(\.adverts\.example/?)?"
)
REGION = Field("region", "Where it is", choices={"Europe": {"region": "eu"}, "Elsewhere": {"region": "us"}})
OAUTH = OAuth(
    authorize="https://login.adverts.example/oauth/authorize",
    token="https://login.adverts.example/oauth/token",
    scopes=("read_ads", "read_people"),
    pkce=True,
)
BY_SHOP = replace(
    OAUTH,
    authorize="https://{shop}.adverts.example/oauth/authorize",
    token="https://{shop}.adverts.example/oauth/token",
    asks=(SHOP, REGION),
)
SECRET = "adverts-app-secret"


def authorise(credential: Credential) -> Mapping[str, str]:
    app = {"client-id": credential.app.id} if credential.app else {}
    return {"authorization": f"Bearer {credential.token.reveal()}", **app}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    request = Request("GET", "https://api.adverts.example/v1/accounts", headers=authorise(credential))
    answer = yield request
    if problem := refuse(answer):
        raise problem
    return tuple(
        Account(
            found["id"],
            found.get("title", ""),
            found.get("zone", "UTC"),
            found.get("currency", ""),
            {**credential.values, **found.get("values", {})},
            Secret(found["token"]) if found.get("token") else None,
            found.get("closed", ""),
        )
        for found in at(answer.json, "accounts")
    )


def refuse(answer: Answer) -> Problem | None:
    return refusal(answer, "Adverts")


ADVERTS = Platform(
    name="adverts",
    title="Adverts",
    base="https://api.adverts.example/v1",
    auth=(OAUTH,),
    authorise=authorise,
    discover=discover,
    limits=Limits(),
    streams=(
        Stream(
            "ads",
            "Ads",
            path="/ads",
            records="ads",
            columns=columns("id* text The ad"),
            scope="read_ads",
        ),
    ),
    version="1",
    refuse=refuse,
    hosts=frozenset({"{shop}.adverts.example"}),
    values={},
)
WITH_SHOP = replace(ADVERTS, auth=(BY_SHOP,), values={"shop": r"[a-z0-9][a-z0-9-]{0,60}", "region": "eu|us"})


@dataclass
class Server:
    """What answers for it. `tokens` are handed out in turn; the last one again and again."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[Any] = field(default_factory=lambda: [{"access_token": "MARKED-access", "expires_in": 3600}])
    sent: list[httpx2.Request] = field(default_factory=list)
    works: str = ""  # the one access that the API accepts; empty: any

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        if request.url.path.startswith("/oauth/"):
            body = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
            status, body = body if isinstance(body, tuple) else (200, body)
            return httpx2.Response(status, json=body)
        if self.works and request.headers["authorization"] != f"Bearer {self.works}":
            return httpx2.Response(401, json={})
        return httpx2.Response(200, json={"accounts": self.accounts})

    @property
    def asked_for_access(self) -> list[httpx2.Request]:
        return [request for request in self.sent if request.url.path.startswith("/oauth/")]

    def form(self, number: int) -> dict[str, str]:
        found = parse_qs(self.asked_for_access[number].read().decode())
        return {name: values[0] for name, values in found.items()}


def open_flow(platform: Platform = ADVERTS, *accounts: dict[str, Any]) -> tuple[ConnectFlow, Server]:
    flow = ConnectFlow(lambda name: platform if name == platform.name else platform_named(name))
    server = Server(list(accounts))
    flow.transport.made_up = server
    flow.vault.add("client-adverts", orjson.dumps({"client_id": "adverts-app", "client_secret": SECRET}))
    return flow, server


def back(page: Page, **more: str) -> str:
    """Where the platform sends the browser after consent."""
    query = "&".join(f"{name}={value}" for name, value in {"code": "CODE", **more}.items())
    return f"{CALLBACK}/adverts?{query}&state={state_of(page.onward)}"


def to_choice(flow: ConnectFlow, link: str = "") -> tuple[Browser, str, str]:
    """A person consents: browser, link, and the address that comes next."""
    browser, link = flow.browser(), link or flow.link("adverts")
    page = browser.get(back(flow.press(browser, link)))
    assert page.status == 303, page.html
    return browser, link, page.location


def kept(flow: ConnectFlow, secret: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((flow.vault.read(secret) or ("", b"{}"))[1])
    return found
