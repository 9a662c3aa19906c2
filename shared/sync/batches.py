"""Which pages of a table make a batch, who may load it, and what it is in the warehouse's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.kit.calendar import as_days
from shared.model import Batch, Page, Slice, Table, from_doc, stable_id, to_doc
from shared.states import BatchState, PageKind, PageState, SliceState
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync.gathering import gathers
from shared.sync.homes import Homes
from shared.sync.slices_of_run import sweep_name
from shared.sync.tables import filled
from shared.vocabulary.stream import Stream
from shared.warehouse.spec import Load, Sweep

MOST_PAGES = 240  # of one batch: they, and a slice for each, must fit into one transaction of 500 documents
MOST_BYTES = 2 * 1024**3
MOST_SWEEPS = 200  # of one batch: its script must stay far below what BigQuery reads


@dataclass(frozen=True)
class Batches:
    documents: Documents
    clock: Clock
    lease_seconds: int

    def take(self, workspace: str, name: str) -> tuple[Table, Batch] | None:
        """Take the table, with the batch that is under way or a new one of what waits; None: not ours to take."""
        table_path = model.path(workspace, "tables", name)
        known, homes, now = self.documents.get(table_path), Homes(self.documents, self.clock), self.clock.now()
        if _leased(known, now):
            return None
        waiting = self._waiting(workspace, name)
        if not waiting and not (known and known["batch"]):
            return None
        docs = homes.docs(waiting)
        pages = homes.sort(waiting, docs)
        # The first numbers of a table are shown at once.
        leaves = known is not None and gathers(self.documents, pages, docs, now)

        def work(tx: Transaction) -> tuple[Table, Batch] | None:
            now = self.clock.now()
            doc = tx.get(table_path)
            if _leased(doc, now):
                return None
            table = from_doc(Table, doc) if doc else Table(name, workspace)
            page_paths = [model.path(workspace, "pages", page.id) for page in pages]
            found = tx.get_many(
                [model.path(workspace, "batches", table.batch), *page_paths] if table.batch else page_paths
            )
            batch = from_doc(Batch, found[0]) if table.batch and found[0] else None
            if batch is None:
                still = [from_doc(Page, page) for page in found if page and page["state"] == PageState.WAITING]
                if not still or leaves:
                    return None
                batch = Batch(
                    id=stable_id(name, *sorted(page.id for page in still)),
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
            (tx.update if doc else tx.set)(table_path, to_doc(leased))
            return leased, batch

        return self.documents.transact(work)

    def _waiting(self, workspace: str, name: str) -> list[Page]:
        found = self.documents.find(
            f"{model.workspace_path(workspace)}/pages",
            ("table", "==", name),
            ("state", "==", PageState.WAITING),
            limit=MOST_PAGES,
        )
        pages: list[Page] = []
        size = sweeps = 0
        for page in (from_doc(Page, doc) for doc in found):
            size, sweeps = size + page.bytes, sweeps + len(page.sweeps)
            if pages and (size > MOST_BYTES or sweeps > MOST_SWEEPS):
                break
            if not pages or (page.alone == pages[0].alone and (not page.alone or page.slice == pages[0].slice)):
                pages.append(page)
        return pages

    def pages(self, batch: Batch) -> list[Page]:
        """Those that are still there: an account that is disconnected takes its own with it."""
        docs = self.documents.get_many([model.path(batch.workspace, "pages", page) for page in batch.pages])
        return [from_doc(Page, doc) for doc in docs if doc]

    def load(self, batch: Batch, pages: list[Page]) -> Load:
        """What the warehouse is to do."""
        place = filled(self.documents, batch.workspace, batch.table)
        rows = [page for page in pages if page.kind == PageKind.ROWS]
        read = [page.read_at for page in rows if page.read_at]
        known = len(read) == len(rows)
        return Load(
            workspace=batch.workspace,
            table=place.table,
            batch=_name(batch, pages),
            objects=tuple(page.object for page in rows),
            connections=tuple(sorted({page.connection for page in pages})),
            earliest=min(read, default=None) if known else None,
            latest=max(read, default=None),
            sweeps=tuple(sorted(_sweeps(place.stream, pages), key=lambda sweep: (sweep.before, sweep.page))),
            again=any(page.sweeps for page in pages),
        )


def _leased(table: Doc | None, now: datetime) -> bool:
    return bool(table and table["lease_until"] is not None and table["lease_until"] > now)


def _name(batch: Batch, pages: list[Page]) -> str:
    """What is staged under a name holds the rows of these pages; of others, under another name."""
    here = [page.id for page in pages]
    return batch.id if len(here) == len(batch.pages) else stable_id(batch.id, *sorted(here))


def given_up(slice_: Slice, problem: Doc, now: datetime) -> Slice:
    """A slice that fails, whatever it was at: who works on it finds that the fence has grown."""
    return replace(
        slice_, state=SliceState.FAILED, problem=problem, fence=slice_.fence + 1, lease_until=None, touched_at=now
    )


def fail_batch(tx: Transaction, table: Table, batch: Batch, pages: list[Page], problem: Doc, now: datetime) -> set[str]:
    """Fail a batch, its pages and all their slices together, so that no slice stays open with a page that failed, and
    free the table for others; the runs that this concerns. Last reads, then writes."""
    names = sorted({page.slice for page in pages})
    found = tx.get_many([model.path(table.workspace, "slices", name) for name in names])
    for slice_ in (from_doc(Slice, doc) for doc in found if doc):
        tx.update(model.path(slice_.workspace, "slices", slice_.id), to_doc(given_up(slice_, problem, now)))
    for page in pages:
        failed = replace(page, state=PageState.FAILED, touched_at=now)
        tx.update(model.path(page.workspace, "pages", page.id), to_doc(failed))
    ended = replace(batch, state=BatchState.FAILED, problem=problem, finished_at=now)
    tx.update(model.path(table.workspace, "batches", batch.id), to_doc(ended))
    free = replace(table, batch="", lease_until=None, fence=table.fence + 1, attempts=0, problem=None)
    tx.update(model.path(table.workspace, "tables", table.id), to_doc(free))
    return {page.run for page in pages}


def _sweeps(stream: Stream | None, pages: Iterable[Page]) -> Iterator[Sweep]:
    """What the pages ask to be marked: what their own run did not see or, of a replay, what others did not see then."""
    for page in pages if stream else ():
        name = sweep_name(page.run, page.id)
        own: Doc = {"page": name, "before": page.read_at, "since": page.since, "until": page.until}
        today = [own] if page.kind == PageKind.SWEEP and page.read_at else []
        for told in page.sweeps if page.kind == PageKind.SWEEPS else today:
            sweep = Sweep(page.connection, told["before"], told["page"])
            if told["since"] is None or told["until"] is None:
                yield sweep
            elif stream and stream.days is not None:  # else it was read by days once: of which column nobody knows
                first, last = as_days(told["since"], told["until"])
                yield replace(sweep, column=stream.days.column, first=first, last=last)
