"""A secret that is about to be written, or to go: told in a document first, so that no secret is ever untold.

Each connecting writes into a secret of its own. The document is written before the secret and goes in the transaction
in which the connection names it; in the same one the secret that the connection had before is told of. Whoever is
killed anywhere leaves a document, and whoever comes next does what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared import log, model
from shared.clock import Clock
from shared.model import Connection
from shared.stores.ports import Doc, Documents, Transaction, Vault

CONNECTING = timedelta(minutes=15)  # far longer than it takes from here to a connection
AT_ONCE = 5  # left-over secrets that one visit clears away


@dataclass(frozen=True)
class Intents:
    documents: Documents
    vault: Vault
    clock: Clock

    def begin(self, wanted: Connection) -> None:
        """Before the secret is written."""
        self.documents.set(_path(wanted.secret), {**_doc(wanted), "until": self.clock.now() + CONNECTING})

    def holds(self, tx: Transaction, wanted: Connection) -> bool:
        """Whether the secret may still be used: nobody has begun to clear it away."""
        doc = tx.get(_path(wanted.secret))
        return doc is not None and not doc["dropped"]

    def replace_secret(self, tx: Transaction, wanted: Connection, before: Connection | None) -> None:
        """The connection names its secret from now on; the one that it had is to go."""
        tx.delete(_path(wanted.secret))
        if before is not None and before.secret not in {"", wanted.secret}:
            tx.set(_path(before.secret), {**_doc(before), "until": self.clock.now(), "dropped": True})

    def drop(self, secret: str) -> None:
        """The secret first, the document last. Nobody waits for it: what fails is done by whoever comes next."""
        try:
            self.vault.delete(secret)
            self.documents.delete(_path(secret))
        except Exception as error:
            log.failure("a secret stays for now", error)

    def clear(self) -> None:
        """What was left by processes that died; it must never stand in the way of who is connecting now."""
        try:
            for doc in self.documents.find("intents", ("until", "<=", self.clock.now()), limit=AT_ONCE):
                if self.documents.transact(lambda tx, doc=doc: self._to_go(tx, doc)):  # type: ignore[misc]
                    self.drop(doc["secret"])
        except Exception as error:
            log.failure("left-over secrets stay for now", error)

    def _to_go(self, tx: Transaction, doc: Doc) -> bool:
        """Decided in a transaction, so that a connecting which is late cannot name it any more."""
        connection = tx.get(model.path(doc["workspace"], "connections", doc["connection"]))
        if connection is not None and connection["secret"] == doc["secret"]:
            tx.delete(_path(doc["secret"]))
            return False
        tx.set(_path(doc["secret"]), {**doc, "dropped": True})
        return True


def _path(secret: str) -> str:
    return f"intents/{secret}"


def _doc(connection: Connection) -> Doc:
    return {
        "secret": connection.secret,
        "workspace": connection.workspace,
        "connection": connection.id,
        "dropped": False,
    }
