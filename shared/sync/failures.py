"""What the dead letters hold becomes a state that a person can read: the slice or batch fails, and says why.

A message also dies because all workers were busy, so it proves little by itself. What waits for its turn is left to the
tick, what somebody is at work on is left to them, and what is read already is the loader's. Only what a worker left
behind fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shared import log, model
from shared.clock import Clock
from shared.errors import Bug
from shared.messages import RunChanged, SliceReady, TableReady, decode
from shared.model import Batch, Page, Slice, Table, from_doc, to_doc
from shared.states import SliceState
from shared.stores.ports import Bus, Documents, Transaction
from shared.sync.batches import fail_batch, given_up
from shared.sync.leases import problem_doc
from shared.sync.runs import Runs
from shared.warehouse.runs import TABLE

GAVE_UP = Bug("gave-up", "This was tried several times and stopped each time for a reason we did not foresee.")


@dataclass(frozen=True)
class Failures:
    documents: Documents
    bus: Bus
    clock: Clock
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock))

    def record(self, topic: str, data: bytes) -> None:
        """Fail what the dead message named. Whatever it was, the message itself is kept by the caller."""
        log.warning("dead letter", topic=topic)
        if topic == SliceReady.topic:
            message = decode(data, SliceReady)
            self._slice(message.workspace, message.slice)
        elif topic == TableReady.topic:
            table = decode(data, TableReady)
            self._table(table.workspace, table.table)
        elif topic == RunChanged.topic:
            run = decode(data, RunChanged)
            self._run(run.workspace, run.run)

    def _slice(self, workspace: str, name: str) -> None:
        where = model.path(workspace, "slices", name)

        def work(tx: Transaction) -> str | None:
            doc, now = tx.get(where), self.clock.now()
            if doc is None or doc["state"] != SliceState.WORKING:
                return None
            slice_ = from_doc(Slice, doc)
            if slice_.lease_until is not None and slice_.lease_until > now:
                return None  # somebody is at work on it after all
            tx.update(where, to_doc(given_up(slice_, problem_doc(GAVE_UP), now)))
            return slice_.run

        run = self.documents.transact(work)
        if run:
            self.runs.advance(workspace, run)

    def _table(self, workspace: str, name: str) -> None:
        """Fail the slices of the batch that could not be loaded, and free the table for other batches. No slice stands
        for the table of runs: the tick asks for it again, until the loader itself gives it up and says so."""
        if name == TABLE.name:
            return
        table_path = model.path(workspace, "tables", name)

        def free(tx: Transaction) -> set[str]:
            doc, now = tx.get(table_path), self.clock.now()
            table = from_doc(Table, doc) if doc else Table(name, workspace)
            if not table.batch or (table.lease_until is not None and table.lease_until > now):
                return set()  # nothing is under way, or somebody is at work on it after all
            if not table.attempts:
                return set()  # nobody stopped over it: it waits for BigQuery, and the tick asks again
            batch = tx.get(model.path(workspace, "batches", table.batch))
            if batch is None:
                return set()
            listed = from_doc(Batch, batch)
            found = tx.get_many([model.path(workspace, "pages", page) for page in listed.pages])
            pages = [from_doc(Page, page) for page in found if page]
            return fail_batch(tx, table, listed, pages, problem_doc(GAVE_UP), now)

        for run in sorted(self.documents.transact(free)):
            self.runs.advance(workspace, run)

    def _run(self, workspace: str, name: str) -> None:
        """Nobody is told of it any more; `marts refresh` makes that good."""
        where = model.path(workspace, "runs", name)

        def give_up(tx: Transaction) -> None:
            if tx.get(where) is not None:
                tx.update(where, {"untold_since": None})

        self.documents.transact(give_up)
