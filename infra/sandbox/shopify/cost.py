"""What a question costs. Nothing for what is no object, one point for an object, and for a connection by its size.

How exactly the size counts is not documented. What has been reported of it (250 records of one object each for 12
points, of two for 24) is met by 1 + 2 ln n, which is what `measured` takes; `multiplied` takes every record at its
full price, as Shopify explained it when costs were introduced. Lists that are no connections count once.
"""

from collections.abc import Mapping
from math import log
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

MOST = 1_000  # points of one question


def sized(count: int, each: float, way: str) -> float:
    if way == "multiplied":
        return 2 + count * each
    return (1 + 2 * log(max(count, 1))) * each


class Asked:
    """The price of a question before it is answered: as if every page were full."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        way: str,
    ) -> None:
        self.schema, self.fragments, self.variables, self.way = schema, fragments, variables, way

    def of(self, operation: OperationDefinitionNode) -> int:
        assert self.schema.query_type is not None
        return round(self._all(operation.selection_set, self.schema.query_type))

    def _all(self, asked: SelectionSetNode, of: GraphQLCompositeType) -> float:
        total = 0.0
        for one in asked.selections:
            if isinstance(one, FieldNode):
                total += self._field(one, of)
            elif isinstance(one, InlineFragmentNode):
                named = self.schema.type_map[one.type_condition.name.value] if one.type_condition else of
                total += self._all(one.selection_set, named)  # type: ignore[arg-type]
            elif isinstance(one, FragmentSpreadNode):
                fragment = self.fragments[one.name.value]
                named = self.schema.type_map[fragment.type_condition.name.value]
                total += self._all(fragment.selection_set, named)  # type: ignore[arg-type]
        return total

    def _field(self, one: FieldNode, of: GraphQLCompositeType) -> float:
        fields = getattr(of, "fields", {})
        if one.selection_set is None or one.name.value not in fields:
            return 0
        kind = get_named_type(fields[one.name.value].type)
        if not is_composite_type(kind) or kind.name == "PageInfo":
            return 0
        inner = self._all(one.selection_set, kind)
        if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
            said = {argument.name.value: argument.value for argument in one.arguments or ()}
            size = value_from_ast_untyped(said.get("first") or said["last"], dict(self.variables))
            return sized(size, inner, self.way)
        return inner if kind.name.endswith("Edge") else 1 + inner


def of_answer(value: Any, way: str) -> int:
    """The price of what was really found."""
    return round(sum(_found(one, way) for one in (value or {}).values()))


def _found(value: Any, way: str) -> float:
    if isinstance(value, list):
        return max((_found(one, way) for one in value), default=0)
    if not isinstance(value, dict):
        return 0
    if "hasNextPage" in value:
        return 0
    records = value.get("nodes", value.get("edges"))
    if isinstance(records, list):
        return sized(len(records), sum(_found(one, way) for one in records) / len(records), way) if records else 1
    inner = sum(_found(one, way) for one in value.values())
    return inner if "node" in value else 1 + inner
