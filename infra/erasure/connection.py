"""One connection ended: its access given back and destroyed; its rows kept, or dropped with the staged pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from google.api_core.exceptions import NotFound

from infra.erasure.closing import Closing, quiet_at
from infra.erasure.destroying import Destroyer
from infra.erasure.grants import Grants
from infra.erasure.receipt import Receipt, opened
from infra.stores import Stores
from shared import model
from shared.http import Http
from shared.model import Connection
from shared.sync.reports import platform_of
from shared.warehouse import names, runs


@dataclass(frozen=True)
class ConnectionErasure:
    stores: Stores
    http: Http
    connection: Connection

    def run(self, drop_rows: bool) -> tuple[Receipt, datetime | None]:
        """As for a workspace: the receipt, and the time after which another look is needed."""
        known, closing = self.connection, Closing(self.stores, self.connection.workspace)
        since = closing.disable(known.id)
        receipt = opened(
            self.stores.documents,
            f"{known.workspace}-{known.id}-{since:%Y%m%d%H%M%S}",
            f"connection {known.id} of workspace {known.workspace}: {known.platform}",
            since,
        )
        closing.stop_work(known.id)
        name = f"{known.platform} {known.id}"
        if name not in receipt.grants:
            receipt.grants[name] = Grants(self.stores, self.http).give_back(known, {known.id})
        receipt.keep(self.stores.documents)
        destroyer = Destroyer(self.stores, receipt)
        destroyer.secrets(known)
        if drop_rows:
            for folder in (known.platform, "tributary"):  # what it sent, and what its runs came to
                destroyer.objects(f"{known.workspace}/raw/{folder}/", known.id)
            self._drop_rows(receipt)
        destroyer.of_connection(known.workspace, known.id)
        quiet = quiet_at(since)
        if self.stores.clock.now() < quiet:
            return receipt, quiet
        receipt.finished_at = self.stores.clock.now()
        receipt.destroyed["documents: connections"] = 1
        receipt.keep(self.stores.documents)
        self.stores.documents.delete(model.path(known.workspace, "connections", known.id))
        return receipt, None

    def _drop_rows(self, receipt: Receipt) -> None:
        """Of its tables, what came from this connection; other accounts of the platform fill the same tables."""
        known, client = self.connection, self.stores.bigquery
        platform = platform_of(self.stores.documents, known.workspace, known.platform)
        ours = {runs.TABLE.name, *(platform.table(stream.name) for stream in platform.streams)}
        for dataset in (names.raw(known.workspace), names.history(known.workspace)):
            try:
                there = {table.table_id for table in client.list_tables(dataset) if table.table_type == "TABLE"}
            except NotFound:
                continue
            for table in sorted(ours & there):
                address = names.address(self.stores.settings.project, dataset, table)
                which = f"FROM {address} WHERE connection_id = {names.text(known.id)}"
                count = next(iter(client.query_and_wait(f"SELECT COUNT(*) AS n {which}"))).n
                if count:
                    client.query_and_wait(f"DELETE {which}")
                    receipt.destroyed["rows"] += count
                    receipt.keep(self.stores.documents)
