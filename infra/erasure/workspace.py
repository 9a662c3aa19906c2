"""Everything of a workspace, destroyed in order. It may be interrupted anywhere and begun again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.erasure.closing import Closing, quiet_at
from infra.erasure.destroying import Destroyer
from infra.erasure.grants import Grants
from infra.erasure.receipt import Receipt, of_doc, opened
from infra.stores import Stores
from shared.http import Http
from shared.model import Connection


@dataclass(frozen=True)
class WorkspaceErasure:
    stores: Stores
    http: Http
    workspace: str

    def run(self) -> tuple[Receipt, datetime | None]:
        """The receipt, and the time after which another look is needed; None: nothing of it is left."""
        closing = Closing(self.stores, self.workspace)
        since = closing.begin()
        receipt = opened(
            self.stores.documents, f"{self.workspace}-{since:%Y%m%d%H%M%S}", f"workspace {self.workspace}", since
        )
        receipt.keep(self.stores.documents)
        destroyer = Destroyer(self.stores, receipt)
        closing.withdraw_links()
        destroyer.choices(self.workspace)
        connections = closing.connections()
        latest = max([since, *(closing.disable(connection.id) for connection in connections)])
        closing.stop_work()
        self._give_back(connections, receipt)
        destroyer.secrets(self.workspace)
        destroyer.objects(f"{self.workspace}/")
        destroyer.datasets(self.workspace)
        destroyer.documents(self.workspace, [connection.id for connection in connections])
        quiet = quiet_at(latest)
        if self.stores.clock.now() < quiet:
            return receipt, quiet
        receipt.finished_at = self.stores.clock.now()
        receipt.keep(self.stores.documents)
        closing.end()
        return receipt, None

    def _give_back(self, connections: list[Connection], receipt: Receipt) -> None:
        grants, leaving = Grants(self.stores, self.http), {connection.id for connection in connections}
        for connection in connections:
            name = f"{connection.platform} {connection.id}"
            if name not in receipt.grants:
                receipt.grants[name] = grants.give_back(connection, leaving)
                receipt.keep(self.stores.documents)


def last_receipt(stores: Stores, workspace: str) -> Receipt | None:
    """Of a workspace that is gone."""
    found = stores.documents.find("receipts", ("of", "==", f"workspace {workspace}"))
    newest = max(found, key=lambda doc: doc["begun_at"], default=None)
    return of_doc(newest) if newest else None
