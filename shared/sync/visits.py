"""The tick's look at one connection: what of its work is due, stuck or left over is nudged, a little of each.

Every connection with something open is looked at by itself and in turn, and each look reads a bounded number of
documents. So a connection with thousands of slices hides no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import log, model
from shared.clock import Clock, iso
from shared.errors import Bug
from shared.messages import Message, SliceReady, SyncRequested, TableReady
from shared.model import Connection, Run, Slice, from_doc
from shared.platforms import PLATFORMS
from shared.platforms import platform as platform_named
from shared.states import OPEN_RUN, PageState, RunState, SliceState
from shared.stores.ports import Bus, Doc, Documents, Transaction
from shared.sync.leases import places_path, problem_doc
from shared.sync.runs import LOOK, Runs

QUIET = timedelta(minutes=2)  # after this long without a sign, a nudge counts as lost
STUCK = timedelta(hours=1)  # nudged for this long without a worker, a slice is a matter for the operator
ORPHAN = timedelta(minutes=10)  # a slice whose run is not there will not see it come any more
FARTHEST = timedelta(minutes=10)  # to the next look, while anything is open
MOST_RUNS = 20
MOST_TABLES = 100  # more than any platform has
MOST_ORPHANS = 200

LOST = Bug("orphan", "The run of this is no longer there, so nobody waits for it.")


@dataclass(frozen=True)
class Visit:
    documents: Documents
    bus: Bus
    clock: Clock
    runs: Runs
    connection: Connection
    beat: timedelta = LOOK  # how often the tick comes

    def look(self) -> None:
        """Nudge what is due, then say when to look again."""
        now = self.clock.now()
        if self.connection.platform not in PLATFORMS:  # what a later release began waits for it
            log.warning("unknown platform", connection=self.connection.id, platform=self.connection.platform)
            self._again(now + FARTHEST)
            return
        open_runs = self._runs(now)
        soon = self._slices(now)
        tables = self._tables(now)
        if tables or (soon is None and open_runs):
            soon = now + self.beat
        self._again(None if soon is None else min(max(soon, now + self.beat), now + FARTHEST))

    @property
    def home(self) -> str:
        return model.workspace_path(self.connection.workspace)

    def _again(self, at: datetime | None) -> None:
        """Unless somebody has begun something meanwhile, who said when to look at it."""
        where = model.path(self.connection.workspace, "connections", self.connection.id)

        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if doc is not None and doc.get("look_at") == self.connection.look_at:
                tx.update(where, {"look_at": at})

        self.documents.transact(work)

    def _runs(self, now: datetime) -> bool:
        """Close those that are done, and plan to their end those whose planner died. Whether any is open still."""
        ours, open_states = ("connection", "==", self.connection.id), ("state", "in", list(OPEN_RUN))
        found = [
            from_doc(Run, doc) for doc in self.documents.find(f"{self.home}/runs", ours, open_states, limit=MOST_RUNS)
        ]
        for run in found:
            if run.state != RunState.PLANNED:
                self.runs.advance(run.workspace, run.id)
            elif run.started_at is not None and run.started_at <= now - QUIET:
                self.bus.publish(asked_again(run))
        return bool(found)

    # -- slices ----------------------------------------------------------------------------------

    def _slices(self, now: datetime) -> datetime | None:
        """Nudge as many as have a place; when the next one is due, or None when none is open."""
        platform = platform_named(self.connection.platform)
        most = platform.limits.at_once
        ready = self._of(SliceState.READY, most)
        working, parked = (
            self._of(SliceState.WORKING, most, "lease_until"),
            self._of(SliceState.PARKED, most, "not_before"),
        )
        ready = self._without_orphans(ready, now)
        ends = [(slice_, slice_.lease_until or now) for slice_ in working] + [
            (slice_, slice_.not_before or now) for slice_ in parked
        ]
        due = [slice_ for slice_, moment in ends if moment <= now]
        due += [slice_ for slice_ in ready if slice_.touched_at is None or slice_.touched_at <= now - QUIET]
        free = most - self._at_work(platform.name, now)
        if due and free > 0:
            self.bus.publish(*(SliceReady(slice_.workspace, slice_.id) for slice_ in due[:free]))
            log.info("slices nudged", count=len(due[:free]), connection=self.connection.id)
        self._say_if_stuck(
            [*ends, *((slice_, slice_.touched_at or now) for slice_ in ready)] if free > 0 else ends, now
        )
        if ready or any(moment <= now for _, moment in ends):
            return now + self.beat
        soon = [moment for _, moment in ends]
        if working:  # whoever is at it may come to wait for a moment only
            soon.append(now + 2 * self.beat)
        return min(soon, default=None)

    def _of(self, state: SliceState, most: int, order: str | None = None) -> list[Slice]:
        ours = (("connection", "==", self.connection.id), ("state", "==", state))
        found = self.documents.find(f"{self.home}/slices", *ours, order=order, limit=most)
        return [from_doc(Slice, doc) for doc in found]

    def _at_work(self, platform: str, now: datetime) -> int:
        doc = self.documents.get(places_path(platform_named(platform), self.connection.id)) or {}
        return sum(until > now for until in doc.get("workers", {}).values())

    def _say_if_stuck(self, ends: list[tuple[Slice, datetime]], now: datetime) -> None:
        stuck = [slice_.id for slice_, moment in ends if moment <= now - STUCK]
        if stuck:
            log.warning("slices stuck", count=len(stuck), first=stuck[0], connection=self.connection.id)

    def _without_orphans(self, ready: list[Slice], now: datetime) -> list[Slice]:
        """Ready slices whose run has gone are never worked on, and would stand before all others for ever."""
        names = sorted({slice_.run for slice_ in ready})
        docs = self.documents.get_many([f"{self.home}/runs/{name}" for name in names]) if names else []
        gone = {name for name, doc in zip(names, docs, strict=True) if doc is None}
        for name in gone:
            slices = self.documents.find(
                f"{self.home}/slices", ("run", "==", name), ("state", "==", SliceState.READY), limit=MOST_ORPHANS
            )
            old = [doc for doc in slices if doc["created_at"] is None or doc["created_at"] <= now - ORPHAN]
            for doc in old:
                self._fail(doc["id"], now)
            if old:
                log.warning("orphan slices", run=name, connection=self.connection.id, count=len(old))
        return [slice_ for slice_ in ready if slice_.run not in gone]

    def _fail(self, name: str, now: datetime) -> None:
        where = f"{self.home}/slices/{name}"

        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if doc is not None and doc["state"] == SliceState.READY:
                tx.update(where, {"state": SliceState.FAILED, "problem": problem_doc(LOST), "touched_at": now})

        self.documents.transact(work)

    # -- pages -----------------------------------------------------------------------------------

    def _tables(self, now: datetime) -> bool:
        """Nudge each table for which pages of this connection have waited; whether any wait. One document a table."""
        last, messages, waiting = "", list[Message](), False
        for _ in range(MOST_TABLES):
            doc = self._first_after(last)
            if doc is None:
                break
            waiting, last = True, doc["table"]
            if doc["touched_at"] is None or doc["touched_at"] <= now - QUIET:
                messages.append(TableReady(self.connection.workspace, last))
        self.bus.publish(*messages)
        return waiting

    def _first_after(self, table: str) -> Doc | None:
        ours = (("connection", "==", self.connection.id), ("state", "==", PageState.WAITING), ("table", ">", table))
        return next(iter(self.documents.find(f"{self.home}/pages", *ours, limit=1)), None)


def asked_again(run: Run) -> SyncRequested:
    """The request that a run was made of."""
    since, until = (iso(moment) if moment else "" for moment in (run.since, run.until))
    return SyncRequested(run.workspace, run.connection, run.reason, run.request, ",".join(run.streams), since, until)
