"""Running a structured query over the documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from google.cloud.firestore_v1.types import query as query_types

from infra.local.firestore.documents import Documents, Stored
from infra.local.firestore.filters import Where, where
from infra.local.firestore.values import NAME, FieldPath, SortKey, field_path, find, put, sort_key
from infra.local.firestore.writes import Document
from infra.local.refusal import invalid, uncovered
from infra.local.wire import Proto

_DESCENDING: Proto = query_types.StructuredQuery.Direction.DESCENDING


@dataclass(frozen=True)
class Order:
    """One field of the order, and whether it runs down."""

    path: FieldPath
    descending: bool


@dataclass(frozen=True)
class Cursor:
    """A place in the order where results start or end."""

    keys: tuple[SortKey, ...]
    before: bool


@dataclass(frozen=True)
class Query:
    """A structured query, read once and checked."""

    parent: str
    collection_id: str
    all_descendants: bool
    where: Where
    orders: tuple[Order, ...]
    start: Cursor | None
    end: Cursor | None
    offset: int
    limit: int | None
    fields: tuple[FieldPath, ...] | None  # None: whole documents


def read(parent: str, message: Proto) -> Query:
    """Read the wire form of a query below a parent."""
    if len(message.from_) != 1:
        raise invalid("A query is over exactly one collection or collection group.")
    if message.HasField("find_nearest"):
        raise uncovered("Vector search is outside what this stand-in covers.")
    if message.limit.value < 0:
        raise invalid("limit is negative")
    if message.offset < 0:
        raise invalid("offset is negative")
    source = message.from_[0]
    conditions = where(message.where)
    orders = _orders(message.order_by, conditions)
    chosen = [field_path(each.field_path) for each in message.select.fields]
    return Query(
        parent=parent,
        collection_id=source.collection_id,
        all_descendants=source.all_descendants,
        where=conditions,
        orders=orders,
        start=_cursor(message.start_at, orders) if message.HasField("start_at") else None,
        end=_cursor(message.end_at, orders) if message.HasField("end_at") else None,
        offset=message.offset,
        limit=message.limit.value if message.HasField("limit") else None,
        fields=tuple(path for path in chosen if path != NAME) if message.HasField("select") else None,
    )


def run(query: Query, documents: Documents, at: int | None = None) -> list[Stored]:
    """The documents a query finds, in its order, whole."""
    found = [stored for stored in _candidates(query, documents, at) if query.where.predicate(stored)]
    explicit = [order.path for order in query.orders if order.path != NAME]
    if explicit:
        found = [stored for stored in found if all(stored.key(path) is not None for path in explicit)]
    for order in reversed(query.orders):
        found.sort(key=partial(_key_at, order.path), reverse=order.descending)
    if (start := query.start) is not None:
        found = [stored for stored in found if _place(stored, query, start) >= (0 if start.before else 1)]
    if (end := query.end) is not None:
        found = [stored for stored in found if _place(stored, query, end) < (0 if end.before else 1)]
    found = found[query.offset :]
    return found if query.limit is None else found[: query.limit]


def project(stored: Stored, fields: Iterable[FieldPath] | None) -> Proto:
    """A document as the answer shows it: whole, or with only some of its fields."""
    if fields is None:
        return stored.document
    source = stored.document
    shown = Document(name=source.name, create_time=source.create_time, update_time=source.update_time)
    for path in fields:
        if (value := find(source.fields, path)) is not None:
            put(shown.fields, path, value)
    return shown


def _orders(listed: Proto, conditions: Where) -> tuple[Order, ...]:
    orders = [Order(field_path(each.field.field_path), each.direction == _DESCENDING) for each in listed]
    descending = orders[-1].descending if orders else False
    named = {order.path for order in orders}
    orders += [Order(path, descending) for path in conditions.ordering if path not in named]
    if NAME not in {order.path for order in orders}:
        orders.append(Order(NAME, descending))
    return tuple(orders)


def _key_at(path: FieldPath, stored: Stored) -> SortKey:
    return stored.key(path) or ()


def _cursor(message: Proto, orders: tuple[Order, ...]) -> Cursor:
    if len(message.values) > len(orders):
        raise invalid("A cursor has too many values.")
    return Cursor(tuple(sort_key(value) for value in message.values), message.before)


def _place(stored: Stored, query: Query, cursor: Cursor) -> int:
    """Where a document lies: -1 ahead of the cursor, 0 on it, 1 after it."""
    for order, wanted in zip(query.orders, cursor.keys, strict=False):
        key = stored.key(order.path) or ()
        if key != wanted:
            return 1 if (key > wanted) != order.descending else -1
    return 0


def _candidates(query: Query, documents: Documents, at: int | None) -> Iterable[Stored]:
    for collection in _collections(query, documents, at):
        members = documents.within(collection, at)
        if at is not None or not query.where.indexable:
            yield from members.values()
            continue
        # The rarest equality decides which documents are looked at; the predicate checks the rest.
        sets = [documents.equal(collection, each.path, each.values) for each in query.where.indexable]
        for name in min(sets, key=len):
            yield members[name]


def _collections(query: Query, documents: Documents, at: int | None) -> list[str]:
    if not query.all_descendants:
        return [f"{query.parent}/{query.collection_id}"]
    below = f"{query.parent}/"
    return [
        path
        for path in documents.collections(at)
        if path.startswith(below) and query.collection_id in ("", path.rpartition("/")[2])
    ]


def ids_below(parent: str, documents: Documents, at: int | None = None) -> list[str]:
    """Ids of the collections directly below a document or the root, in order."""
    below = f"{parent}/"
    return sorted({path[len(below) :].split("/", 1)[0] for path in documents.collections(at) if path.startswith(below)})


def names_within(collection: str, documents: Documents, at: int | None = None) -> list[str]:
    """Names in a collection, with those that only exist as the parent of something."""
    below = f"{collection}/"
    names = set(documents.within(collection, at))
    for path in documents.collections(at):
        if path.startswith(below):
            names.add(f"{collection}/{path[len(below) :].split('/', 1)[0]}")
    return sorted(names, key=lambda name: name.split("/"))
