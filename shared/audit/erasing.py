"""A person is taken out of the log: who, on what and from where go, with the salt. That something happened stays.

The erasure is an entry itself, and binds the names of the entries that it took: so what somebody else blanks is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from shared.audit.entry import ERASABLE, Origin
from shared.audit.record import ENTRIES, entry_path, record_in
from shared.clock import Clock
from shared.stores.ports import Doc, Documents, Transaction

AT_ONCE = 200  # entries of one transaction
ERASED = "audit.erased"
FIELDS = ("who", "of")


def erase(documents: Documents, clock: Clock, by: Origin, field: str, value: str) -> int:
    """All entries of which this field has this value (`who`: person:ID; `of`: what was theirs). How many there were."""
    if field not in FIELDS or not value:
        raise ValueError(f"entries are not found by {field!r}")
    found = documents.each(ENTRIES, (field, "==", value))
    paths = [entry_path(doc["id"]) for _, doc in found if doc["act"] != ERASED]
    count = 0
    for start in range(0, len(paths), AT_ONCE):
        part = paths[start : start + AT_ONCE]

        def work(tx: Transaction, part: Sequence[str] = part) -> int:
            return _taken(tx, clock, by, field, value, part)

        count += documents.transact(work)
    return count


def _taken(tx: Transaction, clock: Clock, by: Origin, field: str, value: str, paths: Sequence[str]) -> int:
    docs = [doc for doc in tx.get_many(paths) if doc is not None and doc[field] == value]
    if not docs:
        return 0
    names = [str(doc["id"]) for doc in docs]
    entry = by.entry(clock.now(), ERASED, "audit", count=str(len(names)), names=names_digest(names))
    act = record_in(tx, entry)
    for name in names:
        tx.update(entry_path(name), {**_blank(), "salt": "", "erased_by": act})
    return len(names)


def _blank() -> Doc:
    return {name: {} if name == "details" else "" for name in ERASABLE}


def names_digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
