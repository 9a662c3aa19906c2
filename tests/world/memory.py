"""The stores in memory, for tests that run thousands of syncs. The contract suites hold them to the real ones."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from shared.messages import Message
from shared.stores.ports import Doc, Staged, Transaction, Where

T = TypeVar("T")
LARGEST_DOCUMENT = 2**20
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "<": lambda a, b: a is not None and bool(a < b),
    "<=": lambda a, b: a is not None and bool(a <= b),
    ">": lambda a, b: a is not None and bool(a > b),
    ">=": lambda a, b: a is not None and bool(a >= b),
    "in": lambda a, b: a in b,
}


@dataclass
class Time:
    """A clock that moves only when told."""

    moment: datetime = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
    paused: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def pause(self, seconds: float) -> None:
        seconds = max(seconds, 0.0)  # who slept for too long need not wait, and time does not go back for it
        self.paused += seconds
        self.moment += timedelta(seconds=seconds)

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def _copy(doc: Doc) -> Doc:
    """Documents hold plain values; only lists and maps need a copy of their own."""
    return {name: deepcopy(value) if isinstance(value, (dict, list)) else value for name, value in doc.items()}


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
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of more than 64 bits")
    if isinstance(value, dict):
        if any(not name or (name.startswith("__") and name.endswith("__")) for name in value):
            raise ValueError("a field whose name is empty or reserved")
        return sum(len(name) + _weight(item) for name, item in value.items())
    if isinstance(value, list):
        if any(isinstance(item, list) for item in value):
            raise ValueError("a list in a list")
        return sum(_weight(item) for item in value)
    return 8


@dataclass
class _Transaction:
    store: MemoryDocuments
    writes: list[tuple[str, str, Doc]] = field(default_factory=list)

    def get(self, path: str) -> Doc | None:
        return self.store.get(path)

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
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
    docs: dict[str, Doc] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, path: str) -> Doc | None:
        _check(path)
        with self.lock:
            doc = self.docs.get(path)
            return None if doc is None else _copy(doc)

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        return [self.get(path) for path in paths]

    def create_missing(self, docs: Mapping[str, Doc]) -> int:
        with self.lock:
            missing = {path: _kept(path, doc) for path, doc in docs.items() if path not in self.docs}
            self.docs.update(missing)
            return len(missing)

    def set(self, path: str, doc: Doc) -> None:
        with self.lock:
            self.docs[path] = _kept(path, doc)

    def delete(self, path: str) -> None:
        with self.lock:
            self.docs.pop(path, None)

    def find(self, collection: str, *where: Where, order: str | None = None, limit: int | None = None) -> list[Doc]:
        depth = collection.count("/") + 1
        return self._select(
            lambda path: path.startswith(collection + "/") and path.count("/") == depth, where, order, limit
        )

    def find_all(self, group: str, *where: Where, limit: int | None = None) -> list[Doc]:
        return self._select(lambda path: path.rsplit("/", 2)[-2] == group, where, None, limit)

    def each(self, collection: str, *where: Where) -> Iterable[tuple[str, Doc]]:
        depth = collection.count("/") + 1
        with self.lock:
            here = [
                path for path in sorted(self.docs) if path.startswith(collection + "/") and path.count("/") == depth
            ]
            found = [(path, self.docs[path]) for path in here]
        for path, doc in found:
            if all(_TESTS[op](doc.get(name), value) for name, op, value in where):
                yield path, _copy(doc)

    def count(self, collection: str, *where: Where) -> int:
        return len(self.find(collection, *where))

    def _select(
        self, belongs: Callable[[str], bool], where: Sequence[Where], order: str | None, limit: int | None
    ) -> list[Doc]:
        with self.lock:
            found = [
                doc
                for path, doc in sorted(self.docs.items())
                if belongs(path) and all(_TESTS[op](doc.get(name), value) for name, op, value in where)
            ]
            if order:
                found = sorted((doc for doc in found if doc.get(order) is not None), key=lambda doc: doc[order])
            return [_copy(doc) for doc in found[:limit]]

    def transact(self, work: Callable[[Transaction], T]) -> T:
        with self.lock:
            transaction = _Transaction(self)
            result = work(transaction)
            for kind, path, doc in transaction.writes:
                if kind == "set":
                    self.docs[path] = doc
                elif kind == "update":
                    self.docs[path] = {**self.docs[path], **doc}
                else:
                    self.docs.pop(path, None)
            return result


@dataclass
class MemoryBus:
    """Keeps what was published, in order; whoever drives the test delivers it."""

    waiting: deque[Message] = field(default_factory=deque)
    published: list[Message] = field(default_factory=list)

    def publish(self, *messages: Message) -> None:
        self.waiting.extend(messages)
        self.published.extend(messages)


@dataclass
class MemoryObjects:
    held: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)

    def write(self, name: str, data: bytes, metadata: Mapping[str, str]) -> None:
        self.held[name] = (data, dict(metadata))

    def read(self, name: str) -> bytes:
        return self.held[name][0]

    def list(self, prefix: str) -> Iterable[Staged]:
        return [
            Staged(name, metadata, len(data))
            for name, (data, metadata) in sorted(self.held.items())
            if name.startswith(prefix)
        ]

    def delete(self, name: str) -> None:
        self.held.pop(name, None)


@dataclass
class MemoryVault:
    secrets: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def add(
        self, name: str, payload: bytes, labels: Mapping[str, str] | None = None, until: datetime | None = None
    ) -> str:
        """Nothing disappears by itself here: that is the last resort, and tests must not rest on it."""
        versions = self.secrets.setdefault(name, {})
        number = max(versions, default=0) + 1
        versions[number] = payload
        return str(number)

    def append(self, name: str, payload: bytes) -> str | None:
        return self.add(name, payload) if name in self.secrets else None

    def read(self, name: str) -> tuple[str, bytes] | None:
        versions = self.secrets.get(name)
        if not versions:
            return None
        newest = max(versions)
        return str(newest), versions[newest]

    def retire(self, name: str, before: str) -> None:
        versions = self.secrets.get(name, {})
        for number in [number for number in versions if number < int(before)]:
            del versions[number]

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)

    def named(self, beginning: str) -> list[str]:
        return sorted(name for name in self.secrets if name.startswith(beginning))
