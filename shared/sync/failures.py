"""What the dead letters hold becomes a state that a person can read: the slice or batch fails, and says why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from shared import log, model
from shared.clock import Clock
from shared.errors import Bug
from shared.messages import RunChanged, SliceReady, TableReady, decode
from shared.model import Slice, Table, from_doc, to_doc
from shared.stores.ports import Bus, Documents, Transaction
from shared.sync.leases import problem_doc
from shared.sync.runs import Runs

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
            self._slices(message.workspace, [message.slice])
        elif topic == TableReady.topic:
            table = decode(data, TableReady)
            self._table(table.workspace, table.table)
        elif topic == RunChanged.topic:
            run = decode(data, RunChanged)
            self._run(run.workspace, run.run)

    def _slices(self, workspace: str, names: list[str]) -> None:
        runs: set[str] = set()
        for name in names:
            where = model.path(workspace, "slices", name)

            def work(tx: Transaction, where: str = where) -> str | None:
                doc = tx.get(where)
                now = self.clock.now()
                if doc is None or doc["state"] not in model.OPEN_SLICE:
                    return None
                part = from_doc(Slice, doc)
                if part.lease_until is not None and part.lease_until > now and part.state == model.WORKING:
                    return None  # somebody is at work on it after all
                failed = replace(
                    part, state=model.FAILED, problem=problem_doc(GAVE_UP), touched_at=now, fence=part.fence + 1
                )
                tx.set(where, to_doc(failed))
                return part.run

            run = self.documents.transact(work)
            if run:
                runs.add(run)
        for run in sorted(runs):
            self.runs.advance(workspace, run)

    def _table(self, workspace: str, name: str) -> None:
        """Fail the slices of the batch that could not be loaded, and free the table for other batches."""
        table_path = model.path(workspace, "tables", name)

        def free(tx: Transaction) -> list[str]:
            doc = tx.get(table_path)
            if doc is None or not doc["batch"]:
                return []
            table = from_doc(Table, doc)
            batch_path = model.path(workspace, "batches", table.batch)
            batch = tx.get(batch_path)
            if batch is None:
                return []
            page_paths = [model.path(workspace, "pages", page) for page in batch["pages"]]
            pages = [page for page in tx.get_many(page_paths) if page]
            for page in pages:
                tx.update(model.path(workspace, "pages", page["id"]), {"state": model.FAILED})
            tx.update(batch_path, {"state": model.FAILED, "problem": problem_doc(GAVE_UP)})
            tx.set(table_path, to_doc(replace(table, batch="", lease_until=None, fence=table.fence + 1, attempts=0)))
            return sorted({page["slice"] for page in pages})

        self._slices(workspace, self.documents.transact(free))

    def _run(self, workspace: str, name: str) -> None:
        """Nobody is told of it any more; `marts refresh` makes that good."""
        where = model.path(workspace, "runs", name)

        def give_up(tx: Transaction) -> None:
            if tx.get(where) is not None:
                tx.update(where, {"untold_since": None})

        self.documents.transact(give_up)
