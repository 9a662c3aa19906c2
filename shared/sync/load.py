"""Put the staged pages of one table into BigQuery: load them, apply them, and only then move cursors.

One batch per table at a time. A batch names its pages before its job starts, so whoever takes it up after a crash
does the very same work, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from shared import log, model
from shared.clock import Clock
from shared.errors import Bug, Code, Later, Problem, Stale
from shared.messages import DataChanged, TableReady
from shared.model import Batch, Page, Run, Slice, Table, from_doc, to_doc
from shared.states import BatchState, Cause, PageState
from shared.stores.ports import Bus, Doc, Documents, StillLoading, Transaction, Warehouse
from shared.sync.batches import Batches, fail_batch
from shared.sync.data_changes import noted
from shared.sync.homes import at_home, paths_of, run_of, slice_of
from shared.sync.leases import problem_doc
from shared.sync.runs import Runs
from shared.sync.slice_closing import close_slice, mark_of
from shared.sync.tables import filled
from shared.warehouse.runs import TABLE
from shared.warehouse.spec import Load

REST = timedelta(minutes=1)  # after BigQuery asked to come again, at first
LONGEST_REST = timedelta(minutes=10)  # after it has asked for hours
STUCK = timedelta(hours=1)  # a batch that waits for so long is a matter for the operator
MOST_ATTEMPTS = 5  # of one batch that is refused for good, before its slices fail with a sentence
MOST_STOPS = 15  # of workers that died over one batch


@dataclass(frozen=True)
class Loader:
    documents: Documents
    bus: Bus
    warehouse: Warehouse
    clock: Clock
    lease_seconds: int = 600
    work_seconds: int = 240
    runs: Runs = field(init=False)
    batches: Batches = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock))
        object.__setattr__(self, "batches", Batches(self.documents, self.clock, self.lease_seconds))

    def handle(self, message: TableReady) -> None:
        """Take batches until nothing waits, time is up, or another worker has the table."""
        stop_at = self.clock.now() + timedelta(seconds=self.work_seconds)
        while self._once(message.workspace, message.table):
            if self.clock.now() >= stop_at:
                self.bus.publish(message)
                return

    def _once(self, workspace: str, name: str) -> bool:
        held = self.batches.take(workspace, name)
        if held is None:
            return False
        table, batch = held
        with log.bound(table=name, batch=batch.id):
            pages = self.batches.pages(batch)
            try:
                if table.attempts > MOST_STOPS:
                    raise Bug("load-stopped", "Loading this stopped several times for a reason we did not foresee.")
                load = self.batches.load(batch, pages)
                billed = self._put(batch, load, pages)
            except StillLoading:
                self._release(replace(table, attempts=table.attempts - 1))
                return False  # the tick asks again
            except Later as problem:
                log.info("waiting", because=problem.code)
                if problem.code != Code.BIGQUERY_TOO_LARGE or not _several(pages):
                    self._wait(table, batch, pages, problem)
                    return False
                runs = self._split(table, batch, pages)
            except Problem as problem:
                log.failure("batch failed", problem)
                runs = self._failed(table, batch, pages, problem)
            except Exception:
                self._release(table, wait=timedelta(seconds=30 * table.attempts))
                raise
            else:
                runs = self._applied(table, batch, pages, billed)
                self.warehouse.discard(load)
                if name == TABLE.name:
                    self.bus.publish(DataChanged(workspace))
            for run in sorted(runs):
                self.runs.advance(workspace, run)
        return True

    def _put(self, batch: Batch, load: Load, pages: list[Page]) -> int:
        """Everything into BigQuery, as far as it is not there yet; bytes that were billed."""
        place = filled(self.documents, batch.workspace, batch.table)
        self.warehouse.prepare(batch.workspace, place.table, place.views)
        if load.batch != batch.id:
            self.warehouse.discard(replace(load, batch=batch.id))  # it may hold rows of pages that are no longer there
        if load.objects:
            arrived = self.warehouse.stage(load)
            rows = sum({page.object: page.rows for page in pages}.values())  # two replays may bring one object twice
            if arrived != rows:
                raise Bug("rows-differ", f"{rows} rows were staged but {arrived} arrived in BigQuery.")
        return self.warehouse.apply(load) if load.objects or load.sweeps else 0

    # -- afterwards -----------------------------------------------------------------------------

    def _applied(self, table: Table, batch: Batch, pages: list[Page], billed: int) -> set[str]:
        """In one transaction: pages loaded, slices closed, cursors moved, batch done, table free. A page without its
        slice would close nothing, so it goes on waiting. Rows that tell of runs come last of all that these have read,
        so then the marts are to be published."""
        stream = filled(self.documents, table.workspace, table.id).stream
        keeps_cursor = stream is not None and stream.keeps_cursor
        paths = paths_of(pages)

        def work(tx: Transaction) -> set[str]:
            now = self.clock.now()
            docs = {path: doc for path, doc in zip(paths, tx.get_many(paths), strict=True) if doc}
            home = [page for page in pages if at_home(page, docs)]
            runs_of = {slice_of(page): run_of(page) for page in home if slice_of(page) in docs}
            slices = [(from_doc(Slice, docs[path]), from_doc(Run, docs[run])) for path, run in sorted(runs_of.items())]
            changed = model.publication_path(table.workspace)
            publication = tx.get(changed) if table.id == TABLE.name else None
            cursors = tx.get_many([model.path(slice_.workspace, "cursors", mark_of(slice_)) for slice_, _ in slices])
            self._check_fence(tx, table)
            for (slice_, run), cursor in zip(slices, cursors, strict=True):
                loaded = sum(1 for page in home if page.slice == slice_.id)
                counted = replace(slice_, loaded=slice_.loaded + loaded, touched_at=now)
                close_slice(counted, cursor, run, keeps_cursor, now).write(tx)
            self._close(
                tx,
                table,
                batch,
                home,
                PageState.LOADED,
                now_doc={"bytes_billed": billed, "state": BatchState.COMPLETED},
            )
            if table.id == TABLE.name:
                tx.set(changed, noted(publication, table.workspace, Cause.LOADED, now))
            return {slice_.run for slice_, _ in slices}

        return self._unless_stale(work)

    def _wait(self, table: Table, batch: Batch, pages: list[Page], problem: Later) -> None:
        """Staged pages wait as long as BigQuery needs, and ask less and less often. That uses up no attempts."""
        waited = self.clock.now() - (batch.created_at or self.clock.now())
        if waited >= STUCK:
            log.warning("slices stuck", count=len(_slices(pages)), first=_slices(pages)[0], because=problem.code)
        rest = min(max(REST, waited / 4), LONGEST_REST)
        self._release(replace(table, attempts=table.attempts - 1), wait=rest, problem=problem)

    def _failed(self, table: Table, batch: Batch, pages: list[Page], problem: Problem) -> set[str]:
        """Try again later, a few times; then apart from each other; then the slice that is to blame fails."""
        if table.attempts < MOST_ATTEMPTS:
            self._release(table, wait=timedelta(seconds=30 * table.attempts), problem=problem)
            return set()
        if _several(pages):
            return self._split(table, batch, pages)
        if table.id == TABLE.name:
            log.failure("run not told", problem)  # no slice can say so, nor its run: that has ended

        def work(tx: Transaction) -> set[str]:
            self._check_fence(tx, table)
            return fail_batch(tx, table, batch, pages, problem_doc(problem), self.clock.now())

        return self._unless_stale(work)

    def _split(self, table: Table, batch: Batch, pages: list[Page]) -> set[str]:
        """Give up this batch; its pages wait again, each slice's by themselves."""

        def work(tx: Transaction) -> set[str]:
            self._check_fence(tx, table)
            apart = [replace(page, alone=True) for page in pages]
            self._close(tx, table, batch, apart, PageState.WAITING, now_doc={"state": BatchState.FAILED})
            return set()

        return self._unless_stale(work)

    def _close(
        self, tx: Transaction, table: Table, batch: Batch, pages: list[Page], state: PageState, now_doc: Doc
    ) -> None:
        now = self.clock.now()
        for page in pages:
            tx.update(model.path(page.workspace, "pages", page.id), to_doc(replace(page, state=state, touched_at=now)))
        tx.update(model.path(table.workspace, "batches", batch.id), {**to_doc(batch), "finished_at": now, **now_doc})
        tx.update(
            model.path(table.workspace, "tables", table.id),
            to_doc(replace(table, batch="", lease_until=None, attempts=0, problem=None)),
        )

    def _check_fence(self, tx: Transaction, table: Table) -> None:
        """Raise Stale if another worker has taken the table since."""
        doc = tx.get(model.path(table.workspace, "tables", table.id))
        if doc is None or doc["fence"] != table.fence:
            raise Stale

    def _release(self, table: Table, wait: timedelta = timedelta(), problem: Problem | None = None) -> None:
        """Let the table go without ending its batch; the lease lasts as long as the next try should wait."""
        table_path = model.path(table.workspace, "tables", table.id)

        def work(tx: Transaction) -> set[str]:
            self._check_fence(tx, table)
            tx.update(
                table_path,
                {
                    "lease_until": self.clock.now() + wait,
                    "attempts": table.attempts,
                    "problem": problem_doc(problem) if problem else None,
                },
            )
            return set()

        self._unless_stale(work)

    def _unless_stale(self, work: Callable[[Transaction], set[str]]) -> set[str]:
        try:
            return self.documents.transact(work)
        except Stale:
            log.info("lease lost; another worker carries on")
            return set()


def _slices(pages: list[Page]) -> list[str]:
    return sorted({page.slice for page in pages})


def _several(pages: list[Page]) -> bool:
    return len(_slices(pages)) > 1
