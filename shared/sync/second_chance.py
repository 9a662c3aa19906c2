"""Another chance for a slice that failed, from where it stood; its run is open again until it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared import log, model
from shared.clock import Clock
from shared.errors import Bug, Stale
from shared.messages import Message, SliceReady, TableReady
from shared.model import Page, Run, Slice, from_doc, to_doc
from shared.platforms import platform as platform_named
from shared.retrying import CHANGING, again
from shared.states import PageState, RunState, SliceKind, SliceState
from shared.stores.ports import Bus, Documents, Transaction
from shared.sync.runs import LOOK, Runs, sooner
from shared.sync.slice_closing import SliceUpdate, close_slice, mark_of
from shared.sync.slices_of_run import asked_again
from shared.sync.tables import filled


@dataclass(frozen=True)
class Retrier:
    documents: Documents
    bus: Bus
    clock: Clock

    def retry(self, workspace: str, name: str) -> bool:
        """False: there is no such slice, or it did not fail, or it could not be planned (the next sync tries that)."""

        def opened() -> bool:
            doc = self.documents.get(model.path(workspace, "slices", name))
            if doc is None or doc["state"] != SliceState.FAILED or doc.get("kind") == SliceKind.PLAN:
                return False
            return self._again(from_doc(Slice, doc))

        try:
            return again(self.clock, CHANGING, opened, lambda error: isinstance(error, Stale))
        except Stale:  # batches of the same slice fail in the same moment, and go on doing so
            log.info("failed anew in this moment", slice=name)
            return False

    def _again(self, failed: Slice) -> bool:
        """Open it, with all its pages that failed. They are looked for before, and none can have joined them since,
        because a batch that fails moves the fence of its slices."""
        workspace, table = failed.workspace, platform_named(failed.platform).table(failed.stream)
        where, run_path = model.path(workspace, "slices", failed.id), model.path(workspace, "runs", failed.run)
        connection_path = model.path(workspace, "connections", failed.connection)
        cursor_path = model.path(workspace, "cursors", mark_of(failed))
        keeps_cursor = self._keeps_cursor(workspace, table)
        there = self.documents.find(
            f"{model.workspace_path(workspace)}/pages",
            ("slice", "==", failed.id),
            ("state", "in", [PageState.FAILED, PageState.WAITING]),
        )
        pages = [from_doc(Page, doc) for doc in there if doc["state"] == PageState.FAILED]

        def work(tx: Transaction) -> list[Message] | None:
            doc, run, cursor, connection = tx.get_many([where, run_path, cursor_path, connection_path])
            if doc is None or run is None:
                return None
            if doc["fence"] != failed.fence or doc["state"] != SliceState.FAILED:
                raise Stale
            now, slice_ = self.clock.now(), from_doc(Slice, doc)
            ready = replace(asked_again(slice_), fence=slice_.fence + 1, touched_at=now, lease_until=None)
            ready = replace(ready, owed=ready.kind == SliceKind.EXTRACT)  # its run has written down that it is
            update = SliceUpdate(ready)
            whole = slice_.loaded + len(there) >= slice_.to_load  # or pages have reached their end before it
            if not whole:
                if slice_.kind != SliceKind.EXTRACT or len(pages) < len(there):
                    return None
                anew = replace(ready, position="", page=0, rows=0, to_load=0, loaded=0, proof={}, notes={})
                update = SliceUpdate(anew)
            elif read_to_its_end(slice_):
                # All its pages may have been loaded meanwhile; then nobody else would close it.
                staged = replace(ready, state=SliceState.STAGED)
                update = close_slice(staged, cursor, from_doc(Run, run), keeps_cursor, now)
            update.write(tx)
            for page in pages if whole else ():
                again = replace(page, state=PageState.WAITING, alone=True, touched_at=now)
                tx.update(model.path(workspace, "pages", page.id), to_doc(again))
            tx.update(run_path, {"state": RunState.RUNNING, "finished_at": None, "problems": [], "untold_since": None})
            if connection is not None:
                tx.update(connection_path, {"look_at": sooner(connection, now + LOOK)})
            reads: list[Message] = [SliceReady(workspace, failed.id)] if update.slice_.state == SliceState.READY else []
            waiting = (pages and whole) or update.slice_.state == SliceState.STAGED
            loads: list[Message] = [TableReady(workspace, table)] if waiting else []
            return [*reads, *loads]

        nudges = self.documents.transact(work)
        if nudges is None:
            return False
        self.bus.publish(*nudges)
        if not nudges:
            Runs(self.documents, self.bus, self.clock).advance(workspace, failed.run)  # nothing was left to do
        return True

    def _keeps_cursor(self, workspace: str, table: str) -> bool:
        try:
            stream = filled(self.documents, workspace, table).stream
        except Bug:
            return False  # a stream that this version does not know: no reading will begin at its cursor
        return stream is not None and stream.keeps_cursor


def read_to_its_end(slice_: Slice) -> bool:
    """The last page leaves no position behind; a slice that never began has none either, but no page."""
    return slice_.kind != SliceKind.EXTRACT or (slice_.page > 0 and not slice_.position)
