"""The `where` of a query: predicates over stored documents, and the equality filters an index can serve.

Meaning of each operator: https://firebase.google.com/docs/firestore/query-data/queries
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from google.cloud.firestore_v1.types import query as query_types

from infra.local.firestore.documents import Stored
from infra.local.firestore.values import ARRAY, NAN, NULL, FieldPath, SortKey, field_path, sort_key
from infra.local.refusal import invalid
from infra.local.wire import Proto

Predicate: TypeAlias = Callable[[Stored], bool]
Test: TypeAlias = Callable[[SortKey], bool]

_OPERATORS: Proto = query_types.StructuredQuery.FieldFilter.Operator
_UNARY: Proto = query_types.StructuredQuery.UnaryFilter.Operator
_COMPOSITE: Proto = query_types.StructuredQuery.CompositeFilter.Operator

_RANGES = {"LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL"}
_EXCLUSIONS = {"NOT_EQUAL", "NOT_IN", "IS_NOT_NAN", "IS_NOT_NULL"}
_CONTAINS = {"ARRAY_CONTAINS", "ARRAY_CONTAINS_ANY"}
_MOST_VALUES = {"IN": 30, "ARRAY_CONTAINS_ANY": 30, "NOT_IN": 10}
_MOST_ALTERNATIVES = 30  # of a query that is written out as an OR of ANDs


@dataclass(frozen=True)
class Condition:
    """One comparison of one field."""

    path: FieldPath
    operator: str
    test: Test
    values: tuple[SortKey, ...]

    def __call__(self, stored: Stored) -> bool:
        """Whether a document meets it; a document without the field never does."""
        key = stored.key(self.path)
        return key is not None and self.test(key)

    @property
    def orders(self) -> bool:
        """Whether the query is implicitly ordered by this field."""
        return self.operator in _RANGES or self.operator in _EXCLUSIONS


@dataclass(frozen=True)
class Where:
    """All conditions of a query."""

    predicate: Predicate
    conditions: tuple[Condition, ...]
    indexable: tuple[Condition, ...]  # equality every result must meet
    ordering: tuple[FieldPath, ...]  # fields compared by inequality, in their implicit order


EVERYTHING = Where(lambda stored: True, (), (), ())


def where(message: Proto) -> Where:
    """Read a filter; refuse combinations the real service refuses."""
    if message.WhichOneof("filter_type") is None:
        return EVERYTHING
    conditions = list(_conditions(message))
    if sum(condition.operator in _EXCLUSIONS for condition in conditions) > 1:
        raise invalid("Only a single NOT_EQUAL, NOT_IN, IS_NOT_NAN, or IS_NOT_NULL filter allowed per query.")
    if _alternatives(message) > _MOST_ALTERNATIVES:
        raise invalid(f"A query takes up to {_MOST_ALTERNATIVES} disjunctions in its normal form.")
    ordering = sorted({condition.path for condition in conditions if condition.orders})
    return Where(_predicate(message), tuple(conditions), tuple(_indexable(message)), tuple(ordering))


def _conditions(message: Proto) -> Iterator[Condition]:
    if message.WhichOneof("filter_type") == "composite_filter":
        for inner in message.composite_filter.filters:
            yield from _conditions(inner)
    else:
        yield _condition(message)


def _alternatives(message: Proto) -> int:
    """Into how many queries without an OR this one falls apart."""
    if message.WhichOneof("filter_type") == "composite_filter":
        inner = [_alternatives(each) for each in message.composite_filter.filters]
        return prod(inner) if _is_and(message.composite_filter) else sum(inner)
    condition = _condition(message)
    return len(condition.values) if condition.operator in ("IN", "ARRAY_CONTAINS_ANY") else 1


def _indexable(message: Proto) -> Iterator[Condition]:
    kind = message.WhichOneof("filter_type")
    if kind == "composite_filter":
        if _is_and(message.composite_filter):
            for inner in message.composite_filter.filters:
                yield from _indexable(inner)
    elif (condition := _condition(message)).operator in ("EQUAL", "IN", "IS_NULL"):
        yield condition


def _is_and(message: Proto) -> bool:
    operator = _COMPOSITE(message.op)
    if operator.name == "OPERATOR_UNSPECIFIED":
        raise invalid("A composite filter needs an operator.")
    return bool(operator.name == "AND")


def _predicate(message: Proto) -> Predicate:
    if message.WhichOneof("filter_type") != "composite_filter":
        return _condition(message)
    if not message.composite_filter.filters:
        raise invalid("A composite filter needs at least one filter.")
    inner = [_predicate(each) for each in message.composite_filter.filters]
    if not _is_and(message.composite_filter):
        return lambda stored: any(predicate(stored) for predicate in inner)
    contains = [each for each in inner if isinstance(each, Condition) and each.operator == "ARRAY_CONTAINS"]
    if len(contains) > 1:
        raise invalid("A maximum of 1 ARRAY_CONTAINS filter is allowed per disjunction.")
    return lambda stored: all(predicate(stored) for predicate in inner)


def _condition(message: Proto) -> Condition:
    if message.WhichOneof("filter_type") == "unary_filter":
        path = field_path(message.unary_filter.field.field_path)
        operator = _UNARY(message.unary_filter.op).name
        return Condition(path, operator, _unary_test(operator), (NULL,) if operator == "IS_NULL" else ())
    comparison = message.field_filter
    operator = _OPERATORS(comparison.op).name
    path = field_path(comparison.field.field_path)
    values = _listed(operator, comparison.value) if operator in _MOST_VALUES else (sort_key(comparison.value),)
    return Condition(path, operator, _field_test(operator, values), values)


def _listed(operator: str, value: Proto) -> tuple[SortKey, ...]:
    if value.WhichOneof("value_type") != "array_value" or not value.array_value.values:
        raise invalid(f"'{operator}' requires an non-empty ArrayValue.")
    if len(value.array_value.values) > (most := _MOST_VALUES[operator]):
        raise invalid(f"'{operator}' supports up to {most} comparison values.")
    return tuple(sort_key(item) for item in value.array_value.values)


def _unary_test(operator: str) -> Test:
    if operator == "IS_NULL":
        return lambda key: key == NULL
    if operator == "IS_NOT_NULL":
        return lambda key: key != NULL
    if operator == "IS_NAN":
        return lambda key: key == NAN
    if operator == "IS_NOT_NAN":
        return lambda key: key not in (NAN, NULL)
    raise invalid("A unary filter needs an operator.")


def _field_test(operator: str, values: tuple[SortKey, ...]) -> Test:
    wanted = values[0]
    if operator in _RANGES:
        return _range_test(operator, wanted)
    if operator == "EQUAL":
        return lambda key: key == wanted
    if operator == "NOT_EQUAL":
        return lambda key: key not in (wanted, NULL)
    chosen = frozenset(values) - {NULL, NAN}  # neither is ever equal to anything here
    if operator == "IN":
        return lambda key: key in chosen
    if operator == "NOT_IN":
        # x != null is undefined, so a null among the values leaves nothing.
        return lambda key: NULL not in values and key != NULL and key not in chosen
    if operator == "ARRAY_CONTAINS":
        return lambda key: key[0] == ARRAY and wanted in key[1]
    if operator == "ARRAY_CONTAINS_ANY":
        return lambda key: key[0] == ARRAY and not chosen.isdisjoint(key[1])
    raise invalid("A field filter needs an operator.")


def _range_test(operator: str, wanted: SortKey) -> Test:
    # A range only meets values of its own type; NaN is in no range.
    rank = wanted[0]
    if operator == "LESS_THAN":
        return lambda key: key[0] == rank and key < wanted and key != NAN
    if operator == "LESS_THAN_OR_EQUAL":
        return lambda key: key[0] == rank and key <= wanted and key != NAN
    if operator == "GREATER_THAN":
        return lambda key: key[0] == rank and key > wanted
    return lambda key: key[0] == rank and key >= wanted
