"""What happened, counted: the evidence that a client behaved."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class CallLog:
    """`refused`: the limits' own 429s, not scripted ones. `revoked`: grants and keys withdrawn.
    `unauthorized`: calls whose credential was missing, wrong, expired or withdrawn."""

    routes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    refused_by: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    exchanges: int = 0
    refreshes: int = 0
    refused_refreshes: int = 0
    revoked: int = 0
    unauthorized: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    running: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def total(self) -> int:
        return sum(self.routes.values())

    def begin(self) -> None:
        with self._lock:
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)

    def end(self, route: str, status: int) -> None:
        with self._lock:
            self.running -= 1
            self.routes[route] += 1
            self.statuses[status] += 1

    def refuse(self, limit: str) -> None:
        with self._lock:
            self.refused += 1
            self.refused_by[limit] += 1

    def add(self, name: str) -> None:
        with self._lock:
            setattr(self, name, getattr(self, name) + 1)

    NAMES = ("refused", "most_at_once", "exchanges", "refreshes", "refused_refreshes", "revoked", "unauthorized")

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            return {
                "total": self.total,
                "routes": dict(self.routes),
                "statuses": {str(status): count for status, count in self.statuses.items()},
                "refused_by": dict(self.refused_by),
                "faults": dict(self.faults),
                **{name: getattr(self, name) for name in self.NAMES},
            }
