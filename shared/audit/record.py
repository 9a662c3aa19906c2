"""How an entry comes into the log. An act whose entry cannot be written is refused: nothing is done unseen.

Three ways, by what the act is:

- It changes documents of the same database: `record_in` its transaction, so that neither is there without the other.
- It hands something out: `record` before the answer leaves.
- It acts elsewhere: `record` it as begun before, and its outcome after. Who may be killed in between and come again
  tells it by `record_once`, of which one entry comes however often it is called.
"""

from __future__ import annotations

from shared.audit.entry import Entry, doc_of
from shared.errors import Later
from shared.stores.ports import Documents, Transaction

ENTRIES = "audit_entries"


class Unwritten(Later):
    """The log did not take the entry, so the act must not happen."""


def record(documents: Documents, entry: Entry) -> str:
    """Append the entry (to the database of people); its id. Raises Unwritten, and then the act is refused."""
    doc = doc_of(entry)
    try:
        documents.create(entry_path(doc["id"]), doc)
    except Exception as error:
        raise Unwritten(
            "audit-unwritten", "What is done here is written down first, and that failed just now. Nothing was done."
        ) from error
    return str(doc["id"])


def record_once(documents: Documents, entry: Entry, name: str) -> None:
    """Append the entry of this name and moment, unless it is there. The right to create documents is enough for it."""
    doc = doc_of(entry, name)
    documents.create(entry_path(doc["id"]), doc)


def record_in(tx: Transaction, entry: Entry) -> str:
    """Append the entry with whatever else the transaction writes; all of it happens, or none."""
    doc = doc_of(entry)
    tx.create(entry_path(doc["id"]), doc)
    return str(doc["id"])


def entry_path(entry: str) -> str:
    return f"{ENTRIES}/{entry}"
