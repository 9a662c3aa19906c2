"""Everything of a workspace, destroyed in order. It may be interrupted anywhere and begun again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.erasure import jobs
from shared.erasure.allowances import counted_for
from shared.erasure.closing import A_WHILE, Closing, quiet_at
from shared.erasure.datasets import Datasets
from shared.erasure.destroying import Destroyer
from shared.erasure.grants import Grants
from shared.erasure.receipt import Receipt, of_doc, opened
from shared.http import Http
from shared.stores.holdings import Holdings


@dataclass(frozen=True)
class WorkspaceErasure:
    stores: Holdings
    http: Http
    workspace: str

    def run(self) -> tuple[Receipt, datetime | None]:
        """The receipt, and the time after which another look is needed; None: nothing of it is left."""
        closing, began = Closing(self.stores, self.workspace), self.stores.clock.now()
        since = closing.begin()
        receipt = opened(
            self.stores.documents, f"{self.workspace}-{since:%Y%m%d%H%M%S}", f"workspace {self.workspace}", since
        )
        receipt.keep(self.stores.documents)
        destroyer = Destroyer(self.stores, receipt)
        closing.withdraw_links()
        destroyer.choices(self.workspace)
        connections = closing.connections()
        whose = closing.remember(counted_for(self.stores.documents, connections))
        latest = max([since, *(closing.disable(connection.id) for connection in connections)])
        closing.stop_work()
        Grants(self.stores, self.http, receipt).give_back(connections)
        waiting = jobs.under_way(self.stores, receipt, self.workspace)
        jobs.cancel(self.stores, waiting)
        destroyer.secrets(self.workspace)
        destroyer.objects(self.workspace)
        Datasets(self.stores, receipt, self.workspace).drop()
        destroyer.published(self.workspace)
        destroyer.documents(self.workspace, whose)
        now = self.stores.clock.now()
        quiet = quiet_at(max(latest, receipt.cleared(now)))
        receipt.keep(self.stores.documents)
        if began < quiet or waiting:
            return receipt, max(quiet, now + A_WHILE)
        receipt.finished_at = now
        receipt.keep(self.stores.documents)
        closing.end()
        return receipt, None


def last_receipt(stores: Holdings, workspace: str) -> Receipt | None:
    """Of a workspace that is gone."""
    found = stores.documents.find("receipts", ("of", "==", f"workspace {workspace}"))
    newest = max(found, key=lambda doc: doc["begun_at"], default=None)
    return of_doc(newest) if newest else None
