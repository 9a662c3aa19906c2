"""A worker's heart: while it beats, the worker keeps its lease and its place, however long one call takes.

It beats beside the work, and does so only as long as work may take: a worker that hangs for good is found out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared import log
from shared.clock import Clock
from shared.stores.ports import Documents
from shared.sync.leases import LeasedSlice, renew
from shared.vocabulary.platform import Platform


@dataclass
class Heart:
    documents: Documents
    clock: Clock
    platform: Platform
    worker: str
    seconds: int  # that a lease lasts
    until: datetime  # no later: by then the last call has ended, or never will
    held: LeasedSlice | None = None  # what is worked on now

    def beat(self) -> None:
        held = self.held
        if held is None or self.clock.now() >= self.until:
            return
        try:
            renew(self.documents, self.clock, self.platform, held, self.worker, self.seconds)
        except Exception as error:  # the lease lasts for some beats more
            log.failure("a lease was not renewed", error)
