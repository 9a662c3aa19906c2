"""Renewals spaced, so that hundreds of connections that begin together stay below what Secret Manager takes.

It takes 600 writes a minute for a project (https://cloud.google.com/secret-manager/quotas, 2026-10). A renewal writes
twice: a version is added, an old one destroyed. So 300 a minute is the ceiling. We stay at 200, with 20 at once after a
quiet time and a handful in each process: 520 writes in the worst minute, and the rest is for those who connect.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared import log
from shared.clock import LONGEST_PAUSE, Clock
from shared.errors import Later
from shared.stores.ports import Documents, Transaction

A_MINUTE, AT_ONCE = 200, 20
GAP = timedelta(minutes=1) / A_MINUTE
HANDFUL = 4  # turns that a process takes at a time, so that the one document is not what everybody waits for
PATIENCE = timedelta(seconds=20)  # longer than the workers of ten instances wait for one another
STALE = timedelta(seconds=10)  # a turn that nobody took by then is over
WHERE = "budgets/renewals"


@dataclass
class Pace:
    """One process's view of the turns that all share. Kept as in a budget: the moment at which all is whole again."""

    documents: Documents
    clock: Clock
    _turns: deque[datetime] = field(init=False, default_factory=deque)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock, repr=False)

    def take(self, patience: timedelta = PATIENCE) -> None:
        """Wait for a turn; raises Later when it is further off than `patience`."""
        try:
            turn = self._turn(patience)
        except Later:
            raise
        except Exception as error:  # it spares the quota; whoever meets the quota all the same goes on trying
            log.failure("renewals are not spaced", error)
            return
        while (left := (turn - self.clock.now()).total_seconds()) > 0:
            self.clock.pause(min(left, LONGEST_PAUSE))

    def _turn(self, patience: timedelta) -> datetime:
        with self._lock:
            now = self.clock.now()
            while self._turns and self._turns[0] < now - STALE:
                self._turns.popleft()
            if not self._turns:
                self._turns.extend(self.documents.transact(self._grant))
                now = self.clock.now()  # a turn that was free while it was granted is not in the future
            if self._turns[0] > now + patience:
                raise Later(
                    "renewals-spaced",
                    "Many accesses are being renewed; this one has its turn in a moment.",
                    not_before=self._turns[0],
                    counts=False,
                )
            return self._turns.popleft()

    def _grant(self, tx: Transaction) -> list[datetime]:
        now, turns = self.clock.now(), []
        doc = tx.get(WHERE) or {}
        whole_at = max(doc.get("whole_at") or now, now)
        for _ in range(HANDFUL):
            whole_at += GAP
            turns.append(max(now, whole_at - GAP * AT_ONCE))
        tx.set(WHERE, {**doc, "whole_at": whole_at})
        return turns
