"""Work on slices: take one, read its pages, then go on with other ready slices of the same connection.

What a worker leaves when its time is up is nudged. Who has no place at the connection leaves at once: those at work
there take what is ready when they are done with their own. While it works, its lease and its place are kept, however
long one call takes; and whatever goes wrong, both are given back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from shared import log, model
from shared.clock import Beating
from shared.errors import Later, Problem, Reconnect, Stale
from shared.http import DEADLINE, Http
from shared.messages import SliceReady
from shared.model import Slice, from_doc, to_doc
from shared.oauth.trials import TRIAL
from shared.platforms import PLATFORMS
from shared.states import SliceState
from shared.stores.passing import passes
from shared.stores.ports import Bus, Doc, Documents, Objects, Transaction, Where
from shared.sync.batches import given_up
from shared.sync.budgets import Allowed, lifted, sharer
from shared.sync.heart import Heart
from shared.sync.leases import LeasedSlice, check_lease, lease, leave, problem_doc
from shared.sync.platform_with_reports import platform_of
from shared.sync.reader import Keys, Reader, Tools
from shared.sync.redaction import redacted
from shared.sync.runs import Runs
from shared.vocabulary.choosing import gone
from shared.vocabulary.platform import Platform

CHOICE = 8  # ready slices a worker chooses from
MOST_MISSES = 3
BEATS = 3  # of a worker's heart while a lease lasts


@dataclass(frozen=True)
class Extractor:
    documents: Documents
    bus: Bus
    objects: Objects
    keys: Keys
    http: Http
    clock: Beating
    lease_seconds: int = 120
    work_seconds: int = 240
    unlimited: frozenset[str] = frozenset()  # platforms of which no allowance is kept
    names: Callable[[], str] = lambda: uuid.uuid4().hex[:12]  # of workers; a test hands out its own
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock))

    @property
    def tools(self) -> Tools:
        return Tools(
            self.documents,
            self.bus,
            self.objects,
            self.keys,
            self.http,
            self.clock,
            self.runs,
            self.lease_seconds,
        )

    def handle(self, message: SliceReady) -> None:
        if message.slice.startswith(TRIAL):
            self.keys.again(message.workspace, message.slice.removeprefix(TRIAL))
            return
        doc = self.documents.get(model.path(message.workspace, "slices", message.slice))
        if doc is None:
            return
        first = from_doc(Slice, doc)
        if first.platform not in PLATFORMS:
            log.warning("unknown platform", connection=first.connection, platform=first.platform)
            return
        platform = platform_of(self.documents, first.workspace, first.platform, first.connection)
        if platform.name in self.unlimited:
            platform = lifted(platform)
        worker, stop_at = self.names(), self.clock.now() + timedelta(seconds=self.work_seconds)
        heart = Heart(self.documents, self.clock, platform, worker, self.lease_seconds, stop_at + DEADLINE)
        try:
            with self.clock.every(self.lease_seconds / BEATS, heart.beat):
                worked = self._work_on(first, platform, worker, stop_at, heart)
        except Exception:  # whoever is killed leaves nothing tidy; whoever fails can
            leave(self.documents, platform, first.connection, worker)
            raise
        if worked:
            leave(self.documents, platform, first.connection, worker)
            waiting = self._another(first, worker)  # made ready while this worker was on its way out
            if waiting is not None:
                self.bus.publish(SliceReady(waiting.workspace, waiting.id))

    def _work_on(self, first: Slice, platform: Platform, worker: str, stop_at: datetime, heart: Heart) -> bool:
        """Work on this slice, then on others of its connection, until time is up; whether any was worked on."""
        allowed: Allowed | None = None
        following: Slice | None = first
        worked, missed = False, 0
        while following is not None:
            held = lease(self.documents, self.clock, platform, following, worker, self.lease_seconds, self.work_seconds)
            heart.held = held if isinstance(held, LeasedSlice) else None
            if isinstance(held, LeasedSlice):
                worked = True
                allowed = allowed or Allowed(self.documents, self.clock, platform, sharer(platform, held.connection))
                with log.bound(
                    run=following.run,
                    connection=following.connection,
                    slice=following.id,
                    stream=following.stream,
                ):
                    if not self._work(platform, held, allowed, stop_at):
                        break
            elif held is not None:
                self.runs.advance(held.workspace, held.run)
            missed += held is None  # another worker was quicker, or the run is not written yet
            if missed == MOST_MISSES or self.clock.now() >= stop_at:
                break
            # Only who has a place at the connection may look for more to do there.
            following = self._another(first, worker) if worked else None
        heart.held = None
        if allowed is not None:
            allowed.give_back()
        return worked

    def _another(self, slice_: Slice, worker: str) -> Slice | None:
        """A slice of the same connection that can be worked on; not the same one for every worker that asks.

        Ready ones first, then those whose wait is over; those of a backfill only when there are no others.
        """
        ready, now = ("state", "==", SliceState.READY), self.clock.now()
        found = (
            self._of(slice_, ready, ("behind", "==", False))
            or self._of(slice_, ("state", "==", SliceState.PARKED), ("not_before", "<=", now))
            or self._of(slice_, ready)
        )
        return from_doc(Slice, found[crc32(worker.encode()) % len(found)]) if found else None

    def _of(self, slice_: Slice, *where: Where) -> list[Doc]:
        slices, ours = f"{model.workspace_path(slice_.workspace)}/slices", ("connection", "==", slice_.connection)
        return self.documents.find(slices, ours, *where, limit=CHOICE)

    def _give_up(self, slice_: Slice, problem: Problem) -> None:
        """It was planned by a release that had its stream."""
        where = model.path(slice_.workspace, "slices", slice_.id)

        def work(tx: Transaction) -> None:
            found = check_lease(tx.get(where), slice_)
            tx.update(where, to_doc(given_up(found, problem_doc(problem), self.clock.now())))

        try:
            self.documents.transact(work)
        except Stale:
            return
        self.runs.advance(slice_.workspace, slice_.run, read=True)

    # -- one slice -------------------------------------------------------------------------------

    def _work(self, platform: Platform, held: LeasedSlice, allowed: Allowed, stop_at: datetime) -> bool:
        """Read pages until the slice is done, must wait, or time is up. False: our stores are out of order."""
        try:
            stream = platform.stream(held.slice.stream)
        except KeyError:
            self._give_up(held.slice, gone(platform, held.slice.stream))
            return True
        reader = Reader(self.tools, platform, stream, held, allowed)
        try:
            while reader.position is not None:
                with self.http.room.entered():
                    reader.page()
                    reader.last = None  # what was read is staged; what it took in memory is free
                self.keys.worked(held.connection)
                if reader.position is not None and self.clock.now() >= stop_at:
                    reader.put_back()
                    break
        except Stale:
            log.info("lease lost; another worker carries on")
        except Problem as problem:
            problem.detail = redacted(problem.detail, reader.used)
            if isinstance(problem, Reconnect):
                problem = self.keys.refused(platform, held.connection, problem, reader.slice.refusals)
            if isinstance(problem, Later):
                reader.park(problem)
                return True
            reader.fail(problem)
        except Exception as error:
            passing = passes(error)
            log.failure("put back because of a fault on our side", error, passing=passing)
            reader.stumble(error)
            if passing:
                return False
            raise
        return True
