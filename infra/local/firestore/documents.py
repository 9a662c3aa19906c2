"""All documents as they are now, and as they were a little while ago.

Kept by collection, with indexes that come into being when a query first asks for equality on a field.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from infra.local.firestore.values import NAME, FieldPath, SortKey, find, name_key, sort_key
from infra.local.refusal import failed
from infra.local.wire import Proto

_MISSING: SortKey = ()


@dataclass(slots=True)
class Stored:
    """A document as stored. The message never changes; a write stores a new one."""

    document: Proto
    _keys: dict[FieldPath, SortKey] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its full name."""
        name: str = self.document.name
        return name

    def key(self, path: FieldPath) -> SortKey | None:
        """The sort key of the value at a path, worked out once; None where there is no value."""
        known = self._keys.get(path)
        if known is None:
            if path == NAME:
                known = name_key(self.document.name)
            else:
                value = find(self.document.fields, path)
                known = _MISSING if value is None else sort_key(value)
            self._keys[path] = known
        return known or None


@dataclass(frozen=True, slots=True)
class _Change:
    """What a document was before a commit."""

    micros: int
    name: str
    before: Stored | None


def collection_of(name: str) -> str:
    """The path of the collection a document is in."""
    return name.rpartition("/")[0]


class Documents:
    """Every document of every database; callers serialise access."""

    def __init__(self, remembered: int = 20_000) -> None:
        self._collections: dict[str, dict[str, Stored]] = {}
        self._indexes: dict[tuple[str, FieldPath], dict[SortKey, set[str]]] = {}
        self._indexed: dict[str, set[FieldPath]] = {}
        # Enough of the past for read-only transactions and reads at a time.
        self._past: deque[_Change] = deque(maxlen=remembered)
        self._horizon = 0
        self.last_micros = 0

    def get(self, name: str, at: int | None = None) -> Stored | None:
        """A document now, or as it was at a time in microseconds."""
        if at is not None:
            overlay = self._overlay(at)
            if name in overlay:
                return overlay[name]
        return self._collections.get(collection_of(name), {}).get(name)

    def apply(self, changes: Mapping[str, Stored | None], micros: int) -> None:
        """Make a commit's outcome the present."""
        for name, after in changes.items():
            before = self.get(name)
            if len(self._past) == self._past.maxlen:
                self._horizon = self._past[0].micros
            self._past.append(_Change(micros, name, before))
            self._store(name, before, after)
        self.last_micros = max(self.last_micros, micros)

    def restore(self, document: Proto) -> None:
        """Take in a document that was kept from an earlier life."""
        self._store(document.name, None, Stored(document))
        moment = document.update_time
        self.last_micros = max(self.last_micros, moment.seconds * 1_000_000 + moment.nanos // 1000)
        self._horizon = self.last_micros

    def within(self, collection: str, at: int | None = None) -> Mapping[str, Stored]:
        """The documents of one collection, by name."""
        present = self._collections.get(collection, {})
        if at is None:
            return present
        past = dict(present)
        for name, before in self._overlay(at).items():
            if collection_of(name) != collection:
                continue
            if before is None:
                past.pop(name, None)
            else:
                past[name] = before
        return past

    def equal(self, collection: str, path: FieldPath, keys: Iterable[SortKey]) -> set[str]:
        """Names of the collection's documents whose value at a path is one of these."""
        index = self._indexes.get((collection, path))
        if index is None:
            index = self._indexes[collection, path] = {}
            self._indexed.setdefault(collection, set()).add(path)
            for name, stored in self._collections.get(collection, {}).items():
                if (key := stored.key(path)) is not None:
                    index.setdefault(key, set()).add(name)
        found = [index.get(key, set()) for key in keys]
        return found[0] if len(found) == 1 else set().union(*found)

    def collections(self, at: int | None = None) -> Iterator[str]:
        """Paths of all collections that have documents."""
        yield from list(self._collections)
        if at is not None:
            gone = {collection_of(name) for name, before in self._overlay(at).items() if before}
            yield from gone - self._collections.keys()

    def _overlay(self, at: int) -> dict[str, Stored | None]:
        if at < self._horizon:
            raise failed("The requested read time is too far in the past.")
        overlay: dict[str, Stored | None] = {}
        for change in reversed(self._past):
            if change.micros <= at:
                break
            overlay[change.name] = change.before
        return overlay

    def _store(self, name: str, before: Stored | None, after: Stored | None) -> None:
        collection = collection_of(name)
        if after is not None:
            self._collections.setdefault(collection, {})[name] = after
        elif before is not None:
            members = self._collections[collection]
            del members[name]
            if not members:
                del self._collections[collection]
        for path in self._indexed.get(collection, ()):
            index = self._indexes[collection, path]
            if before is not None and (key := before.key(path)) is not None:
                index[key].discard(name)
                if not index[key]:
                    del index[key]
            if after is not None and (key := after.key(path)) is not None:
                index.setdefault(key, set()).add(name)
