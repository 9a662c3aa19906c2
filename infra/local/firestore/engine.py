"""The Firestore stand-in itself: commits, reads, queries and transactions over the documents."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Condition

from infra.local.firestore import queries, writes
from infra.local.firestore.documents import Documents, Stored
from infra.local.firestore.indexes import Index, needed
from infra.local.firestore.transactions import ReadQuery, Transaction, Transactions
from infra.local.firestore.values import check_name, field_path
from infra.local.persistence import Keeping, Nowhere
from infra.local.refusal import Refusal, invalid
from infra.local.wire import Proto

_MICRO = 1_000_000


@dataclass(frozen=True)
class Committed:
    """What a commit did: its time, and each write's new document (None: deleted) and transform results."""

    micros: int
    outcomes: tuple[writes.Outcome, ...]


class Firestore:
    """Every database of every project. Thread-safe; one commit is a matter of microseconds."""

    def __init__(
        self,
        keeping: Keeping | None = None,
        now: Callable[[], float] = time.time,
        lock_patience: float = 1.0,
        ttl: dict[str, str] | None = None,
    ) -> None:
        self._keeping = keeping or Nowhere()
        self._now = now
        self._turn = Condition()
        self._documents = Documents()
        self._transactions = Transactions(self._turn, lock_patience)
        self._ttl = dict(ttl or {})
        self._indexes: set[Index] = set()
        for _, kept in self._keeping.load():
            self._documents.restore(writes.Document.FromString(kept))

    # Transactions

    def begin(self, retry_of: bytes = b"", *, read_only: bool = False, at: int | None = None) -> bytes:
        """Start a transaction; a read-only one sees one moment: the one asked for, or this one."""
        with self._turn:
            snapshot = (self._documents.last_micros if at is None else at) if read_only else None
            return self._transactions.begin(retry_of, snapshot).id

    def rollback(self, transaction: bytes) -> None:
        """End a transaction without its writes."""
        with self._turn:
            self._transactions.rollback(transaction)

    # Writing

    def commit(self, database: str, listed: Sequence[Proto], transaction: bytes = b"") -> Committed:
        """Apply writes all together or not at all."""
        names = [writes.target(write, database) for write in listed]
        with self._turn:
            if not transaction:
                self._transactions.await_free(names)
                return self._apply(names, listed)
            ours = self._transactions.get(transaction)
            if ours.read_only and listed:
                raise invalid("Cannot modify entities in a read-only transaction.")
            self._transactions.check(ours)
            self._transactions.lock(ours, names)
            self._check_queries(ours)
            self._transactions.check(ours)
            try:
                return self._apply(names, listed)
            finally:
                self._transactions.finish(ours)

    def write_each(self, database: str, listed: Sequence[Proto]) -> list[Committed | Refusal]:
        """Apply writes one by one, each on its own (BatchWrite)."""
        names = [writes.target(write, database) for write in listed]
        if len(set(names)) < len(names):
            raise invalid("the same document cannot be written more than once in a single request")
        results: list[Committed | Refusal] = []
        for write in listed:
            try:
                results.append(self.commit(database, [write]))
            except Refusal as refusal:
                results.append(refusal)
        return results

    def _apply(self, names: list[str], listed: Sequence[Proto]) -> Committed:
        micros = max(int(self._now() * _MICRO), self._documents.last_micros + 1)
        after: dict[str, Proto | None] = {}
        outcomes = []
        for name, write in zip(names, listed, strict=True):
            before = after[name] if name in after else self._document(name)
            writes.check_precondition(write.current_document, name, before)
            outcomes.append(writes.apply(write, before, micros))
            after[name] = outcomes[-1].document
        self._keeping.write({name: new.SerializeToString() if new else None for name, new in after.items()})
        self._documents.apply({name: Stored(new) if new else None for name, new in after.items()}, micros)
        return Committed(micros, tuple(outcomes))

    def _document(self, name: str) -> Proto | None:
        stored = self._documents.get(name)
        return stored.document if stored else None

    # Reading

    def moment(self, transaction: bytes = b"", at: int | None = None) -> int:
        """The time, in microseconds, whose state a read shows."""
        with self._turn:
            ours = self._transactions.get(transaction) if transaction else None
            snapshot = ours.snapshot if ours else at
            return max(int(self._now() * _MICRO), self._documents.last_micros) if snapshot is None else snapshot

    def get(
        self, database: str, names: Sequence[str], transaction: bytes = b"", at: int | None = None
    ) -> list[Stored | None]:
        """Documents by name, all at one moment; in a transaction they are locked."""
        for name in names:
            check_name(name, database)
        with self._turn:
            if transaction:
                ours = self._transactions.get(transaction)
                at = ours.snapshot
                if not ours.read_only:
                    self._transactions.lock(ours, names)
            return [self._documents.get(name, at) for name in names]

    def query(self, parent: str, structured: Proto, transaction: bytes = b"", at: int | None = None) -> list[Stored]:
        """The documents a structured query finds; in a transaction they are locked."""
        query = queries.read(parent, structured)
        index = needed(query)
        with self._turn:
            if index is not None:
                self._indexes.add(index)
            if not transaction:
                return queries.run(query, self._documents, at)
            ours = self._transactions.get(transaction)
            if ours.read_only:
                return queries.run(query, self._documents, ours.snapshot)
            found = self._lock_found(ours, query)
            ours.queries.append(ReadQuery(query, self._documents.last_micros, _versions(found)))
            return found

    def _lock_found(self, ours: Transaction, query: queries.Query) -> list[Stored]:
        """Run a query until what it finds is what is locked: others may write while this one waits."""
        while True:
            found = queries.run(query, self._documents)
            if ours.doomed or {stored.name for stored in found} <= ours.locks:
                return found
            self._transactions.lock(ours, [stored.name for stored in found])

    def _check_queries(self, ours: Transaction) -> None:
        """A document that would now be found, and was not then, costs the transaction its place."""
        for read in ours.queries:
            if read.micros == self._documents.last_micros:
                continue
            if _versions(queries.run(read.query, self._documents)) != read.found:
                ours.doomed = True

    def names(self, collection: str, *, missing: bool, at: int | None = None) -> list[str]:
        """Names in a collection, in order; `missing` adds those that only have documents below them."""
        with self._turn:
            if missing:
                return queries.names_within(collection, self._documents, at)
            return sorted(self._documents.within(collection, at), key=lambda name: name.split("/"))

    def collection_ids(self, parent: str, at: int | None = None) -> list[str]:
        """Ids of the collections directly below a document or the root."""
        with self._turn:
            return queries.ids_below(parent, self._documents, at)

    def indexes_needed(self) -> list[Index]:
        """Every index the service would have had to be given for the queries made so far."""
        with self._turn:
            return sorted(self._indexes)

    # Time to live

    def expire(self, group: str, field: str | None) -> None:
        """Set (or with None, remove) the field that says when a collection group's documents end."""
        with self._turn:
            self._ttl.pop(group, None)
            if field is not None:
                self._ttl[group] = field

    def sweep(self, now: float) -> int:
        """Delete what has expired by `now`; gives how many.

        The service does this some time within a day of the moment, as plain deletes; code must not
        rely on a document being gone, and a test calls this when it wants it gone.
        """
        with self._turn:
            due = [stored.name for group, field in self._ttl.items() for stored in self._expired(group, field, now)]
            self._transactions.await_free(due)
            micros = max(int(self._now() * _MICRO), self._documents.last_micros + 1)
            self._keeping.write(dict.fromkeys(due))
            self._documents.apply(dict.fromkeys(due), micros)
            return len(due)

    def _expired(self, group: str, field: str, now: float) -> Iterable[Stored]:
        path, moment = field_path(field), (3, int(now), int(now % 1 * 1_000_000_000))
        for collection in self._documents.collections():
            if collection.rpartition("/")[2] == group:
                for stored in self._documents.within(collection).values():
                    key = stored.key(path)
                    if key is not None and key[0] == moment[0] and key <= moment:
                        yield stored

    def close(self) -> None:
        """Let go of the file, when there is one."""
        with self._turn:
            self._keeping.close()


def _versions(found: Iterable[Stored]) -> list[tuple[str, int]]:
    return [(stored.name, stored.document.update_time.ToMicroseconds()) for stored in found]
