"""A connection to Constant Contact's sandbox, and as many workers as wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import httpx2
import orjson

from infra.sandbox import create_any
from shared.http import Http, answer
from shared.model import Connection, from_doc, to_doc
from shared.oauth.credentials import Credentials
from shared.oauth.tokens import pack, read_grant
from shared.platforms import PLATFORMS
from shared.settings import Settings
from tests.support.memory import MemoryDocuments, MemoryVault, Time

PLATFORM = PLATFORMS["constant_contact"]
SETTINGS = Settings(project="example", bucket="example")


class Bench:
    def __init__(self, refresh: Literal["rotating", "long_lived"] = "rotating") -> None:
        self.clock = Time(datetime(2026, 9, 1, 6, 0, tzinfo=UTC))
        self.documents, self.vault = MemoryDocuments(), MemoryVault()
        self.box = create_any("constant_contact", clock=self.clock.now, limits=False, size=0.05, refresh=refresh)
        client = {"client_id": "demo-constant_contact", "client_secret": "demo-constant_contact-secret"}
        self.vault.add("client-constant_contact", orjson.dumps(client))
        self.http = Http(transport=httpx2.WSGITransport(app=self.box.wsgi))
        self.where = "workspaces/north/connections/cc"
        self.connection = self.connected("secret")

    def connected(self, secret: str) -> Connection:
        """A consent, and what it ends in."""
        granted = read_grant(PLATFORM, answer(200, {}, orjson.dumps(self.box.credential())), self.clock.now())
        version = self.vault.add(secret, pack(granted, self.clock.now()))
        made = Connection("cc", "north", "constant_contact", "a", "Bakery", secret=secret, secret_version=version)
        self.documents.set(self.where, to_doc(made))
        return made

    def worker(self, clock: Time | None = None) -> Credentials:
        return Credentials(self.documents, self.vault, self.http, clock or self.clock, SETTINGS)

    @property
    def now(self) -> Connection:
        return from_doc(Connection, self.documents.docs[self.where])

    @property
    def refreshes(self) -> int:
        return int(self.box.calls.refreshes)

    def change(self, **what: Any) -> None:
        self.documents.set(self.where, to_doc(replace(self.now, **what)))

    def works(self, headers: Any) -> bool:
        with httpx2.Client(transport=httpx2.WSGITransport(app=self.box.wsgi)) as client:
            return client.get("https://api.cc.email/v3/account/summary", headers=dict(headers)).status_code == 200

    def use(self, worker: Credentials, connection: Connection | None = None) -> Any:
        """As the engine does: ask, and after a refusal once more."""
        connection = connection or self.connection
        for _ in range(2):
            headers = worker.headers(PLATFORM, connection)
            if self.works(headers):
                return headers
            worker.rejected(PLATFORM, connection, headers)
        raise AssertionError("refused twice")

    def refuse_writes(self, seconds: float) -> Callable[[], int]:
        """From now on, for so long, Secret Manager takes nothing; returns how often it refused."""
        add, until, refusals = self.vault.add, self.clock.now().timestamp() + seconds, [0]

        def stumble(*args: Any, **named: Any) -> str:
            if self.clock.now().timestamp() < until:
                refusals[0] += 1
                raise ConnectionError("429")
            return add(*args, **named)

        self.vault.add = stumble  # type: ignore[method-assign]
        return lambda: refusals[0]


def instead(thing: object, name: str, other: object) -> None:
    """Replace a method of one frozen value."""
    object.__setattr__(thing, name, other)
