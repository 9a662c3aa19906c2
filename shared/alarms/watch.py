"""When a workspace is looked at next, and who says so: whatever waits is told again each minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.clock import Clock
from shared.messages import ROUND, LetterWanted
from shared.stores.ports import Bus, Documents

MOST = 50


@dataclass(frozen=True, slots=True)
class Watch:
    workspace: str
    look_at: datetime


def watch_path(workspace: str) -> str:
    return f"watches/{workspace}"


@dataclass(frozen=True)
class Watchman:
    people: Documents
    bus: Bus
    clock: Clock

    def look(self) -> int:
        """Tell of workspaces and deliveries whose time has come; how many. Told twice, nothing is done twice."""
        now = ("look_at", "<=", self.clock.now())
        watches = self.people.find("watches", now, order="look_at", limit=MOST)
        deliveries = self.people.find("deliveries", now, order="look_at", limit=MOST)
        self.bus.publish(
            *(LetterWanted(ROUND, workspace=doc["workspace"]) for doc in watches),
            *(LetterWanted(doc["id"]) for doc in deliveries),
        )
        return len(watches) + len(deliveries)
