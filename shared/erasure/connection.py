"""One connection ended: its access given back and destroyed; its rows kept, or dropped with the staged pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared import model
from shared.erasure import jobs
from shared.erasure.allowances import counted_for
from shared.erasure.closing import A_WHILE, Closing, quiet_at
from shared.erasure.datasets import Datasets
from shared.erasure.destroying import Destroyer
from shared.erasure.grants import Grants
from shared.erasure.receipt import Receipt, of_doc, opened
from shared.http import Http
from shared.model import Connection
from shared.stores.holdings import Holdings


@dataclass(frozen=True)
class ConnectionErasure:
    stores: Holdings
    http: Http
    connection: Connection

    def run(self, drop_rows: bool, again: datetime | None = None) -> tuple[Receipt, datetime | None]:
        """As for a workspace: the receipt, and the time after which another look is needed.

        `again`: when the erasure of which this is another look began; ConnectedAgain if it is not going on any more.
        """
        known, closing = self.connection, Closing(self.stores, self.connection.workspace)
        began = self.stores.clock.now()
        since = closing.disable(known.id, again)
        receipt = opened(
            self.stores.documents,
            f"{_receipts(known)}{since:%Y%m%d%H%M%S}",
            f"{told(known.workspace, known.id)}{known.platform}",
            since,
        )
        closing.withdraw_links(known.id)
        closing.stop_work(known.id)
        Grants(self.stores, self.http, receipt).give_back([known])
        receipt.keep(self.stores.documents)
        before = quiet_at(receipt.cleared_at or began)
        waiting = jobs.under_way(self.stores, receipt, known.workspace, before) if drop_rows else []
        self._destroy(receipt, drop_rows)
        now = self.stores.clock.now()
        quiet = quiet_at(receipt.cleared(now))
        receipt.keep(self.stores.documents)
        if began < quiet or waiting:
            return receipt, max(quiet, now + A_WHILE)
        receipt.finished_at = now
        receipt.destroyed["documents: connections"] = 1
        Destroyer(self.stores, receipt).links(known)
        receipt.keep(self.stores.documents)
        self.stores.documents.delete(model.path(known.workspace, "connections", known.id))
        return receipt, None

    def once_more(self) -> Receipt:
        """Of a connection that has ended and whose document is gone: its rows, and whatever else is there of it."""
        receipt = last_receipt(self.stores, self.connection)
        if receipt is None:
            raise LookupError(self.connection.id)
        self._destroy(receipt, drop_rows=True)
        receipt.finished_at = self.stores.clock.now()
        receipt.keep(self.stores.documents)
        return receipt

    def _destroy(self, receipt: Receipt, drop_rows: bool) -> None:
        known, destroyer = self.connection, Destroyer(self.stores, receipt)
        destroyer.secrets(known)
        destroyer.choices(known.workspace, known)
        if drop_rows:
            destroyer.objects(known.workspace, known.id)
            Datasets(self.stores, receipt, known.workspace).drop_rows(known.id)
            destroyer.published(known.workspace)
        destroyer.of_connection(known.workspace, known.id, counted_for(self.stores.documents, [known]))


def ended(stores: Holdings, workspace: str, name: str) -> Connection | None:
    """What is known of a connection that has ended: its receipt says the platform."""
    asked = Connection(name, workspace, "", "", "")
    receipt = last_receipt(stores, asked)
    return Connection(name, workspace, receipt.of.removeprefix(told(workspace, name)), "", "") if receipt else None


def last_receipt(stores: Holdings, known: Connection) -> Receipt | None:
    found = [doc for doc in stores.documents.find("receipts") if doc["of"].startswith(told(known.workspace, known.id))]
    newest = max(found, key=lambda doc: doc["begun_at"], default=None)
    return of_doc(newest) if newest else None


def _receipts(known: Connection) -> str:
    return f"{known.workspace}-{known.id}-"


def told(workspace: str, name: str) -> str:
    """How the receipt of a connection begins to say what it is of."""
    return f"connection {name} of workspace {workspace}: "
