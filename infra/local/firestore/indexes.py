"""Which index the service would need for a query: what emulators and stand-ins answer without, it refuses.

Every field of a collection has its own index by itself; two things have to be declared: a composite index
where an order or a range meets another field, and any index at all over a collection *group*.
https://firebase.google.com/docs/firestore/query-data/index-overview
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.firestore.queries import Query
from infra.local.firestore.values import NAME, FieldPath

_EQUALITIES = {"EQUAL", "IN", "IS_NULL", "IS_NAN"}
_CONTAINS = {"ARRAY_CONTAINS", "ARRAY_CONTAINS_ANY"}


@dataclass(frozen=True, order=True)
class Index:
    """An index to be declared: its fields in order, each ASCENDING, DESCENDING or CONTAINS."""

    collection: str
    group: bool  # over every collection of that id
    fields: tuple[tuple[str, str], ...]


def needed(query: Query) -> Index | None:
    """The index a query needs declared. For an OR it covers all branches, which is more than needed."""
    conditions = query.where.conditions
    equal = {each.path for each in conditions if each.operator in _EQUALITIES}
    contains = {each.path for each in conditions if each.operator in _CONTAINS}
    ordered = [each for each in query.orders if each.path != NAME and each.path not in equal]
    fields = [(_text(path), "ASCENDING") for path in sorted(equal - {NAME})]
    fields += [(_text(path), "CONTAINS") for path in sorted(contains)]
    fields += [(_text(each.path), "DESCENDING" if each.descending else "ASCENDING") for each in ordered]
    # Equalities alone are met by joining the fields' own indexes, and so is one order by itself.
    joined = not ordered or len(fields) == 1
    if not fields or (joined and not query.all_descendants):
        return None
    return Index(query.collection_id, query.all_descendants, tuple(fields))


def _text(path: FieldPath) -> str:
    return ".".join(path)
