"""Another chance for a slice that failed, from where it stood; its run is open again until it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared import model
from shared.clock import Clock
from shared.connectors import platform as platform_named
from shared.connectors.planning import asked_again
from shared.messages import Message, SliceReady, TableReady
from shared.model import Page, Slice, from_doc, to_doc
from shared.stores.ports import Bus, Documents, Transaction
from shared.sync.runs import LOOK, sooner


@dataclass(frozen=True)
class Retrier:
    documents: Documents
    bus: Bus
    clock: Clock

    def retry(self, workspace: str, name: str) -> bool:
        """False: there is no such slice, or it did not fail."""
        where = model.path(workspace, "slices", name)
        pages = self.documents.find(
            f"{model.workspace_path(workspace)}/pages", ("slice", "==", name), ("state", "==", model.FAILED)
        )

        def work(tx: Transaction) -> list[Message]:
            doc = tx.get(where)
            if doc is None or doc["state"] != model.FAILED:
                return []
            now, failed = self.clock.now(), from_doc(Slice, doc)
            run_path = model.path(workspace, "runs", failed.run)
            connection_path = model.path(workspace, "connections", failed.connection)
            run, connection = tx.get_many([run_path, connection_path])
            if run is None:
                return []
            ready = replace(asked_again(failed), fence=failed.fence + 1, touched_at=now, lease_until=None)
            if read_to_its_end(failed):
                ready = replace(ready, state=model.STAGED)
            tx.set(where, to_doc(ready))
            for page in (from_doc(Page, one) for one in pages):
                again = replace(page, state=model.WAITING, alone=True, touched_at=now)
                tx.set(model.path(workspace, "pages", page.id), to_doc(again))
            tx.update(run_path, {"state": model.RUNNING, "finished_at": None, "problems": [], "untold_since": None})
            if connection is not None:
                tx.update(connection_path, {"look_at": sooner(connection, now + LOOK)})
            table = TableReady(workspace, platform_named(failed.platform).table(failed.stream))
            if ready.state == model.STAGED:
                return [table]
            return [SliceReady(workspace, name), table] if pages else [SliceReady(workspace, name)]

        nudges = self.documents.transact(work)
        self.bus.publish(*nudges)
        return bool(nudges)


def read_to_its_end(part: Slice) -> bool:
    """The last page leaves no position behind; a slice that never began has none either, but no page."""
    return part.kind != "extract" or (part.page > 0 and not part.position)
