"""How often a store of documents is read and written, as Firestore would charge for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.stores.ports import Doc, Documents, Transaction, Where

T = TypeVar("T")


@dataclass(frozen=True)
class _CountedTransaction:
    inner: Transaction
    counts: Counter[str]

    def get(self, path: str) -> Doc | None:
        return self.get_many([path])[0]

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        self.counts["reads"] += len(paths)
        return self.inner.get_many(paths)

    def create(self, path: str, doc: Doc) -> None:
        self.counts["writes"] += 1
        self.inner.create(path, doc)

    def set(self, path: str, doc: Doc) -> None:
        self.counts["writes"] += 1
        self.inner.set(path, doc)

    def update(self, path: str, changes: Doc) -> None:
        self.counts["writes"] += 1
        self.inner.update(path, changes)

    def delete(self, path: str) -> None:
        self.counts["deletes"] += 1
        self.inner.delete(path)


@dataclass(frozen=True)
class Counted:
    """Documents that are counted. A query that finds nothing is charged as one read."""

    inner: Documents
    counts: Counter[str] = field(default_factory=Counter)

    def get(self, path: str) -> Doc | None:
        self.counts["reads"] += 1
        return self.inner.get(path)

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        self.counts["reads"] += len(paths)
        return self.inner.get_many(paths)

    def create_missing(self, docs: Mapping[str, Doc]) -> int:
        made = self.inner.create_missing(docs)
        self.counts.update(reads=len(docs), writes=made)
        return made

    def create(self, path: str, doc: Doc) -> bool:
        self.counts["writes"] += 1
        return self.inner.create(path, doc)

    def set(self, path: str, doc: Doc) -> None:
        self.counts["writes"] += 1
        self.inner.set(path, doc)

    def delete(self, path: str) -> None:
        self.counts["deletes"] += 1
        self.inner.delete(path)

    def find(self, collection: str, *where: Where, **how: Any) -> list[Doc]:
        return self._found(self.inner.find(collection, *where, **how))

    def find_all(self, group: str, *where: Where, **how: Any) -> list[Doc]:
        return self._found(self.inner.find_all(group, *where, **how))

    def each(self, collection: str, *where: Where) -> Iterable[tuple[str, Doc]]:
        for path, doc in self.inner.each(collection, *where):
            self.counts["reads"] += 1
            yield path, doc

    def count(self, collection: str, *where: Where) -> int:
        self.counts["reads"] += 1
        return self.inner.count(collection, *where)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        return self.inner.transact(lambda tx: work(_CountedTransaction(tx, self.counts)))

    def _found(self, docs: list[Doc]) -> list[Doc]:
        self.counts["reads"] += max(1, len(docs))
        return docs
