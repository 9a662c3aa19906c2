"""Every minute: what is due, parked or stuck is nudged again. This is what makes a lost message harmless."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared import log, model
from shared.clock import Clock, iso
from shared.messages import (
    AccessWanted,
    AuditDue,
    DataChanged,
    PlatformCalled,
    SyncRequested,
    TableReady,
    WorkspaceWanted,
)
from shared.model import Connection, Publication, Run, from_doc
from shared.states import ConnectionState, Reason
from shared.stores.ports import Bus, Doc, Documents, Transaction
from shared.sync.data_changes import UNSEEN, is_looked_at
from shared.sync.edition import EDITION
from shared.sync.rhythm import following
from shared.sync.runs import LOOK, Runs, changed
from shared.sync.visits import QUIET, Visit

AT_ONCE = 500  # connections, tables and runs looked at in a minute
LATE = timedelta(hours=3)  # that marts wait to be published, while somebody looks at them
LATE_UNSEEN = UNSEEN + LATE
LONGEST = timedelta(seconds=45)  # of a tick; who was not looked at comes first in the next one


@dataclass(frozen=True)
class Ticker:
    documents: Documents
    bus: Bus
    clock: Clock
    beat: timedelta = LOOK
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock, self.beat))

    def tick(self) -> None:
        now = self.clock.now()
        self._schedules(now)
        self._visits(now)
        self._tables(now)
        for doc in self.documents.find_all("runs", ("untold_since", "<=", now - QUIET), limit=AT_ONCE):
            self._untold(from_doc(Run, doc), now)
        calls, wishes = (
            self.documents.find(kind, ("look_at", "<=", now), limit=AT_ONCE) for kind in ("calls", "wishes")
        )
        self.bus.publish(
            AuditDue(),
            *(PlatformCalled(doc["id"]) for doc in calls),
            *(AccessWanted(doc["id"]) for doc in wishes),
        )
        self._publications(now)
        self._workspaces(now)

    def _workspaces(self, now: datetime) -> None:
        """Those that are not as they are wished, and those whose marts are of another release."""
        found: dict[str, Doc] = {}
        for where in (("due_at", "<=", now), ("marts", "<", EDITION), ("marts", ">", EDITION)):
            found |= {doc["workspace"]: doc for doc in self.documents.find("openings", where, limit=AT_ONCE)}
        resting = ("not_before", "lease_until")
        ready = [name for name, doc in found.items() if not any(doc[each] and doc[each] > now for each in resting)]
        self.bus.publish(*map(WorkspaceWanted, ready))

    def _publications(self, now: datetime) -> None:
        """Workspaces whose marts wait to be published."""
        due = self.documents.find("publications", ("due_at", "<=", now), limit=AT_ONCE)
        for known in (from_doc(Publication, doc) for doc in due):
            longest = LATE if is_looked_at(known, now) else LATE_UNSEEN
            if known.waits_since is not None and now - known.waits_since > longest:
                log.warning("marts are late", workspace=known.workspace, because=(known.problem or {}).get("code", ""))
        self.bus.publish(*(DataChanged(doc["workspace"]) for doc in due))

    def _visits(self, now: datetime) -> None:
        """Connections in turn, whose look is due the longest first: each of them is seen within a few minutes."""
        for doc in self.documents.find_all("connections", ("look_at", "<=", now), limit=AT_ONCE):
            if self.clock.now() - now > LONGEST:
                break
            try:
                Visit(self.documents, self.bus, self.clock, self.runs, from_doc(Connection, doc), self.beat).look()
            except Exception as error:  # one connection never keeps the tick from the others
                log.failure("connection not looked at", error, connection=doc["id"])
                self._put_off(doc, now)

    def _put_off(self, doc: Doc, now: datetime) -> None:
        """It goes to the end of the line."""
        where = model.path(doc["workspace"], "connections", doc["id"])

        def work(tx: Transaction) -> None:
            found = tx.get(where)
            if found is not None and found.get("look_at") == doc["look_at"]:
                tx.update(where, {"look_at": now + QUIET})

        self.documents.transact(work)

    def _untold(self, run: Run, now: datetime) -> None:
        """Ask once more to tell how a run ended; it goes to the end of the line, so that none hides the others."""
        where = model.path(run.workspace, "runs", run.id)

        def work(tx: Transaction) -> bool:
            doc = tx.get(where)
            if doc is None or doc.get("untold_since") != run.untold_since:
                return False
            tx.update(where, {"untold_since": now})
            return True

        if self.documents.transact(work):
            self.bus.publish(changed(run))

    def _schedules(self, now: datetime) -> None:
        """Connections with a rhythm of their own. The message is named after the time, so it counts once."""
        for doc in self.documents.find_all(
            "connections", ("state", "==", ConnectionState.ACTIVE), ("next_sync_at", "<=", now), limit=AT_ONCE
        ):
            connection = from_doc(Connection, doc)
            due = connection.next_sync_at
            if due is None:
                continue
            self.bus.publish(SyncRequested(connection.workspace, connection.id, Reason.SCHEDULE, iso(due)))
            where = model.path(connection.workspace, "connections", connection.id)
            to = following(connection, due, now)

            def move(tx: Transaction, where: str = where, due: datetime = due, to: datetime | None = to) -> None:
                doc = tx.get(where)
                if doc and doc["next_sync_at"] == due:
                    tx.update(where, {"next_sync_at": to})

            self.documents.transact(move)

    def _tables(self, now: datetime) -> None:
        """Tables whose loader died or was asked to come again; each that is taken gets a new lease, and moves on."""
        stuck = self.documents.find_all("tables", ("lease_until", "<=", now), limit=AT_ONCE)
        self.bus.publish(*(TableReady(doc["workspace"], doc["id"]) for doc in stuck if doc["batch"]))
