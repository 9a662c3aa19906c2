"""A client in a life full of misfortune: what it reads, how its platform fails it, and how it connects again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from shared import model
from shared.http import Http
from shared.messages import SyncRequested
from shared.model import Connection
from shared.oauth import links
from shared.oauth.connect import ConnectionWriter
from shared.states import ConnectionState
from shared.vocabulary.access import Account
from shared.vocabulary.choosing import selected_streams
from tests.flow.keys import Access, granted
from tests.flow.outages import Outage
from tests.flow.pipeline import OWN_NAMES, Pipeline

REFUSALS = (500, 503, 429)


@dataclass
class Client:
    world: Pipeline
    whole: list[str] = field(init=False)  # the streams that it reads in the end; empty: all that are not optional

    def __post_init__(self) -> None:
        self.whole = self.world.streams

    @property
    def documents(self) -> Any:
        return self.world.machine.documents

    def connections(self) -> list[dict[str, Any]]:
        paths = [model.path(each.workspace, "connections", each.id) for each in self.world.connections]
        found: list[dict[str, Any]] = self.documents.get_many(paths)
        return found

    def reads(self, streams: list[str]) -> None:
        """From now on these streams are chosen."""
        self.world.streams = streams
        for doc in self.connections():
            self.documents.set(model.path(doc["workspace"], "connections", doc["id"]), {**doc, "streams": streams})

    def streams(self) -> list[str]:
        """All that it reads, parents included."""
        return [stream.name for stream in selected_streams(self.world.connector, self.world.streams)]

    def fewer(self, dice: random.Random) -> list[str]:
        """Some of the streams: at best parents without their children."""
        every = self.streams()
        parents = [name for name in every if self.world.connector.children(name)]
        return [dice.choice(parents)] if parents else dice.sample(every, max(1, len(every) // 2))

    def asks(self, reason: str, request: str, streams: Sequence[str] = (), days: int = 0) -> Iterable[SyncRequested]:
        """`days`: a window of so many, up to now."""
        now = self.world.clock.now()
        since, until = ((now - timedelta(days=days)).date().isoformat(), now.date().isoformat()) if days else ("", "")
        for each in self.world.connections:
            yield SyncRequested(each.workspace, each.id, reason, request, ",".join(streams), since, until)

    def outage(self, dice: random.Random) -> Outage:
        """One stream's calls are refused for minutes."""
        now, connection = self.world.clock.now(), dice.choice(self.world.connections)
        until = now + timedelta(minutes=dice.randint(5, 20))
        return Outage(dice.choice(self.streams()), dice.choice(REFUSALS), now, until, connection.id)

    def stopped(self) -> bool:
        """Whether it needs to connect again."""
        return any(doc["state"] == ConnectionState.RECONNECT for doc in self.connections())

    def connect_again(self, access: Access, request: str) -> None:
        """As the connect pages do it, with what a consent ends in now."""
        world = self.world
        http = Http(transport=httpx2.WSGITransport(app=world.box.wsgi))
        connector = ConnectionWriter(self.documents, access.vault, world.machine.bus, http, world.clock)
        credential = granted(world.connector, world.box, world.clock.now())
        found = {} if world.platform in OWN_NAMES else {
            account.id: account for account in connector.discover(world.connector, credential)
        }  # fmt: skip
        for each in world.connections:
            account = found.get(each.account) or account_of(each)
            _, link = links.create(self.documents, world.clock, each.workspace, each.platform)
            connector.connect(world.connector, link, credential, [account], request)


def account_of(connection: Connection) -> Account:
    return Account(connection.account, connection.title, connection.zone, connection.currency, connection.values)
