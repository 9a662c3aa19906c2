"""The function `feed` with everything around it in memory: marts that are published, keys, programs that ask."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Request, Response
from werkzeug.test import EnvironBuilder

from shared.audit.entry import Origin
from shared.feeds.accesses import Accesses
from shared.feeds.door import Door
from shared.feeds.feed import Feed
from shared.feeds.front import Front
from shared.feeds.library import Library
from shared.feeds.projecting import Projector
from shared.feeds.register import Register
from shared.keys.digests import Digests
from shared.keys.key import Key
from shared.keys.keyring import Keyring
from shared.keys.limits import Limits
from shared.model import Workspace, to_doc, workspace_path
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions import query_string
from shared.questions.engine import Engine
from shared.secret import Secret
from tests.feeds.publishing import publish
from tests.keys.bench import Counted
from tests.questions.folder import Row
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

BY = Origin(who="person:ann", route="feeds")
NOW = datetime(2024, 3, 31, 9, tzinfo=UTC)
ASKS = "mart=ads_by_day&measures=clicks,impressions,ctr&dimensions=platform&grain=day&limit=100000"
CONNECTIONS = (("g1", "google_ads"), ("m1", "meta_ads"))


def ads(workspace: str, days: int = 60, **more: Any) -> list[Row]:
    """Two accounts; what is told of the platforms is of this workspace alone."""
    return [
        {
            "workspace_id": workspace, "connection_id": name, "platform": platform, "account_id": workspace,
            "reporting_currency": "EUR", "date": date(2024, 3, 30) - timedelta(days=day), "currency": "EUR",
            "clicks": day + place, "impressions": 100 * (day + 1), "cost": day / 4, "cost_converted": day / 4, **more,
        }
        for day in range(days)
        for place, (name, platform) in enumerate(CONNECTIONS)
    ]  # fmt: skip


@dataclass
class Instance:
    """One process of the function."""

    front: Front
    accesses: Accesses

    def ask(
        self, path: str, key: str = "", feed: str = "", method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> Response:
        """By Basic where a feed is named, else by header."""
        said = dict(headers or {})
        if key and feed:
            said["Authorization"] = f"Basic {b64encode(f'{feed}:{key}'.encode()).decode()}"
        elif key:
            said["Authorization"] = f"Bearer {key}"
        given = {"User-Agent": "Sheet/1", "X-Forwarded-For": "203.0.113.7", **said}
        builder = EnvironBuilder(path=path, method=method, headers=list(given.items()), base_url="https://feed.example")
        answer = self.front.handle(Request(builder.get_environ()))
        builder.close()
        answer.get_data()
        answer.close()
        return answer


@dataclass
class Kiosk:
    folder: Path
    clock: Time = field(default_factory=lambda: Time(NOW))
    people: MemoryDocuments = field(default_factory=MemoryDocuments)
    engine: MemoryDocuments = field(default_factory=MemoryDocuments)
    feeds: Counted = field(default_factory=Counted)
    vault: MemoryVault = field(default_factory=MemoryVault)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    bus: MemoryBus = field(default_factory=MemoryBus)
    roles: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        digests = Digests(self.people, self.vault, self.clock, "key-digests")
        self.ring = Keyring(self.people, digests, self.clock, self.role)
        self.projector = Projector(self.people, self.feeds, self.clock, self.role)
        self.register = Register(self.ring, self.projector)
        self.instance = self.another()

    def role(self, person: str, workspace: str) -> str | None:
        return self.roles.get((person, workspace))

    def another(self) -> Instance:
        """Another instance of the function."""
        digests = Digests(self.feeds, self.vault, self.clock, "key-digests")
        accesses = Accesses(self.feeds, self.clock)
        where = self.folder / f"shelf-{len(list(self.folder.glob('shelf-*')))}"
        where.mkdir(parents=True)
        shelf = Shelf(Published(self.engine, lambda _: self.objects), where)
        front = Front(
            Door(self.feeds, digests, Limits(self.feeds, self.clock), self.clock),
            Library(self.engine, shelf, Engine(), self.bus, self.clock),
            accesses,
            self.clock,
        )
        return Instance(front, accesses)

    def workspace(self, name: str, zone: str = "UTC") -> str:
        made = Workspace(name, name.title(), created_at=self.clock.now(), zone=zone)
        self.engine.set(workspace_path(name), to_doc(made))
        self.roles["ann", name] = "analyst"
        return name

    def publish(self, workspace: str, marts: Mapping[str, Sequence[Row]], version: int = 1) -> None:
        publish(self.engine, self.objects, self.folder, workspace, marts, version, self.clock.now())

    def feed(
        self, workspace: str = "acme", asks: str = ASKS, name: str = "Clicks", **more: Any
    ) -> tuple[Feed, Secret, Key]:
        return self.register.add(BY, "ann", workspace, name, query_string.read(asks), **more)

    def ask(self, path: str, key: Secret | str = "", feed: str = "", **more: Any) -> Response:
        said = key if isinstance(key, str) else key.reveal()
        return self.instance.ask(path, said, feed, **more)
