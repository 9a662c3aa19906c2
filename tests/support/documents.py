"""Firestore in memory: what it finds, in which order, what it refuses, and how many documents were read for it.

tests/contract/test_documents.py holds it to Firestore itself, as far as the port `Documents` goes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan, prod
from typing import Any, TypeVar

from shared.stores.ports import Doc, Transaction, Where

T = TypeVar("T")
Found = tuple[str, Doc]
Test = Callable[[Any], bool]
LARGEST_DOCUMENT = 2**20
_PLAIN = frozenset({str, int, float, bool, type(None), datetime})
MOST_WRITES = 500  # of one transaction; Firestore took more since 2023, and we keep to what it always took
MOST_ALTERNATIVES = 30  # that the `in`s of one query make
RANGES: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


class Refused(Exception):
    """What Firestore, or its client, would not do."""


class Shelves(MutableMapping[str, Doc]):
    """Documents by their paths, kept by collection, so that a query looks at its own collection only."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Doc]] = {}

    def __getitem__(self, path: str) -> Doc:
        return self.of.get(path.rpartition("/")[0], {})[path]

    def __setitem__(self, path: str, doc: Doc) -> None:
        self.of.setdefault(path.rpartition("/")[0], {})[path] = doc

    def __delitem__(self, path: str) -> None:
        del self.of.get(path.rpartition("/")[0], {})[path]

    def __iter__(self) -> Iterator[str]:
        return (path for shelf in self.of.values() for path in shelf)

    def __len__(self) -> int:
        return sum(map(len, self.of.values()))

    def __repr__(self) -> str:
        return repr(dict(self))


# What transactions did: collection, state before, state after; either is empty where the document is not there.
STEPPED: set[tuple[str, str, str]] = set()


def _stepped(path: str, before: Doc | None, after: Doc | None) -> None:
    was, now = ((doc or {}).get("state", "") for doc in (before, after))
    if was or now:
        STEPPED.add((path.rsplit("/", 2)[-2], was, now))


@dataclass
class _Transaction:
    store: MemoryDocuments
    writes: list[tuple[str, str, Doc]] = field(default_factory=list)

    def get(self, path: str) -> Doc | None:
        return self.get_many([path])[0]

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        if self.writes:
            raise Refused("a transaction reads before it writes")
        return self.store.get_many(paths)

    def create(self, path: str, doc: Doc) -> None:
        if path in self.store.docs:
            raise AssertionError(f"created twice: {path}")
        self.writes.append(("set", path, _kept(path, doc)))

    def set(self, path: str, doc: Doc) -> None:
        self.writes.append(("set", path, _kept(path, doc)))

    def update(self, path: str, changes: Doc) -> None:
        self.writes.append(("update", path, _kept(path, changes)))

    def delete(self, path: str) -> None:
        self.writes.append(("delete", path, {}))


@dataclass
class MemoryDocuments:
    docs: Shelves = field(default_factory=Shelves)
    lock: threading.RLock = field(default_factory=threading.RLock)
    reads: Counter[str] = field(default_factory=Counter)  # documents that were read, by the name of their collection

    def get(self, path: str) -> Doc | None:
        return self.get_many([path])[0]

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        with self.lock:
            found = []
            for path in paths:
                _check(path)
                self.reads[path.rsplit("/", 2)[-2]] += 1
                doc = self.docs.get(path)
                found.append(None if doc is None else _copy(doc))
            return found

    def create_missing(self, docs: Mapping[str, Doc]) -> int:
        with self.lock:
            known = self.get_many(list(docs))
            missing = {path: _kept(path, docs[path]) for path, doc in zip(docs, known, strict=True) if doc is None}
            self.docs.update(missing)
            return len(missing)

    def create(self, path: str, doc: Doc) -> bool:
        with self.lock:  # that it is not there yet is asked by the write itself
            if path in self.docs:
                return False
            self.docs[path] = _kept(path, doc)
            return True

    def set(self, path: str, doc: Doc) -> None:
        with self.lock:
            self.docs[path] = _kept(path, doc)

    def delete(self, path: str) -> None:
        with self.lock:
            self.docs.pop(path, None)

    def find(self, collection: str, *where: Where, order: str | None = None, limit: int | None = None) -> list[Doc]:
        return [_copy(doc) for _, doc in self._select([collection], where, order, limit)]

    def find_all(self, group: str, *where: Where, limit: int | None = None) -> list[Doc]:
        collections = [name for name in self.docs.of if name.rpartition("/")[2] == group]
        return [_copy(doc) for _, doc in self._select(collections, where, None, limit)]

    def each(self, collection: str, *where: Where) -> Iterable[Found]:
        return ((path, _copy(doc)) for path, doc in self._select([collection], where, None, None))

    def count(self, collection: str, *where: Where) -> int:
        return len(self._select([collection], where, None, None))

    def _select(
        self, collections: Sequence[str], where: Sequence[Where], order: str | None, limit: int | None
    ) -> list[Found]:
        if prod(len(value) for _, operator, value in where if operator == "in") > MOST_ALTERNATIVES:
            raise Refused(f"more than {MOST_ALTERNATIVES} alternatives in one query")
        tests = [(name, _test(operator, value)) for name, operator, value in where]
        last_first = order is not None and order.startswith("-")
        sorted_by = [order.removeprefix("-")] if order else []
        sorted_by += sorted({name for name, operator, _ in where if operator in RANGES} - set(sorted_by))
        with self.lock:
            found = [
                (path, doc)
                for collection in collections
                for path, doc in self.docs.of.get(collection, {}).items()
                if all(name in doc and test(doc[name]) for name, test in tests)
                and all(name in doc for name in sorted_by)
            ]
            if len(found) > 1:
                found.sort(
                    key=lambda one: ([_place(one[1][name]) for name in sorted_by], one[0].split("/")),
                    reverse=last_first,
                )
            found = found[: limit or None]
            if collections:
                self.reads[collections[0].rpartition("/")[2]] += max(len(found), 1)
            return found

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """All of it happens or none."""
        with self.lock:
            transaction = _Transaction(self)
            result = work(transaction)
            after: dict[str, Doc | None] = {}
            if len(transaction.writes) > MOST_WRITES:
                raise Refused(f"{len(transaction.writes)} writes in one transaction")
            for kind, path, doc in transaction.writes:
                before = after[path] if path in after else self.docs.get(path)
                if kind == "update":
                    if before is None:
                        raise Refused(f"there is no {path} to update")
                    after[path] = {**before, **doc}
                else:
                    after[path] = doc if kind == "set" else None
            for path, kept in after.items():
                _stepped(path, self.docs.get(path), kept)
                if kept is None:
                    self.docs.pop(path, None)
                else:
                    self.docs[path] = kept
            return result


# -- values -------------------------------------------------------------------------------------------------


def _place(value: Any) -> tuple[Any, ...]:
    """A value's place in Firestore's order of all values: the rank of its type, then itself."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, 0) if isnan(value) else (2, 1, value)
    if isinstance(value, datetime):
        return (3, value)
    if isinstance(value, str):
        return (4, value)
    if isinstance(value, bytes):
        return (5, value)
    if isinstance(value, list):
        return (8, [_place(item) for item in value])
    return (10, [(name, _place(value[name])) for name in sorted(value)])


def _test(operator: str, wanted: Any) -> Test:
    """What a field must be. A range only meets values of its own type."""
    if operator == "in":
        if not isinstance(wanted, (list, tuple)) or not wanted:
            raise Refused("`in` asks for a list with something in it")
        chosen = [_place(one) for one in wanted if one is not None]  # nothing is equal to null here
        return lambda value: _place(value) in chosen
    place = _place(wanted)
    if operator == "==":
        if isinstance(wanted, str):  # equal to nothing of another type anyway
            return lambda value: bool(value == wanted)
        return lambda value: _place(value) == place
    compare = RANGES[operator]
    return lambda value: _place(value)[0] == place[0] and compare(_place(value), place)


def _copy(doc: Doc) -> Doc:
    """Documents hold plain values; only lists and maps need a copy of their own."""
    return {name: value if value.__class__ in _PLAIN else _whole(value) for name, value in doc.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return _copy(value)
    if isinstance(value, str):
        return str(value)  # of a state, its text
    return [_whole(item) for item in value] if isinstance(value, (list, tuple)) else value


def _kept(path: str, doc: Doc) -> Doc:
    """A copy for the store, of what Firestore would keep; what it refuses is refused here as well."""
    _check(path)
    if _weight(doc) > LARGEST_DOCUMENT:
        raise ValueError(f"{path} is larger than a document can be")
    return _copy(doc)


def _check(path: str) -> None:
    if "//" in f"/{path}/" or not path.count("/") % 2:
        raise ValueError(f"not the path of a document: {path}")


def _weight(value: Any) -> int:
    """In characters, roughly; as quick as it can be, since nothing here is called more often."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of more than 64 bits")
    if isinstance(value, dict):
        weight = 0
        for name, item in value.items():
            if not name or (name[:2] == "__" == name[-2:]):
                raise ValueError("a field whose name is empty or reserved")
            if item.__class__ is str:
                weight += len(name) + len(item)
            elif item is None or item.__class__ is datetime:
                weight += len(name) + 8
            else:
                weight += len(name) + _weight(item)
        return weight
    if isinstance(value, list):
        if any(isinstance(item, list) for item in value):
            raise ValueError("a list in a list")
        return sum(_weight(item) for item in value)
    return 8
