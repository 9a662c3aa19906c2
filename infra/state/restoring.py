"""An export made documents again. What was under way when it was made is closed: it begins anew from its cursors.

An export is not of one moment, and what happened after it is not in it. Cursors are never ahead of BigQuery, so reading
again from them is all that is needed, and rows that are there already are not doubled by it.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.state import values
from infra.state.exporting import BESIDE, FORMAT, MANIFEST, WITHIN, digest, file_name, manifest_of
from infra.state.shelves import Missing, Shelf
from infra.stores import Stores
from shared import model
from shared.oauth.accounts import secrets_of
from shared.stores.ports import Doc, Transaction

AT_ONCE = 300  # documents written in one commit
INTERRUPTED = {
    "code": "restored",
    "sentence": "This was under way when the state was restored; the next sync reads it again.",
    "detail": "",
    "move": "machine",
}


class Refused(Exception):
    """This cannot be restored, or not here; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    documents: dict[str, int]
    closed: int  # runs that were under way
    without_credential: tuple[str, ...]  # connections whose secret is not there: they must be connected again


def restore(stores: Stores, shelf: Shelf, over: bool = False) -> Restored:
    """Everything is read and checked before anything is written. `over`: write over what is there."""
    files = _checked(shelf)
    there = _first_there(stores)
    if there and not over:
        raise Refused(f"The database is not empty: it holds {there}. --over writes over what is there.")
    closed, connections = 0, []
    for name, docs in files.items():
        settled = [(path, _settled(name, doc, stores)) for path, doc in docs]
        closed += sum(one[1] != other[1] for one, other in zip(docs, settled, strict=True)) if name == "runs" else 0
        connections += [doc for _, doc in settled] if name == "connections" else []
        for chunk in _chunks(settled):
            stores.documents.transact(lambda tx, chunk=chunk: _write(tx, chunk))  # type: ignore[misc]
    missing = (doc["id"] for doc in connections if doc["secret"] and stores.vault.read(doc["secret"]) is None)
    return Restored({name: len(docs) for name, docs in files.items()}, closed, tuple(sorted(missing)))


def _checked(shelf: Shelf) -> dict[str, list[tuple[str, Doc]]]:
    try:
        manifest = manifest_of(shelf.read(MANIFEST))
        if manifest.get("format") != FORMAT:
            raise Refused(f"This export is of format {manifest.get('format')}, which this version does not know.")
        return {file["name"]: list(_read(shelf, file)) for file in manifest["files"] if file["name"] in _KNOWN}
    except Missing as missing:
        raise Refused(f"{missing} is not there: the export is not whole.") from None


_KNOWN = frozenset({*BESIDE, *WITHIN})


def _read(shelf: Shelf, file: dict[str, Any]) -> Iterator[tuple[str, Doc]]:
    packed = shelf.read(file_name(file["name"]))
    if digest(packed) != file["digest"]:
        raise Refused(f"{file_name(file['name'])} is not what the manifest says: the export is damaged.")
    for text in gzip.decompress(packed).splitlines():
        yield values.read(text)


def _first_there(stores: Stores) -> str:
    """A document that is there already, of those that an export brings."""
    first = (next(iter(stores.documents.each(name)), None) for name in BESIDE)
    return next((found[0] for found in first if found is not None), "")


def _settled(collection: str, doc: Doc, stores: Stores) -> Doc:
    """What was under way is over. Done twice it changes nothing."""
    if collection == "runs" and doc["state"] in model.OPEN_RUN:
        now = stores.clock.now()
        return {**doc, "state": model.FAILED, "finished_at": now, "problems": [INTERRUPTED], "untold_since": now}
    if collection == "slices" and doc["state"] in model.OPEN_SLICE:
        return {**doc, "state": model.FAILED, "problem": INTERRUPTED, "fence": doc["fence"] + 1, "lease_until": None}
    if collection == "pages" and doc["state"] == model.WAITING:
        return {**doc, "state": model.FAILED}
    if collection == "tables":
        return {**doc, "batch": "", "lease_until": None, "fence": doc["fence"] + 1, "attempts": 0, "problem": None}
    if collection == "connections":
        return {**doc, **_secret(doc, stores), "refresh_until": None, "refresh_fence": doc["refresh_fence"] + 1}
    return doc


def _secret(doc: Doc, stores: Stores) -> Doc:
    """Connected again since the export, it has another secret: the one that is there."""
    if not doc["secret"] or stores.vault.read(doc["secret"]) is not None:
        return {}
    names = stores.vault.named(secrets_of(model.from_doc(model.Connection, doc)))
    found = {name: kept[0] for name in names if (kept := stores.vault.read(name)) is not None}
    if len(found) != 1:  # none, or nobody knows which
        return {}
    (name, version), *_ = found.items()
    return {"secret": name, "secret_version": version}


def _write(tx: Transaction, docs: Iterable[tuple[str, Doc]]) -> None:
    for path, doc in docs:
        tx.set(path, doc)


def _chunks(docs: list[tuple[str, Doc]]) -> Iterator[list[tuple[str, Doc]]]:
    return (docs[start : start + AT_ONCE] for start in range(0, len(docs), AT_ONCE))
