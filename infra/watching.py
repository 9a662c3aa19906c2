"""Reads the documents that `shared/sync/status.py` makes sense of."""

from __future__ import annotations

from infra.stores import Stores
from shared import model
from shared.stores.ports import Doc
from shared.sync.status import ConnectionStatus, RunStatus, connection_status, run_status

RUNS = 1  # shown per connection unless more are asked for


def connections(stores: Stores, workspace: str = "") -> list[Doc]:
    """Of one workspace, or of all."""
    if workspace:
        found = stores.documents.find(f"{model.workspace_path(workspace)}/connections")
    else:
        found = stores.documents.find_all("connections")
    return sorted(found, key=lambda doc: (doc["workspace"], doc["platform"], doc["title"]))


def runs(stores: Stores, connection: Doc, most: int = RUNS) -> list[RunStatus]:
    """The newest first."""
    collection = f"{model.workspace_path(connection['workspace'])}/runs"
    docs = stores.documents.find(collection, ("connection", "==", connection["id"]))
    docs.sort(key=lambda doc: doc["started_at"], reverse=True)
    return [run(stores, doc) for doc in docs[:most]]


def run(stores: Stores, doc: Doc) -> RunStatus:
    collection = f"{model.workspace_path(doc['workspace'])}/slices"
    slices = stores.documents.find(collection, ("run", "==", doc["id"]))
    return run_status(doc, slices, stores.clock.now())


def status(stores: Stores, workspace: str = "", most: int = RUNS) -> list[ConnectionStatus]:
    now = stores.clock.now()
    return [
        connection_status(doc, now, runs(stores, doc, most), debts(stores, doc))
        for doc in connections(stores, workspace)
    ]


def debts(stores: Stores, connection: Doc) -> list[Doc]:
    collection = f"{model.workspace_path(connection['workspace'])}/debts"
    return stores.documents.find(collection, ("connection", "==", connection["id"]))
