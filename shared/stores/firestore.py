"""Firestore behind the `Documents` port.

A single call is tried again by the client itself, for a minute or more. A transaction is ours to try again: all of it,
from its first reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Self, TypeVar

from google.api_core.exceptions import Aborted, AlreadyExists, NotFound
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.clock import Clock, SystemClock
from shared.retrying import MEETING, again
from shared.settings import Settings
from shared.stores.passing import passes
from shared.stores.ports import Doc, Transaction, Where

T = TypeVar("T")
AT_ONCE = 300  # documents written in one commit


@dataclass(frozen=True)
class _Transaction:
    """Reads see the start of the transaction; writes wait for its end."""

    client: Any
    inner: Any

    def get(self, path: str) -> Doc | None:
        return self.get_many([path])[0]

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        return _in_order(self.client, paths, self.inner)

    def create(self, path: str, doc: Doc) -> None:
        self.inner.create(self.client.document(path), doc)

    def set(self, path: str, doc: Doc) -> None:
        self.inner.set(self.client.document(path), doc)

    def update(self, path: str, changes: Doc) -> None:
        self.inner.update(self.client.document(path), changes)

    def delete(self, path: str) -> None:
        self.inner.delete(self.client.document(path))


def _in_order(client: Any, paths: Sequence[str], transaction: Any = None) -> list[Doc | None]:
    """Firestore answers in any order; callers want theirs."""
    if not paths:
        return []
    references = [client.document(path) for path in paths]
    found = {snapshot.reference.path: snapshot for snapshot in client.get_all(references, transaction=transaction)}
    return [_doc(found[path]) if path in found else None for path in paths]


def _doc(snapshot: Any) -> Doc | None:
    """None: there is no such document."""
    found: Doc | None = snapshot.to_dict()
    return None if found is None else {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    """Moments of the usual kind: those of Firestore's client only look so, and whoever writes JSON refuses them."""
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.time(), value.tzinfo)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class FirestoreDocuments:
    settings: Settings
    clock: Clock = SystemClock()

    @classmethod
    def of_people(cls, settings: Settings) -> Self:
        """The second database: people, keys, sessions and the audit log. Nobody but an operator reaches both."""
        return cls(replace(settings, database=settings.people_database))

    @classmethod
    def of_feeds(cls, settings: Settings) -> Self:
        """The third: what a feed's key opens, as the function `feed` sees it, its limits and who read it."""
        return cls(replace(settings, database=settings.feeds_database))

    @cached_property
    def client(self) -> Any:
        return firestore.Client(project=self.settings.project, database=self.settings.database)

    def get(self, path: str) -> Doc | None:
        return _doc(self.client.document(path).get())

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        return _in_order(self.client, paths)

    def create_missing(self, docs: Mapping[str, Doc]) -> int:
        made, paths = 0, list(docs)
        for start in range(0, len(paths), AT_ONCE):
            part = paths[start : start + AT_ONCE]

            def write(tx: Transaction, part: list[str] = part) -> int:
                missing = [path for path, doc in zip(part, tx.get_many(part), strict=True) if doc is None]
                for path in missing:
                    tx.create(path, docs[path])
                return len(missing)

            made += self.transact(write)
        return made

    def create(self, path: str, doc: Doc) -> bool:
        try:
            self.client.document(path).create(doc)
        except AlreadyExists:
            return False
        return True

    def set(self, path: str, doc: Doc) -> None:
        self.client.document(path).set(doc)

    def delete(self, path: str) -> None:
        self.client.document(path).delete()

    def find(self, collection: str, *where: Where, order: str | None = None, limit: int | None = None) -> list[Doc]:
        return _run(self.client.collection(collection), where, order, limit)

    def find_all(self, group: str, *where: Where, limit: int | None = None) -> list[Doc]:
        return _run(self.client.collection_group(group), where, None, limit)

    def each(self, collection: str, *where: Where) -> Iterable[tuple[str, Doc]]:
        for snapshot in _where(self.client.collection(collection), where).stream():
            yield snapshot.reference.path, _doc(snapshot) or {}

    def count(self, collection: str, *where: Where) -> int:
        query = _where(self.client.collection(collection), where)
        return int(query.count().get()[0][0].value)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run the work until it commits undisturbed. Creating what exists means: someone else was first, run again."""
        return again(self.clock, MEETING, lambda: self._once(self.client.transaction(max_attempts=1), work), _disturbed)

    def _once(self, inner: Any, work: Callable[[Transaction], T]) -> T:
        @firestore.transactional  # type: ignore[untyped-decorator]
        def attempt(transaction: Any) -> T:
            return work(_Transaction(self.client, transaction))

        result: T = attempt(inner)
        return result


def _disturbed(error: BaseException) -> bool:
    """Whether somebody else was in the way, or the service out of order for a moment."""
    if isinstance(error, ValueError):  # how the client says that its tries are used up
        return isinstance(error.__cause__, Aborted)
    return isinstance(error, (AlreadyExists, NotFound)) or passes(error)


def _where(query: Any, where: Sequence[Where]) -> Any:
    for name, operator, value in where:
        query = query.where(filter=FieldFilter(name, operator, value))
    return query


def _run(query: Any, where: Sequence[Where], order: str | None, limit: int | None) -> list[Doc]:
    query = _where(query, where)
    if order:
        last_first = firestore.Query.DESCENDING if order.startswith("-") else firestore.Query.ASCENDING
        query = query.order_by(order.removeprefix("-"), direction=last_first)
    if limit:
        query = query.limit(limit)
    return [_doc(snapshot) or {} for snapshot in query.stream()]
