"""Who may touch which document: locks, and what happens when two transactions want the same one.

As in the service's default mode, a read in a transaction locks the document, and others wait. Two rules
keep waiting short without ever losing an update:

- who waits on itself through others (a deadlock) costs the youngest transaction of the circle its place;
- a transaction that holds a lock and says nothing for `patience` loses its place to the one who waits
  (its process may be gone). Every retry is granted one `patience` more.

A transaction that lost its place is not told until it commits: that gets ABORTED, the one answer after
which `firestore.transactional` tries again by itself. Locks here are exclusive, also for reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Condition

from infra.local.firestore.queries import Query
from infra.local.refusal import aborted, invalid

_REMEMBERED = 10_000  # finished transactions, so that a late rollback is recognised


@dataclass(slots=True)
class ReadQuery:
    """A query made in a transaction: its outcome must still hold at the commit."""

    query: Query
    micros: int
    found: list[tuple[str, int]]


@dataclass(slots=True, eq=False)
class Transaction:
    """One attempt at a transaction."""

    id: bytes
    began: int  # the first attempt's place in line
    attempt: int
    snapshot: int | None  # read-only: the moment it sees
    seen: float  # when it last asked for something
    open: bool = True
    doomed: bool = False
    locks: set[str] = field(default_factory=set)
    queries: list[ReadQuery] = field(default_factory=list)
    waits_for: str | None = None

    @property
    def read_only(self) -> bool:
        """Whether it may only read."""
        return self.snapshot is not None


class Transactions:
    """All transactions, and the locks they hold. Every method is called with `turn` held."""

    def __init__(self, turn: Condition, patience: float, now: Callable[[], float] = time.monotonic) -> None:
        self._turn = turn
        self._patience = patience
        self._now = now
        self._count = 0
        self._known: dict[bytes, Transaction] = {}
        self._holders: dict[str, Transaction] = {}

    def begin(self, retry_of: bytes = b"", snapshot: int | None = None) -> Transaction:
        """Start a transaction; one that retries another keeps its place in line."""
        self._count += 1
        first = self._known.get(retry_of)
        transaction = Transaction(
            id=b"transaction-%d" % self._count,
            began=first.began if first else self._count,
            attempt=first.attempt + 1 if first else 1,
            snapshot=snapshot,
            seen=self._now(),
        )
        if first:
            first.attempt = transaction.attempt
        self._known[transaction.id] = transaction
        while len(self._known) > _REMEMBERED:
            self.finish(self._known.pop(next(iter(self._known))))
        return transaction

    def get(self, name: bytes) -> Transaction:
        """An open transaction, by the id the client sends."""
        transaction = self._known.get(name)
        if transaction is None or not transaction.open:
            raise invalid("The referenced transaction has expired or is no longer valid.")
        transaction.seen = self._now()
        return transaction

    def rollback(self, name: bytes) -> None:
        """End a transaction without its writes; ending it twice is no error."""
        if name not in self._known:
            raise invalid("The referenced transaction has expired or is no longer valid.")
        self.finish(self._known[name])

    def finish(self, transaction: Transaction) -> None:
        """Close a transaction and let go of its locks."""
        transaction.open = False
        transaction.queries.clear()
        self._release(transaction)

    def lock(self, transaction: Transaction, names: Iterable[str]) -> None:
        """Lock documents for a transaction, waiting for others; a doomed one gets no locks."""
        for name in sorted(set(names) - transaction.locks):
            self._await(name, transaction)
            if transaction.doomed or not transaction.open:
                return
            self._holders[name] = transaction
            transaction.locks.add(name)
        transaction.seen = self._now()

    def check(self, transaction: Transaction) -> None:
        """Refuse to commit what lost its place."""
        if transaction.doomed or not transaction.open:
            self.finish(transaction)
            raise aborted("Too much contention on these documents. Please try again.")

    def await_free(self, names: Iterable[str]) -> None:
        """Wait until no transaction holds any of these: for writes outside transactions."""
        wanted = set(names)
        while held := [name for name in wanted if name in self._holders]:
            self._await(held[0], None)

    def _await(self, name: str, waiter: Transaction | None) -> None:
        while (holder := self._holders.get(name)) is not None and holder is not waiter:
            if waiter is not None:
                waiter.waits_for = name
                if victim := self._youngest_in_circle(waiter):
                    self._doom(victim)
                if waiter.doomed or not waiter.open:
                    break
                if self._holders.get(name) is not holder:
                    continue
            left = holder.seen + self._patience * holder.attempt - self._now()
            if left <= 0 and holder.waits_for is None:
                self._doom(holder)
            else:
                self._turn.wait(max(left, 0.05))
        if waiter is not None:
            waiter.waits_for = None
            waiter.seen = self._now()

    def _youngest_in_circle(self, start: Transaction) -> Transaction | None:
        circle = [start]
        while (name := circle[-1].waits_for) is not None and (holder := self._holders.get(name)) is not None:
            if holder is start:
                return max(circle, key=lambda each: each.began)
            if holder in circle:
                return None
            circle.append(holder)
        return None

    def _doom(self, transaction: Transaction) -> None:
        transaction.doomed = True
        self._release(transaction)

    def _release(self, transaction: Transaction) -> None:
        for name in transaction.locks:
            if self._holders.get(name) is transaction:
                del self._holders[name]
        transaction.locks.clear()
        self._turn.notify_all()
