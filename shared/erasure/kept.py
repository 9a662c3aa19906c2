"""Messages that no function could handle are kept aside with their text (`shared/edge.py`): which of them are whose.

A name is compared with the field that names such a thing. A workspace may be called like a stream or a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared import model
from shared.stores.ports import Doc, Documents


def of_workspace(documents: Documents, workspace: str) -> Iterator[str]:
    return (path for path, doc in documents.each("failures") if _says(doc, "workspace") == workspace)


def of_connection(documents: Documents, workspace: str, connection: str) -> Iterator[str]:
    """Those that name it, or a slice or run of it as long as these are there."""
    home, ours = model.workspace_path(workspace), ("connection", "==", connection)
    known = {field: _ids(documents, f"{home}/{field}s", ours) for field in ("slice", "run")}
    known["connection"] = {connection}
    for path, doc in documents.each("failures"):
        if _says(doc, "workspace") == workspace and any(_says(doc, field) in ids for field, ids in known.items()):
            yield path


def _ids(documents: Documents, collection: str, ours: tuple[str, str, str]) -> set[str]:
    return {doc["id"] for doc in documents.find(collection, ours)}


def _says(failure: Doc, field: str) -> str:
    """What the message said there; its text may be cut off, so it is not read as a whole."""
    found = re.search(rf'"{field}"\s*:\s*"([^"\\]*)"', failure["data"])
    return found[1] if found else ""
