"""An export made documents again. What was under way when it was made is closed: it begins anew from its cursors.

An export is not of one moment, and what happened after it is not in it. A cursor may be ahead of what its run had still
to do (sync/standing.py), so cursors of runs under way are put back. Reading again changes nothing that is there.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from infra.state import people, sealing, values
from infra.state.checking import Odd, whole, withdrawn
from infra.state.exporting import BESIDE, FORMAT, MANIFEST, WITHIN, digest, file_name, manifest_of
from infra.state.targets import Missing, Shelf
from shared.audit.entry import Origin
from shared.clock import parse
from shared.errors import Move
from shared.feeds.projecting import Projector
from shared.model import Connection, Cursor, from_doc
from shared.oauth.accounts import secrets_of
from shared.people.roles import word_of
from shared.states import OPEN_RUN, OPEN_SLICE, Cause, PageState, RunState, SliceState
from shared.stores.installation import Stores
from shared.stores.ports import Doc, Transaction
from shared.sync.data_changes import note_change
from shared.sync.standing import put_back, uncertain

AT_ONCE = 300  # documents written in one commit
SOMEBODY = Origin(who="operator:unknown", route="state restore")
MARK = "restores/now"  # says which export is being restored, and how far it is
LEFT_ALONE = {"workspaces", "budgets", "failures"}  # Terraform and functions write these by themselves
INTERRUPTED = {
    "code": "restored",
    "sentence": "This was under way when the state was restored; the next sync reads it again.",
    "detail": "",
    "move": Move.MACHINE,
}
Chunk = list[tuple[str, Doc | None]]  # None: this is not to be there
Files = dict[str, Chunk]


class Refused(Exception):
    """This cannot be restored, or not here; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    documents: dict[str, int]
    closed: int  # runs that were under way
    without_credential: tuple[str, ...]  # connections whose secret is not there: they must be connected again
    withdrawn: int  # links that were open
    people: people.Ended


def restore(stores: Stores, shelf: Shelf, over: bool = False, of: str = "", by: Origin = SOMEBODY) -> Restored:
    """Everything is read and checked before anything is written. One that was interrupted is carried on with by itself.

    `over`: write over what is there. `of`: the project in which it was made, when its seal cannot be checked here.
    `by`: who does this, as the audit is told.
    """
    manifest = _manifest(stores, shelf, of)
    files = _checked(shelf, manifest)
    persons = _people(shelf, manifest)
    name = digest(orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS))
    begun, done = _begun(stores, name, over)
    settled, withdrawn_links = _settled(files, stores, begun)
    closed = [doc for _, doc in files["runs"] if doc["state"] in OPEN_RUN] if "runs" in files else []
    for number, chunk in enumerate((chunk for docs in settled.values() for chunk in _chunks(docs)), start=1):
        if number > done:

            def write(tx: Transaction, chunk: Chunk = chunk, number: int = number) -> None:
                _write(tx, chunk, number)

            stores.documents.transact(write)
    ended = people.restore(stores.people, stores.clock, persons, parse(manifest["exported_at"]), begun, by)
    for path, doc in settled.get("workspaces", []):
        if doc is not None:  # what was published is not in an export, and its settings may be others by now
            note_change(stores.documents, stores.clock, path.partition("/")[2], Cause.SETTINGS)
    projector = Projector(stores.people, stores.feeds, stores.clock, word_of(stores.people))
    projector.everything()  # what opened feeds by keys that are void now opens nothing
    stores.documents.delete(MARK)
    connections = [doc for _, doc in settled.get("connections", []) if doc is not None]
    missing = (doc["id"] for doc in connections if doc["secret"] and stores.vault.read(doc["secret"]) is None)
    counted = {name: sum(doc is not None for _, doc in docs) for name, docs in settled.items()}
    counted[people.FILE] = len(persons)
    return Restored(counted, len(closed), tuple(sorted(missing)), withdrawn_links, ended)


# -- what is to be read ------------------------------------------------------------------------------------


def _manifest(stores: Stores, shelf: Shelf, of: str) -> dict[str, Any]:
    try:
        manifest = manifest_of(shelf.read(MANIFEST))
    except Missing as missing:
        raise Refused(f"{missing} is not there: the export is not whole.") from None
    if manifest.get("format") != FORMAT:
        raise Refused(f"This export is of format {manifest.get('format')}, which this version does not know.")
    made_in = str(manifest.get("project", ""))
    if made_in != (of or stores.settings.project):
        raise Refused(f"This is an export of the project {made_in[:80]!r}. If that is meant, say --of {made_in[:80]}.")
    if not of and not sealing.holds(stores, manifest):
        raise Refused(
            "The seal of this export is not of this installation's signing key: it was changed, it is of a release "
            f"without seals, or the key was made anew since. If you know where it comes from, say --of {made_in[:80]}."
        )
    return manifest


def _checked(shelf: Shelf, manifest: dict[str, Any]) -> dict[str, list[tuple[str, Doc]]]:
    try:
        files = {file["name"]: list(_read(shelf, file)) for file in manifest["files"] if file["name"] in _KNOWN}
        workspaces = {path.partition("/")[2] for path, _ in files.get("workspaces", [])}
        return {
            name: [(path, whole(name, path, doc, workspaces)) for path, doc in docs] for name, docs in files.items()
        }
    except Missing as missing:
        raise Refused(f"{missing} is not there: the export is not whole.") from None
    except Odd as odd:
        raise Refused(f"{odd}: this is no export of ours.") from None


def _people(shelf: Shelf, manifest: dict[str, Any]) -> list[tuple[str, Doc]]:
    """None in an export of a release that had no database of people."""
    files = [file for file in manifest["files"] if file["name"] == people.FILE]
    try:
        docs = [each for file in files for each in _read(shelf, file)]
    except Missing as missing:
        raise Refused(f"{missing} is not there: the export is not whole.") from None
    strange = next((path for path, _ in docs if not people.known(path)), "")
    if strange:
        raise Refused(f"{strange[:120]!r} is no path of the database of people: this is no export of ours.")
    return docs


_KNOWN = frozenset({*BESIDE, *WITHIN})


def _read(shelf: Shelf, file: dict[str, Any]) -> Iterator[tuple[str, Doc]]:
    packed = shelf.read(file_name(file["name"]))
    if digest(packed) != file["digest"]:
        raise Refused(f"{file_name(file['name'])} is not what the manifest says: the export is damaged.")
    for text in gzip.decompress(packed).splitlines():
        yield values.read(text)


def _begun(stores: Stores, name: str, over: bool) -> tuple[datetime, int]:
    """When this restore began, and how many commits of it are written. Begins it, if nothing speaks against it."""
    mark = stores.documents.get(MARK)
    if mark is not None and mark["export"] == name:
        return mark["begun_at"], mark["written"]
    there = "" if over else _first_there(stores, mark)
    if there:
        raise Refused(f"The database is not empty: it holds {there}. --over writes over what is there.")
    now = stores.clock.now()
    stores.documents.set(MARK, {"export": name, "begun_at": now, "written": 0})
    return now, 0


def _first_there(stores: Stores, mark: Doc | None) -> str:
    """A document that is there already, of those that an export brings."""
    if mark is not None:
        return "a part of another export, whose restore was interrupted"
    beside = (next(iter(stores.documents.each(name)), None) for name in BESIDE if name not in LEFT_ALONE)
    found = next((path for path, _ in filter(None, beside)), "")
    within = (next(iter(stores.documents.find_all(name, limit=1)), None) for name in WITHIN)
    return found or next((f"{doc['id']} of {doc['workspace']}" for doc in within if doc is not None), "")


# -- what becomes of it ------------------------------------------------------------------------------------


def _settled(files: dict[str, list[tuple[str, Doc]]], stores: Stores, now: datetime) -> tuple[Files, int]:
    """What was under way is over. Done twice it changes nothing. And how many links are withdrawn."""
    found: Files = {}
    for name, docs in files.items():
        found[name] = [(path, _document(name, doc, stores, now)) for path, doc in docs]
    under_way = {
        (doc["workspace"], doc["connection"])
        for _, doc in files.get("runs", [])
        if doc["state"] in OPEN_RUN and doc["moves_cursors"]
    }
    over = {(doc["workspace"], doc["id"]): doc["ended_until"] for _, doc in files.get("connections", [])}
    found["cursors"] = [
        (path, _cursor(doc, over.get(owner)) if (owner := (doc["workspace"], doc["connection"])) in under_way else doc)
        for path, doc in files.get("cursors", [])
    ]
    links = files.get("links", [])
    return found, sum(doc != settled for (_, doc), (_, settled) in zip(links, found.get("links", []), strict=True))


def _cursor(doc: Doc, ended_until: datetime | None) -> Doc | None:
    """Where it stood before the runs that were under way, and those beside them."""
    cursor = from_doc(Cursor, doc)
    if not uncertain(cursor, ended_until):
        return doc
    back = put_back(cursor)
    return {**doc, "until": back.until, "stood": back.stood} if back is not None else None


def _document(collection: str, doc: Doc, stores: Stores, now: datetime) -> Doc:
    if collection == "runs" and doc["state"] in OPEN_RUN:
        return {**doc, "state": RunState.FAILED, "finished_at": now, "problems": [INTERRUPTED], "untold_since": now}
    if collection == "slices" and doc["state"] in OPEN_SLICE:
        return {
            **doc,
            "state": SliceState.FAILED,
            "problem": INTERRUPTED,
            "fence": doc["fence"] + 1,
            "lease_until": None,
        }
    if collection == "pages" and doc["state"] == PageState.WAITING:
        return {**doc, "state": PageState.FAILED}
    if collection == "tables":
        return {**doc, "batch": "", "lease_until": None, "fence": doc["fence"] + 1, "attempts": 0, "problem": None}
    if collection == "connections":
        return {**doc, **_secret(doc, stores), "refresh_until": None, "refresh_fence": doc["refresh_fence"] + 1}
    return withdrawn(doc, now) if collection == "links" else doc


def _secret(doc: Doc, stores: Stores) -> Doc:
    """Connected again since the export, it has another secret: the one that is there."""
    if not doc["secret"] or stores.vault.read(doc["secret"]) is not None:
        return {}
    names = stores.vault.named(secrets_of(from_doc(Connection, doc)))
    found = {name: kept[0] for name in names if (kept := stores.vault.read(name)) is not None}
    if len(found) != 1:  # none, or nobody knows which
        return {}
    (name, version), *_ = found.items()
    return {"secret": name, "secret_version": version}


def _write(tx: Transaction, docs: Chunk, number: int) -> None:
    for path, doc in docs:
        if doc is None:
            tx.delete(path)
        else:
            tx.set(path, doc)
    tx.update(MARK, {"written": number})


def _chunks(docs: Chunk) -> Iterator[Chunk]:
    return (docs[start : start + AT_ONCE] for start in range(0, len(docs), AT_ONCE))
