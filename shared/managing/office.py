"""What all of it works with."""

from __future__ import annotations

from dataclasses import dataclass

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.clock import Clock
from shared.errors import Configure
from shared.stores.ports import Bus, Documents


class NotAsItStands(Configure):
    """Nothing is wrong with what is asked; things stand otherwise by now."""


@dataclass(frozen=True)
class Office:
    people: Documents  # where the audit log is
    documents: Documents  # of the engine
    bus: Bus
    clock: Clock

    def tell(
        self, by: Origin, act: str, of: str, workspace: str, outcome: Outcome = Outcome.DONE, **details: str
    ) -> None:
        """What is done in the database of the engine is told before and after; untold it is not done."""
        record(self.people, by.entry(self.clock.now(), act, of, workspace, outcome, **details))
