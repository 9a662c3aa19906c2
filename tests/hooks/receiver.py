"""Whoever is told by a webhook: takes what is handed over, or fails as it is said to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.audit.entry import Origin
from shared.hooks.delivering import Deliverer
from shared.hooks.delivery import Delivery, delivery_path
from shared.hooks.register import Hooks
from shared.model import from_doc
from shared.strangers.fetched import Fetched, NotFetched
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryVault, Time

BY = Origin(who="operator:tests")
WHERE = "https://board.example/hooks/in"


@dataclass
class Receiver:
    statuses: list[int] = field(default_factory=list)  # of the next calls; 0: no answer. Then 204
    got: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        status = self.statuses.pop(0) if self.statuses else 204
        self.got.append((address, body, headers))
        if not status:
            raise NotFetched("This address took too long to answer.")
        return Fetched(status, "", b"what it says is nobody's business")


class Post:
    """Webhooks with everything around them in memory."""

    def __init__(self) -> None:
        self.clock, self.people, self.vault, self.bus = Time(), MemoryDocuments(), MemoryVault(), MemoryBus()
        self.receiver = Receiver()
        self.hooks = Hooks(self.people, self.vault, self.bus, self.clock)

    def deliver(self, name: str, documents: Any = None) -> Delivery:
        people = documents or self.people
        Deliverer(people, self.vault, self.receiver, self.clock).handle(name)
        return self.now(name)

    def now(self, name: str) -> Delivery:
        doc = self.people.get(delivery_path(name))
        assert doc is not None
        return from_doc(Delivery, doc)
