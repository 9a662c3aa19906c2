"""When a workspace is looked at next, and who says so: whatever waits is told of.

Where nothing waited lately, one look in ten minutes is enough: a query that finds nothing is charged as well. Once
there was something, there is a look each minute, since more may follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.messages import ROUND, LetterWanted
from shared.stores.ports import Bus, Documents

MOST = 50
QUIET = timedelta(minutes=10)  # between two looks
BUSY = timedelta(minutes=30)  # after one that found something


@dataclass(frozen=True, slots=True)
class Watch:
    workspace: str
    look_at: datetime


def watch_path(workspace: str) -> str:
    return f"watches/{workspace}"


@dataclass
class Watchman:
    people: Documents
    bus: Bus
    clock: Clock
    looked_at: datetime | None = None  # by this instance
    found_at: datetime | None = None

    def is_due(self) -> bool:
        now = self.clock.now()
        if self.looked_at is None or now - self.looked_at >= QUIET:
            return True
        return self.found_at is not None and now - self.found_at <= BUSY

    def look(self) -> int:
        """Tell of workspaces and deliveries whose time has come; how many. Told twice, nothing is done twice."""
        self.looked_at = self.clock.now()
        now = ("look_at", "<=", self.looked_at)
        watches = self.people.find("watches", now, order="look_at", limit=MOST)
        deliveries = self.people.find("deliveries", now, order="look_at", limit=MOST)
        self.bus.publish(
            *(LetterWanted(ROUND, workspace=doc["workspace"]) for doc in watches),
            *(LetterWanted(doc["id"]) for doc in deliveries),
        )
        if watches or deliveries:
            self.found_at = self.looked_at
        return len(watches) + len(deliveries)
