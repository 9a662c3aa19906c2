"""A write that is asked twice under one `Idempotency-Key` is done once, and answered twice.

The answer to the first is kept for a day. Whoever is killed between the act and its answer leaves a document that says
*begun*; when its lease has ended the act is done once more, which is why each act here is safe to repeat.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from shared.api.problems import Failure
from shared.clock import Clock
from shared.model import stable_id
from shared.stores.ports import Doc, Documents, Transaction

KEPT = timedelta(days=1)
LEASE = timedelta(minutes=1)
LARGEST = 200_000  # bytes of an answer that is kept
KEY = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Repeat:
    path: str
    name: str  # the same for the same subject and key: what an act may be named by
    asked: str  # digest of what was asked


@dataclass(frozen=True)
class Repeats:
    documents: Documents
    clock: Clock

    def named(self, subject: str, key: str, *asked: str) -> Repeat:
        if not KEY.fullmatch(key):
            raise Failure(400, "bad-idempotency-key", "An Idempotency-Key has 8 to 200 printable characters.")
        name = stable_id(subject, key)
        return Repeat(f"repeats/{name}", name, stable_id(*asked))

    def begin(self, repeat: Repeat) -> tuple[int, bytes] | None:
        """What was answered before; None: it is to be done now."""

        def work(tx: Transaction) -> Doc | None:
            doc, now = tx.get(repeat.path), self.clock.now()
            if doc is None or doc["expires_at"] <= now or (not doc["status"] and doc["lease_until"] <= now):
                if doc is not None and doc["expires_at"] > now and doc["asked"] != repeat.asked:
                    return doc
                tx.set(repeat.path, self._doc(repeat, 0, ""))
                return None
            return doc

        doc = self.documents.transact(work)
        if doc is None:
            return None
        if doc["asked"] != repeat.asked:
            raise Failure(422, "idempotency-key-reused", "Something else was asked under this Idempotency-Key before.")
        if not doc["status"]:
            raise Failure(409, "under-way", "The same is being done just now.", headers={"Retry-After": "5"})
        if not doc["body"]:
            raise Failure(409, "given-before", "This was done, and what it gave is shown once only.")
        return int(doc["status"]), str(doc["body"]).encode()

    def keep(self, repeat: Repeat, status: int, body: bytes) -> None:
        """Nothing is kept of an answer that holds a secret: `body` is empty then."""
        text = body.decode() if len(body) <= LARGEST else ""
        self.documents.set(repeat.path, self._doc(repeat, status, text))

    def forget(self, repeat: Repeat) -> None:
        """It came to nothing, so it may be asked again."""
        self.documents.delete(repeat.path)

    def _doc(self, repeat: Repeat, status: int, body: str) -> Doc:
        now = self.clock.now()
        return {
            "asked": repeat.asked, "status": status, "body": body, "lease_until": now + LEASE, "expires_at": now + KEPT,
        }  # fmt: skip
