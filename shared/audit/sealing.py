"""Once a minute, what was entered since is sealed: a batch, chained to the one before, and told to a locked log.

One transaction makes the seal, marks its entries and moves the head, so whoever is killed leaves all of it or none.
What was sealed and not told yet is told by the next one: at least once, and twice the same is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import log
from shared.audit.checking import walk
from shared.audit.entry import UNSEALED, leaf
from shared.audit.record import ENTRIES, entry_path
from shared.audit.seal import AT_ONCE, BEGINNING, HEAD, Seal, seal_doc, seal_of, seal_path
from shared.clock import Clock
from shared.stores.ports import Doc, Documents, Transaction

LONGEST = timedelta(seconds=45)  # of one turn; the next one is a minute away
BUSY = timedelta(minutes=30)  # after something was sealed, each minute is looked at
QUIET = timedelta(minutes=15)  # else only as often: a second database has no free tier
LATE = timedelta(minutes=20)
MOST_TOLD = 20  # findings, as lines of the log; the command shows all
TOLD = "audit sealed"  # the line that is kept where nobody can change it (terraform/audit.tf)
NOTHING: Doc = {"number": 0, "hash": BEGINNING, "told": 0, "walked": 0, "walked_on": ""}


def tell(seal: Seal) -> None:
    log.info("audit sealed", seal=seal.number, hash=seal.hash, entries=len(seal.entries))


@dataclass
class Sealer:
    documents: Documents  # the database of people
    clock: Clock
    tell: Callable[[Seal], None] = tell
    looked_at: datetime | None = None  # by this instance
    sealed_at: datetime | None = None

    def seal(self) -> int:
        """Seal all that was entered; how many seals that took. Once a day, walk what was added to the chain."""
        began, made = self.clock.now(), 0
        if not self._worth_a_look(began):
            return 0
        self.looked_at = began
        head = self._told()
        while self.clock.now() - began < LONGEST:
            seal = self._next()
            if seal is None:
                break
            made, self.sealed_at = made + 1, began
            head = self._told()
        if head["number"] and head["walked_on"] != f"{began:%Y-%m-%d}":
            self._walked(head)
        return made

    @property
    def busy(self) -> bool:
        """Whether something was entered lately."""
        return self.sealed_at is not None and self.clock.now() - self.sealed_at <= BUSY

    def _worth_a_look(self, now: datetime) -> bool:
        return self.busy or self.looked_at is None or now - self.looked_at >= QUIET

    def _next(self) -> Seal | None:
        found = self.documents.find(ENTRIES, ("seal", "==", UNSEALED), limit=AT_ONCE)
        if not found:
            return None
        oldest = min(doc["at"] for doc in found)
        if self.clock.now() - oldest > LATE:
            log.warning("audit seal is late", oldest=oldest)
        paths = [entry_path(doc["id"]) for doc in found]
        return self.documents.transact(lambda tx: self._sealed(tx, paths))

    def _sealed(self, tx: Transaction, paths: list[str]) -> Seal | None:
        head, *docs = tx.get_many([HEAD, *paths])
        head = head or NOTHING
        batch = sorted((doc for doc in docs if doc and doc["seal"] == UNSEALED), key=lambda doc: str(doc["id"]))
        if not batch:
            return None  # another one was quicker
        entries = tuple((doc["id"], leaf(doc)) for doc in batch)
        seal = Seal(head["number"] + 1, head["hash"], self.clock.now(), entries)
        tx.create(seal_path(seal.number), seal_doc(seal))
        for entry, _ in entries:
            tx.update(entry_path(entry), {"seal": seal.number})
        tx.set(HEAD, {**head, "number": seal.number, "hash": seal.hash})
        return seal

    def _told(self) -> Doc:
        """Tell what was not told yet; the head afterwards."""
        head = self.documents.get(HEAD) or NOTHING
        missing = range(head["told"] + 1, head["number"] + 1)
        if not missing:
            return head
        for number in missing:
            doc = self.documents.get(seal_path(number))
            if doc is None:
                log.failure("audit chain is broken", LookupError("a seal"), seal=number)
                continue
            self.tell(seal_of(doc))
        return self._moved("told", head["number"])

    def _moved(self, name: str, number: int, **more: str) -> Doc:
        def write(tx: Transaction) -> Doc:
            head = tx.get(HEAD) or NOTHING
            moved: Doc = {**head, name: max(head[name], number), **more}
            tx.set(HEAD, moved)
            return moved

        return self.documents.transact(write)

    def _walked(self, head: Doc) -> None:
        """From the last seal that was walked to the newest, with all of their entries."""
        report = walk(self.documents, self.clock.now(), max(head["walked"], 1))
        for finding in report.findings[:MOST_TOLD]:
            log.failure("audit chain is broken", LookupError(finding.what), kind=finding.what, seal=finding.seal)
        self._moved("walked", report.last, walked_on=f"{self.clock.now():%Y-%m-%d}")
