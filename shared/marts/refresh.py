"""Puts the table of runs right, whatever became of it. `tell_run` fills it from day to day, by the same code."""

from __future__ import annotations

from google.api_core.exceptions import NotFound

from shared import model
from shared.marts.stores import Loading as Stores
from shared.messages import TableReady
from shared.model import Run, from_doc
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.sync.load import Loader
from shared.sync.telling import Said, Teller
from shared.warehouse import names
from shared.warehouse.runs import TABLE

PATIENCE = 60  # looks, a second apart, while another worker has the table


def refresh(stores: Stores, workspace: str) -> int:
    """Tell BigQuery of every run that has ended and that it does not know as it is; how many rows those were."""
    teller = Teller(stores.documents, stores.objects, stores.bus, stores.clock)
    said, now = _said(stores, workspace), stores.clock.now()
    runs = stores.documents.find(f"{model.workspace_path(workspace)}/runs")
    told = sum(teller.tell(from_doc(Run, doc), now, said) for doc in runs)
    _load(stores, workspace)
    return told


def _said(stores: Stores, workspace: str) -> Said:
    """What the table says, as digests."""
    address = names.address(stores.settings.project, names.raw(workspace), names.table_name(TABLE.name))
    try:
        rows = Rows(stores.bigquery, stores.settings.project).query(
            f"SELECT run_id, stream, _hash FROM {address}"  # noqa: S608  the address is checked
        )
    except NotFound:
        return {}
    return {(row["run_id"], row["stream"]): row["_hash"] for row in rows}


def _load(stores: Stores, workspace: str) -> None:
    """As `load_batch` does, which may be at work on the same table: one at a time. The tick sees to what is left."""
    loader = Loader(stores.documents, stores.bus, BigQueryWarehouse(stores.settings), stores.clock)
    waiting = (("table", "==", TABLE.name), ("state", "==", model.WAITING))
    for _ in range(PATIENCE):
        if not stores.documents.find(f"{model.workspace_path(workspace)}/pages", *waiting, limit=1):
            return
        loader.handle(TableReady(workspace, TABLE.name))
        stores.clock.pause(1)
