"""An audit log in memory: acts as they come, the minute, and what was told to the locked log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.audit.checking import Report, walk
from shared.audit.entry import Origin
from shared.audit.record import record
from shared.audit.seal import Seal
from shared.audit.sealing import Sealer
from tests.support.memory import MemoryDocuments, Time

OPERATOR = Origin(who="operator:root", route="audit")


@dataclass
class Log:
    documents: Any = field(default_factory=MemoryDocuments)
    clock: Time = field(default_factory=Time)
    told: dict[int, str] = field(default_factory=dict)

    def tell(self, seal: Seal) -> None:
        assert self.told.setdefault(seal.number, seal.hash) == seal.hash

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.documents, self.clock, self.tell)

    def act(self, who: str = "person:ann", act: str = "contacts.read", of: str = "acme/1") -> str:
        self.clock.forward(seconds=1)
        by = Origin(who=who, route="contacts", network="192.0.2.7", agent="tests", request="r")
        return record(self.documents, by.entry(self.clock.now(), act, of, "acme", rows="3"))

    def minutes(self, *acts: int) -> list[str]:
        """So many acts in each minute, which is then sealed; the names of all entries."""
        made = []
        for count in acts:
            made += [self.act() for _ in range(count)]
            self.clock.forward(minutes=1)
            self.sealer.seal()
        return made

    def walk(self, first: int = 1, told: bool = False) -> Report:
        return walk(self.documents, self.clock.now(), first, self.told if told else None)

    def found(self, told: bool = False) -> set[str]:
        return {finding.what for finding in self.walk(told=told).findings}
