"""Every minute: what is due, parked or stuck is nudged again. This is what makes a lost message harmless."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from shared import log, model
from shared.clock import Clock, iso
from shared.connectors import platform as platform_named
from shared.messages import SliceReady, SyncRequested, TableReady
from shared.model import Connection, Run, Slice, from_doc, to_doc
from shared.stores.ports import Bus, Doc, Documents, Transaction
from shared.sync.runs import Runs, changed

QUIET = timedelta(minutes=2)  # after this long without a sign, a nudge counts as lost
STUCK = timedelta(hours=1)  # nudged for this long without a worker, a slice is a matter for the operator
AT_ONCE = 500  # documents looked at per kind and minute
EVERY = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}


@dataclass(frozen=True)
class Ticker:
    documents: Documents
    bus: Bus
    clock: Clock
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock))

    def tick(self) -> None:
        now = self.clock.now()
        self._schedules(now)
        self._slices(now)
        self._tables(now)
        for doc in self.documents.find_all("runs", ("state", "in", [model.RUNNING, model.SWEEPING]), limit=AT_ONCE):
            self.runs.advance(doc["workspace"], doc["id"])
        for doc in self.documents.find_all("runs", ("untold_since", "<=", now - QUIET), limit=AT_ONCE):
            self.bus.publish(changed(from_doc(Run, doc)))

    def _schedules(self, now: datetime) -> None:
        """Connections with a rhythm of their own. The message is named after the time, so it counts once."""
        for doc in self.documents.find_all(
            "connections", ("state", "==", model.ACTIVE), ("next_sync_at", "<=", now), limit=AT_ONCE
        ):
            connection = from_doc(Connection, doc)
            due = connection.next_sync_at
            every = EVERY.get(connection.schedule)
            if due is None:
                continue
            self.bus.publish(SyncRequested(connection.workspace, connection.id, "schedule", iso(due)))
            where = model.path(connection.workspace, "connections", connection.id)
            following = max(due + every, now) if every else None

            def move(tx: Transaction, where: str = where, due: datetime = due, to: datetime | None = following) -> None:
                doc = tx.get(where)
                if doc and doc["next_sync_at"] == due:
                    tx.update(where, {"next_sync_at": to})

            self.documents.transact(move)

    def _slices(self, now: datetime) -> None:
        """Parked ones whose time has come, those whose worker fell silent, and those nobody came for."""
        find = self.documents.find_all
        due = [
            *find("slices", ("state", "==", model.PARKED), ("not_before", "<=", now), limit=AT_ONCE),
            *find("slices", ("state", "==", model.WORKING), ("lease_until", "<=", now), limit=AT_ONCE),
            *find("slices", ("state", "==", model.READY), ("touched_at", "<=", now - QUIET), limit=AT_ONCE),
        ]
        by_connection: dict[str, list[Slice]] = defaultdict(list)
        for doc in due:
            part = from_doc(Slice, doc)
            by_connection[part.connection].append(part)
        for parts in by_connection.values():
            most = platform_named(parts[0].platform).limits.at_once
            self.bus.publish(*(SliceReady(part.workspace, part.id) for part in parts[:most]))
            for part in parts[most:]:
                self._ready(part, now)
        if due:
            log.info("slices nudged", count=len(due))
        stuck = [doc["id"] for doc in due if _since(doc) <= now - STUCK]
        if stuck:
            log.warning("slices stuck", count=len(stuck), first=stuck[0])

    def _ready(self, part: Slice, now: datetime) -> None:
        """More are due than may be at work: the others become ready, and a worker takes them when it is free."""
        where = model.path(part.workspace, "slices", part.id)

        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if doc and doc["state"] == model.PARKED and (doc["not_before"] is None or doc["not_before"] <= now):
                tx.set(where, to_doc(replace(from_doc(Slice, doc), state=model.READY)))

        self.documents.transact(work)

    def _tables(self, now: datetime) -> None:
        find = self.documents.find_all
        late = find("pages", ("state", "==", model.WAITING), ("touched_at", "<=", now - QUIET), limit=AT_ONCE)
        stuck = find("tables", ("lease_until", "<=", now), limit=AT_ONCE)
        names = {(doc["workspace"], doc["table"]) for doc in late}
        names |= {(doc["workspace"], doc["id"]) for doc in stuck if doc["batch"]}
        self.bus.publish(*(TableReady(workspace, table) for workspace, table in sorted(names)))


def _since(doc: Doc) -> datetime:
    """When a slice that is due should have been taken; one that is only ready may wait for its turn for hours."""
    moments: dict[str, datetime] = {model.PARKED: doc["not_before"], model.WORKING: doc["lease_until"]}
    return moments.get(doc["state"], datetime.max.replace(tzinfo=UTC))
