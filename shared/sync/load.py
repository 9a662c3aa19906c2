"""Put the staged pages of one table into BigQuery: list them, load them, apply them, and only then move cursors.

One batch per table at a time. A batch names its pages before its job starts, so whoever takes it up after a crash
does the very same work, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared import log, model
from shared.clock import Clock
from shared.connectors.calendar import as_days
from shared.connectors.spec import Stream
from shared.errors import Bug, Later, Problem, Stale
from shared.messages import TableReady
from shared.model import Batch, Page, Run, Slice, Table, from_doc, short, to_doc
from shared.stores.ports import Bus, Doc, Documents, Load, StillLoading, Sweep, Transaction, Warehouse
from shared.sync.leases import problem_doc
from shared.sync.runs import Runs, settle
from shared.sync.tables import stream_of, table_of, views_of

MOST_PAGES = 200  # of one batch: its documents must fit into one transaction
MOST_BYTES = 2 * 1024**3
REST = timedelta(minutes=1)  # after BigQuery asked to come again
MOST_ATTEMPTS = 5  # of one batch that is refused, before its slices fail with a sentence
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock))

    def handle(self, message: TableReady) -> None:
        """Take batches until nothing waits, time is up, or another worker has the table."""
        stop_at = self.clock.now() + timedelta(seconds=self.work_seconds)
        while self._once(message.workspace, message.table):
            if self.clock.now() >= stop_at:
                self.bus.publish(message)
                return

    def _once(self, workspace: str, name: str) -> bool:
        held = self._lease(workspace, name)
        if held is None:
            return False
        table, batch = held
        if batch is None:
            return False
        with log.bound(table=name, batch=batch.id):
            pages = self._pages(batch)
            load = self._load(batch, pages)
            try:
                if table.attempts > MOST_STOPS:
                    raise Bug("load-stopped", "Loading this stopped several times for a reason we did not foresee.")
                platform, stream = stream_of(self.documents, workspace, name)
                self.warehouse.prepare(workspace, table_of(platform, stream), views_of(platform, stream))
                if load.objects:
                    rows = self.warehouse.stage(load)
                    if rows != batch.rows:
                        raise Bug("rows-differ", f"{batch.rows} rows were staged but {rows} arrived in BigQuery.")
                billed = self.warehouse.apply(load)
            except StillLoading:
                self._release(replace(table, attempts=table.attempts - 1))
                return False  # the tick asks again
            except Later as problem:
                log.info("waiting", because=problem.code)
                self._release(replace(table, attempts=table.attempts - 1), wait=REST, problem=problem)
                return False  # staged pages wait as long as BigQuery needs
            except Problem as problem:
                log.failure("batch failed", problem)
                runs = self._failed(table, batch, pages, problem)
            except Exception:
                self._release(table, wait=timedelta(seconds=30 * table.attempts))
                raise
            else:
                runs = self._applied(table, batch, pages, billed)
                self.warehouse.discard(load)
            for run in sorted(runs):
                self.runs.advance(workspace, run)
        return True

    # -- the lease and the list -----------------------------------------------------------------

    def _lease(self, workspace: str, name: str) -> tuple[Table, Batch | None] | None:
        """Take the table, with the batch that is under way or a new one of what waits; None: not ours to take."""
        pages = self._waiting(workspace, name)
        table_path = model.path(workspace, "tables", name)

        def work(tx: Transaction) -> tuple[Table, Batch | None] | None:
            now = self.clock.now()
            doc = tx.get(table_path)
            table = from_doc(Table, doc) if doc else Table(name, workspace)
            if table.lease_until is not None and table.lease_until > now:
                return None
            page_paths = [model.path(workspace, "pages", page.id) for page in pages]
            found = tx.get_many(
                [model.path(workspace, "batches", table.batch), *page_paths] if table.batch else page_paths
            )
            batch = from_doc(Batch, found[0]) if table.batch and found[0] else None
            if batch is None:
                still = [from_doc(Page, page) for page in found if page and page["state"] == model.WAITING]
                if not still:
                    return None
                batch = Batch(
                    id=short(name, *sorted(page.id for page in still)),
                    workspace=workspace,
                    table=name,
                    pages=[page.id for page in still],
                    rows=sum(page.rows for page in still),
                    created_at=now,
                    expires_at=still[0].expires_at,
                )
                tx.set(model.path(workspace, "batches", batch.id), to_doc(batch))
            leased = replace(
                table,
                batch=batch.id,
                fence=table.fence + 1,
                attempts=table.attempts + 1 if table.batch == batch.id else 1,
                lease_until=now + timedelta(seconds=self.lease_seconds),
            )
            tx.set(table_path, to_doc(leased))
            return leased, batch

        return self.documents.transact(work)

    def _waiting(self, workspace: str, name: str) -> list[Page]:
        found = self.documents.find(
            f"{model.workspace_path(workspace)}/pages",
            ("table", "==", name),
            ("state", "==", model.WAITING),
            limit=MOST_PAGES,
        )
        pages: list[Page] = []
        size = 0
        for page in (from_doc(Page, doc) for doc in found):
            size += page.bytes
            if pages and size > MOST_BYTES:
                break
            if not pages or (page.alone == pages[0].alone and (not page.alone or page.slice == pages[0].slice)):
                pages.append(page)
        return pages

    def _pages(self, batch: Batch) -> list[Page]:
        docs = self.documents.get_many([model.path(batch.workspace, "pages", page) for page in batch.pages])
        return [from_doc(Page, doc) for doc in docs if doc]

    def _load(self, batch: Batch, pages: list[Page]) -> Load:
        platform, stream = stream_of(self.documents, batch.workspace, batch.table)
        rows = [page for page in pages if page.kind == "rows"]
        read = [page.read_at for page in rows if page.read_at]
        known = len(read) == len(rows)
        return Load(
            workspace=batch.workspace,
            table=table_of(platform, stream),
            batch=batch.id,
            objects=tuple(page.object for page in rows),
            connections=tuple(sorted({page.connection for page in pages})),
            earliest=min(read, default=None) if known else None,
            latest=max(read, default=None),
            sweeps=tuple(_sweep(stream, page, page.read_at) for page in pages if page.kind == "sweep" and page.read_at),
        )

    # -- afterwards -----------------------------------------------------------------------------

    def _applied(self, table: Table, batch: Batch, pages: list[Page], billed: int) -> set[str]:
        """In one transaction: pages loaded, slices closed, cursors moved, batch done, table free."""
        _, stream = stream_of(self.documents, table.workspace, table.id)
        slices = sorted({page.slice for page in pages})
        runs = sorted({page.run for page in pages})

        def work(tx: Transaction) -> set[str]:
            now = self.clock.now()
            docs = tx.get_many(
                [
                    *(model.path(table.workspace, "slices", name) for name in slices),
                    *(model.path(table.workspace, "runs", name) for name in runs),
                ]
            )
            parts = [from_doc(Slice, doc) for doc in docs[: len(slices)] if doc]
            by_run = {doc["id"]: from_doc(Run, doc) for doc in docs[len(slices) :] if doc}
            names = [
                model.path(p.workspace, "cursors", model.cursor_id(p.connection, p.stream, p.partition)) for p in parts
            ]
            cursors = tx.get_many(names)
            self._ours(tx, table)
            for part, cursor, cursor_path in zip(parts, cursors, names, strict=True):
                loaded = sum(1 for page in pages if page.slice == part.id)
                counted = replace(part, loaded=part.loaded + loaded, touched_at=now)
                closed, moved = settle(counted, cursor, by_run[part.run], stream.keeps_cursor, now)
                tx.set(model.path(part.workspace, "slices", part.id), to_doc(closed))
                if moved is not None:
                    tx.set(cursor_path, to_doc(moved))
            self._close(
                tx, table, batch, pages, model.LOADED, now_doc={"bytes_billed": billed, "state": model.COMPLETED}
            )
            return {part.run for part in parts}

        return self._unless_stale(work)

    def _failed(self, table: Table, batch: Batch, pages: list[Page], problem: Problem) -> set[str]:
        """Try again later, a few times; then apart from each other; then the slice that is to blame fails."""
        if table.attempts < MOST_ATTEMPTS:
            self._release(table, wait=timedelta(seconds=30 * table.attempts), problem=problem)
            return set()
        slices = sorted({page.slice for page in pages})
        if len(slices) > 1:
            return self._part(table, batch, pages)
        doc = problem_doc(problem)

        def work(tx: Transaction) -> set[str]:
            found = tx.get_many([model.path(table.workspace, "slices", name) for name in slices])
            self._ours(tx, table)
            for part in (from_doc(Slice, one) for one in found if one):
                failed = replace(
                    part, state=model.FAILED, problem=doc, fence=part.fence + 1, touched_at=self.clock.now()
                )
                tx.set(model.path(part.workspace, "slices", part.id), to_doc(failed))
            self._close(tx, table, batch, pages, model.FAILED, now_doc={"problem": doc, "state": model.FAILED})
            return {page.run for page in pages}

        return self._unless_stale(work)

    def _part(self, table: Table, batch: Batch, pages: list[Page]) -> set[str]:
        """Give up this batch; its pages wait again, each slice's by themselves."""

        def work(tx: Transaction) -> set[str]:
            self._ours(tx, table)
            apart = [replace(page, alone=True) for page in pages]
            self._close(tx, table, batch, apart, model.WAITING, now_doc={"state": model.FAILED})
            return set()

        return self._unless_stale(work)

    def _close(self, tx: Transaction, table: Table, batch: Batch, pages: list[Page], state: str, now_doc: Doc) -> None:
        now = self.clock.now()
        for page in pages:
            tx.set(model.path(page.workspace, "pages", page.id), to_doc(replace(page, state=state, touched_at=now)))
        tx.set(model.path(table.workspace, "batches", batch.id), {**to_doc(batch), "finished_at": now, **now_doc})
        tx.set(
            model.path(table.workspace, "tables", table.id),
            to_doc(replace(table, batch="", lease_until=None, attempts=0, problem=None)),
        )

    def _ours(self, tx: Transaction, table: Table) -> None:
        doc = tx.get(model.path(table.workspace, "tables", table.id))
        if doc is None or doc["fence"] != table.fence:
            raise Stale

    def _release(self, table: Table, wait: timedelta = timedelta(), problem: Problem | None = None) -> None:
        """Let the table go without ending its batch; the lease lasts as long as the next try should wait."""
        table_path = model.path(table.workspace, "tables", table.id)

        def work(tx: Transaction) -> set[str]:
            self._ours(tx, table)
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


def _sweep(stream: Stream, page: Page, before: datetime) -> Sweep:
    name = f"sweep/{page.run}/{page.id}"
    if stream.days is None or page.since is None or page.until is None:
        return Sweep(page.connection, before, name)
    return Sweep(page.connection, before, name, stream.days.column, *as_days(page.since, page.until))
