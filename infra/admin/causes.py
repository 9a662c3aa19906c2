"""What failed and was not mended, by what caused it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared import model
from shared.model import Slice, from_doc
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.stores.ports import Doc

CAUSE = ("workspace", "connection", "platform", "code", "sentence")


def standing(stores: Stores, failed: Iterable[Doc]) -> list[Doc]:
    """Those of these slices that nothing has mended since.

    What a run that has ended did not read is owed, and is owed no longer once it is in BigQuery. What it did not mark
    or plan is made good by a later run that came to its end whole. A backfill and a replay owe nothing: what failed of
    them stands until it is tried again.
    """
    found = list(failed)
    runs = _there(stores, {_run(doc) for doc in found})
    ended = [doc for doc in found if _owes(runs.get(_run(doc)))]
    owed = _there(stores, {_debt(doc) for doc in ended if doc["kind"] == "extract"})
    connections = _there(stores, {_connection(doc) for doc in ended})
    mended = {
        doc["id"]
        for doc in ended
        if (_debt(doc) not in owed if doc["kind"] == "extract" else _whole_since(doc, connections))
    }
    return [doc for doc in found if doc["id"] not in mended]


def causes(failed: Iterable[Doc]) -> list[Doc]:
    """The same, once for each cause: how many slices, of which streams and runs, since when. The newest first."""
    by_cause: dict[tuple[str, ...], list[Doc]] = {}
    for doc in failed:
        whole: dict[str, Any] = {**doc, **(doc["problem"] or {})}
        by_cause.setdefault(tuple(str(whole.get(name, "")) for name in CAUSE), []).append(doc)
    found = [
        {
            **dict(zip(CAUSE, cause, strict=True)),
            "slices": len(docs),
            "streams": sorted({doc["stream"] for doc in docs}),
            "runs": sorted({doc["run"] for doc in docs}),
            "since": min((doc["touched_at"] for doc in docs if doc["touched_at"]), default=None),
        }
        for cause, docs in by_cause.items()
    ]
    return sorted(found, key=lambda each: each["since"].timestamp() if each["since"] else 0.0, reverse=True)


def _there(stores: Stores, paths: set[str]) -> dict[str, Doc]:
    asked = sorted(paths)
    return {path: doc for path, doc in zip(asked, stores.documents.get_many(asked), strict=True) if doc is not None}


def _run(doc: Doc) -> str:
    return model.path(doc["workspace"], "runs", doc["run"])


def _connection(doc: Doc) -> str:
    return model.path(doc["workspace"], "connections", doc["connection"])


def _whole_since(doc: Doc, connections: Mapping[str, Doc]) -> bool:
    last = connections.get(_connection(doc), {}).get("last_success_at")
    return last is not None and doc["touched_at"] is not None and last > doc["touched_at"]


def _owes(run: Doc | None) -> bool:
    return run is not None and run["finished_at"] is not None and bool(run.get("moves_cursors", True))


def _debt(doc: Doc) -> str:
    """Under the name that its stream has in this release, to which debts are moved."""
    part, platform = from_doc(Slice, doc), PLATFORMS.get(doc["platform"])
    stream = platform.today(part.stream) if platform else part.stream
    return model.path(part.workspace, "debts", model.cursor_id(part.connection, stream, part.partition))
