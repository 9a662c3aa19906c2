"""What runs have read and what proves it, as a table beside the rows: staged and loaded like any other page.

The documents of runs end after a while; this table and its history stay.
"""

from __future__ import annotations

import gzip
from typing import Any

from infra.stores import Stores
from infra.watching import connections, run
from shared import model
from shared.clock import iso
from shared.connectors import PLATFORMS
from shared.connectors.columns import columns
from shared.connectors.shaping import lines
from shared.model import Slice, from_doc
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.ports import Doc, Load, TableSpec
from shared.sync.status import MOVES, RunStatus, StreamStatus, Trouble

TABLE = TableSpec(
    "tributary_runs",
    columns(
        """
        run_id* text Run; stream* text Stream; platform text Platform; account_id text Account id on the platform
        source_table text Table of current rows; day date Day on which it began (UTC); reason text Why it ran
        state text completed, failed, partly, or where it stands; started_at time When it began
        finished_at time When it ended; rows_read int+ Rows that were read; pages int+ Pages
        calls int+ Calls to the platform; proof text equal, differs by, or not given
        records_told int~ Records that the platform says there are; records_read int~ Records that were read of these
        covers_from time Beginning of the time that was read; covers_until time End of the time that was read
        problem text What went wrong, in a sentence; whose_move text Who must act
        """
    ),
    ("run_id", "stream"),
    "Tributary: what runs have read, and what proves it",
)


def refresh(stores: Stores, workspace: str) -> int:
    """Tell BigQuery of all runs that are known; how many rows that were. What is there already does not change."""
    told = 0
    warehouse = BigQueryWarehouse(stores.settings)
    for connection in connections(stores, workspace):
        rows = [row for doc in _runs(stores, connection) for row in _rows(stores, connection, doc)]
        if rows:
            _load(stores, warehouse, workspace, connection["id"], rows)
            told += len(rows)
    return told


def _load(
    stores: Stores, warehouse: BigQueryWarehouse, workspace: str, connection: str, rows: list[dict[str, Any]]
) -> None:
    now = stores.clock.now()
    name = f"{workspace}/raw/tributary/{now:%Y-%m-%d}/{now:%H%M%S%f}/runs/{connection}/000000-0.ndjson.gz"
    constants = {"workspace_id": workspace, "connection_id": connection, "_synced_at": iso(now), "_page": name}
    described = {"connection": connection, "table": TABLE.name, "rows": str(len(rows)), "request": "documents of runs"}
    stores.objects.write(name, gzip.compress(b"".join(lines(rows, constants)), 1), described)
    load = Load(workspace, TABLE, model.short(name), (name,), (connection,), now, now)
    warehouse.prepare(workspace, TABLE)
    warehouse.stage(load)
    warehouse.apply(load)
    warehouse.discard(load)


def _runs(stores: Stores, connection: Doc) -> list[Doc]:
    collection = f"{model.workspace_path(connection['workspace'])}/runs"
    return stores.documents.find(collection, ("connection", "==", connection["id"]))


def _rows(stores: Stores, connection: Doc, doc: Doc) -> list[dict[str, Any]]:
    status = run(stores, doc)
    collection = f"{model.workspace_path(doc['workspace'])}/slices"
    parts = [from_doc(Slice, found) for found in stores.documents.find(collection, ("run", "==", doc["id"]))]
    return [_row(connection, status, stream, parts) for stream in status.streams]


def _row(connection: Doc, status: RunStatus, stream: StreamStatus, parts: list[Slice]) -> dict[str, Any]:
    platform = PLATFORMS[connection["platform"]]
    own = [part for part in parts if part.stream == stream.stream and part.kind != "sweep"]
    since = [part.since for part in own if part.since]
    until = [part.until for part in own if part.until]
    trouble = next((each for each in status.troubles if each.stream == stream.stream), Trouble("", "", "", ""))
    given = bool(stream.proof.theirs or stream.proof.ours)
    return {
        "run_id": status.id,
        "stream": stream.stream,
        "platform": platform.name,
        "account_id": connection["account"],
        "source_table": platform.table(stream.stream),
        "day": status.started_at.date().isoformat() if status.started_at else None,
        "reason": status.reason,
        "state": stream.state,
        "started_at": iso(status.started_at) if status.started_at else None,
        "finished_at": iso(status.finished_at) if status.finished_at else None,
        "rows_read": stream.rows,
        "pages": stream.pages,
        "calls": stream.calls,
        "proof": str(stream.proof),
        "records_told": stream.proof.theirs if given else None,
        "records_read": stream.proof.ours if given else None,
        "covers_from": iso(min(since)) if since else None,
        "covers_until": iso(max(until)) if until else None,
        "problem": trouble.sentence or None,
        "whose_move": MOVES.get(trouble.move, trouble.move) or None,
    }
