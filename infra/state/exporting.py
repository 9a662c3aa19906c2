"""Every collection that matters, one file each, and a manifest that is written last: no manifest, no export."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from infra.state import people, values
from infra.state.sealing import sealed
from infra.state.targets import Shelf
from shared.clock import iso
from shared.stores.installation import Stores
from shared.stores.ports import Doc, Documents

FORMAT = 1
MANIFEST = "manifest.json"
# Of each workspace, in the order in which they are written; work goes on meanwhile. Cursors come first, so that what a
# cursor says is borne out by all that is written after it. Debts come last: a run that has ended when runs are written
# has written its debts before, and what is paid since is in BigQuery. A debt too many costs one reading.
WITHIN = ("cursors", "connections", "reports", "runs", "slices", "pages", "batches", "tables", "debts")
BESIDE = ("workspaces", "closings", "links", "budgets", "failures", "receipts", "calls", "wishes")
# Not exported: `states`, `choices` and `outcomes` are attempts to connect, good for minutes; the browser begins again.
# `brand` is the agency's picture, which Terraform puts back.


@dataclass(frozen=True, slots=True)
class File:
    """One collection. Its digest tells whether it arrived whole."""

    name: str
    documents: int
    digest: str


def export(stores: Stores, shelf: Shelf) -> dict[str, int]:
    """How many documents of each collection were written."""
    files = [_write(shelf, name, _beside(stores.documents, name)) for name in BESIDE]
    workspaces = sorted(path.partition("/")[2] for path, _ in stores.documents.each("workspaces"))
    files += [_write(shelf, name, _within(stores.documents, workspaces, name)) for name in WITHIN]
    files.append(_write(shelf, people.FILE, people.everything(stores.people, workspaces)))
    manifest = {
        "format": FORMAT,
        "exported_at": iso(stores.clock.now()),
        "project": stores.settings.project,
        "database": stores.settings.database,
        "files": files,
    }
    manifest = orjson.loads(orjson.dumps(manifest))  # plain JSON: the seal is made of what will be read
    shelf.write(MANIFEST, orjson.dumps(sealed(stores, manifest), option=orjson.OPT_INDENT_2))
    return {file.name: file.documents for file in files}


def _beside(documents: Documents, collection: str) -> Iterator[tuple[str, Doc]]:
    yield from documents.each(collection)


def _within(documents: Documents, workspaces: Iterable[str], collection: str) -> Iterator[tuple[str, Doc]]:
    for workspace in workspaces:
        yield from documents.each(f"workspaces/{workspace}/{collection}")


def _write(shelf: Shelf, name: str, docs: Iterable[tuple[str, Doc]]) -> File:
    lines = [values.line(path, doc) for path, doc in docs]
    packed = gzip.compress(b"".join(lines), mtime=0)
    shelf.write(file_name(name), packed)
    return File(name, len(lines), digest(packed))


def file_name(collection: str) -> str:
    return f"{collection}.ndjson.gz"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest_of(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(data)
    return found
