"""Which pages of a table make a batch, who may load it, and what it is in the warehouse's words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.connectors.calendar import as_days
from shared.connectors.spec import Stream
from shared.model import Batch, Page, Table, from_doc, short, to_doc
from shared.stores.ports import Documents, Load, Sweep, Transaction
from shared.sync.tables import filled

MOST_PAGES = 200  # of one batch: its documents must fit into one transaction
MOST_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Batches:
    documents: Documents
    clock: Clock
    lease_seconds: int

    def take(self, workspace: str, name: str) -> tuple[Table, Batch] | None:
        """Take the table, with the batch that is under way or a new one of what waits; None: not ours to take."""
        pages = self._waiting(workspace, name)
        table_path = model.path(workspace, "tables", name)

        def work(tx: Transaction) -> tuple[Table, Batch] | None:
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

    def pages(self, batch: Batch) -> list[Page]:
        docs = self.documents.get_many([model.path(batch.workspace, "pages", page) for page in batch.pages])
        return [from_doc(Page, doc) for doc in docs if doc]

    def load(self, batch: Batch, pages: list[Page]) -> Load:
        """What the warehouse is to do."""
        place = filled(self.documents, batch.workspace, batch.table)
        rows = [page for page in pages if page.kind == "rows"]
        read = [page.read_at for page in rows if page.read_at]
        known = len(read) == len(rows)
        return Load(
            workspace=batch.workspace,
            table=place.table,
            batch=batch.id,
            objects=tuple(page.object for page in rows),
            connections=tuple(sorted({page.connection for page in pages})),
            earliest=min(read, default=None) if known else None,
            latest=max(read, default=None),
            sweeps=tuple(
                _sweep(place.stream, page, page.read_at)
                for page in pages
                if place.stream and page.kind == "sweep" and page.read_at
            ),
        )


def _sweep(stream: Stream, page: Page, before: datetime) -> Sweep:
    name = f"sweep/{page.run}/{page.id}"
    if stream.days is None or page.since is None or page.until is None:
        return Sweep(page.connection, before, name)
    return Sweep(page.connection, before, name, stream.days.column, *as_days(page.since, page.until))
