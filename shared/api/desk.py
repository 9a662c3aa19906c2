"""What the answers of the API work with: the stores, the gate, the published files; and one request, understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.api.endpoint import Endpoint
from shared.api.gate import Gate
from shared.api.repeats import Repeat
from shared.audit.entry import Origin
from shared.clock import Clock
from shared.feeds.projecting import Projector
from shared.feeds.register import Register
from shared.hooks.register import Hooks
from shared.keys.admission import Admitted
from shared.keys.keyring import Keyring
from shared.keys.tokens import Tokens
from shared.managing.office import Office
from shared.model import Connection, Workspace
from shared.publishing.at_hand import Shelf
from shared.questions.engine import Engine
from shared.settings import Settings
from shared.stores.ports import Bus, Documents, Vault


@dataclass(frozen=True)
class Desk:
    address: str  # of the API, without a slash at its end
    settings: Settings
    people: Documents
    documents: Documents  # of the engine
    bus: Bus
    clock: Clock
    gate: Gate
    shelf: Shelf
    engine: Engine
    feeds: Documents  # what the function `feed` sees of keys
    vault: Vault  # where secrets of webhooks are written, and none is read

    @property
    def office(self) -> Office:
        return Office(self.people, self.documents, self.bus, self.clock)

    @property
    def hooks(self) -> Hooks:
        return Hooks(self.people, self.vault, self.bus, self.clock)

    @property
    def tokens(self) -> Tokens:
        return self.gate.tokens

    @property
    def ring(self) -> Keyring:
        door = self.gate.door
        return Keyring(self.people, door.digests, self.clock, door.role_of)

    @property
    def register(self) -> Register:
        return Register(self.ring, Projector(self.people, self.feeds, self.clock, self.gate.door.role_of))


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in and understood."""

    endpoint: Endpoint
    admitted: Admitted | None
    things: Mapping[str, Any]
    words: Mapping[str, str]
    query: Any
    filters: Mapping[str, Sequence[str]]
    body: Any
    by: Origin
    presented: str = ""
    known: tuple[str, ...] = field(default=())  # ETags that are at hand already
    repeat: Repeat | None = None

    @property
    def who(self) -> Admitted:
        if self.admitted is None:
            raise LookupError("an endpoint that is open asks who is there")
        return self.admitted

    @property
    def workspace(self) -> Workspace:
        found: Workspace = self.things["workspace"]
        return found

    @property
    def connection(self) -> Connection:
        found: Connection = self.things["connection"]
        return found
