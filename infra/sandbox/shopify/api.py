"""The one address of the GraphQL Admin API: a question is read, checked, priced, paid for and answered."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.costs import Points, entered
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal
from infra.sandbox.shopify import cost
from infra.sandbox.shopify.answering import CursorLookup, schema
from infra.sandbox.shopify.world import Shopify

ALIVE = ("2026-01", "2026-04", "2026-07", "2026-10")
SIZE, PER_SECOND = 2_000, 100  # points of a Standard plan
SCOPES = {
    "orders": "read_orders",
    "ordersCount": "read_orders",
    "order": "read_orders",
    "refund": "read_orders",
    "abandonedCheckouts": "read_orders",
    "abandonedCheckoutsCount": "read_orders",
    "draftOrders": "read_draft_orders",
    "draftOrdersCount": "read_draft_orders",
    "draftOrder": "read_draft_orders",
    "node": "read_orders",  # of an abandoned checkout
    "customers": "read_customers",
    "customersCount": "read_customers",
    "customer": "read_customers",
    "products": "read_products",
    "productsCount": "read_products",
    "product": "read_products",
    "productVariants": "read_products",
    "productVariantsCount": "read_products",
    "collections": "read_products",
    "collectionsCount": "read_products",
    "collection": "read_products",
    "inventoryItems": "read_inventory",
    "locations": "read_locations",
    "locationsCount": "read_locations",
    "location": "read_locations",
}
LIMITS = "https://shopify.dev/api/usage/rate-limits"


class Api:
    def __init__(self, world: Shopify) -> None:
        self.world = world

    def routes(self) -> Sequence[Route]:
        return [
            Route("/admin/api/<version>/graphql.json", self.graphql, methods=("POST",)),
            Route("/admin/oauth/access_scopes.json", self.scopes),
            Route("/admin/api_permissions/current.json", self.uninstall, methods=("DELETE",)),
        ]

    def scopes(self, call: Call) -> Answer:
        self._open()
        held = call.access.scopes if call.access else ()
        names = sorted(set(SCOPES.values())) if "*" in held else held
        return Answer({"access_scopes": [{"handle": name} for name in names]}, "access_scopes", "handle")

    def uninstall(self, call: Call) -> Answer:
        """The app takes itself out of the shop; its tokens are dead at once."""
        self._open()
        call.grants.withdraw(call.token)
        return Answer({})

    def graphql(self, call: Call) -> Answer:
        self._open()
        served = self.world.version or call.values["version"]
        headers = {"X-Shopify-API-Version": served if served >= ALIVE[0] else ALIVE[0]}
        said = call.json
        if not isinstance(said, dict) or not isinstance(said.get("query"), str):
            raise Refusal("invalid", 400, "Required parameter missing or invalid", "query")
        try:
            document, wrong = _read(said["query"])
        except GraphQLError as error:
            return Answer(_errors([error]), headers=headers)
        if wrong:
            return Answer(_errors(wrong, "undefinedField"), headers=headers)
        operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
        body, records = self._answered(call, document, operation, said.get("variables") or {})
        path, each = _records(body.get("data"))
        return Answer(body, path if records else "", each=each, headers=headers)

    def _answered(
        self, call: Call, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> tuple[Record, bool]:
        way = self.world.options["costs"]
        fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        try:
            wanted = cost.Asked(schema(), fragments, variables, way).of(operation)
        except (KeyError, TypeError):
            return _errors([GraphQLError("you must provide one of first or last")]), False
        if wanted > cost.MOST:
            text = f"Query cost is {wanted}, which exceeds the single query max cost limit ({cost.MOST})."
            extensions = {"code": "MAX_COST_EXCEEDED", "cost": wanted, "maxCost": cost.MOST, "documentation": LIMITS}
            return {"errors": [{"message": text, "extensions": extensions}]}, False
        points = entered(call, Points)
        if points is not None:
            self._pay(points, wanted)
        denied = [name for name in _roots(operation) if not self._may(call, name)]
        if denied:
            return {"errors": [_denied(name) for name in denied], "data": dict.fromkeys(denied)}, False
        asking = CursorLookup(self.world)
        result = execute_sync(schema(), document, context_value=asking, variable_values=dict(variables))
        found = cost.of_answer(result.data, way)
        if points is not None:
            points.give_back(max(0, wanted - found))
        body: Record = {"data": result.data, "extensions": {"cost": _told(points, wanted, found)}}
        if asking.warnings:
            body["extensions"]["search"] = asking.warnings
        if result.errors:
            body |= _errors(result.errors)
        return body, not result.errors

    def _pay(self, points: Points, wanted: int) -> None:
        try:
            points.spend(wanted)
        except Refusal as refusal:
            told = _told(points, wanted, None)
            raise Throttled(told, refusal.limit) from None

    def _may(self, call: Call, root: str) -> bool:
        return call.access is None or call.access.allows(SCOPES.get(root, ""))

    def _open(self) -> None:
        """A shop can be frozen, closed or locked."""
        if self.world.state != 200:
            raise Refusal("forbidden", self.world.state)


class Throttled(Refusal):  # also an answer of the platform
    """The points do not reach; how far they are from it is told."""

    def __init__(self, told: Record, limit: str) -> None:
        super().__init__("limited", 200, "Throttled", code="THROTTLED", limit=limit)
        self.told = told


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """A question, and what is wrong with it by the schema: the same text comes with every page."""
    document = parse(text)
    return document, validate(schema(), document)


def _told(points: Points | None, wanted: int, found: int | None) -> Record:
    left = points.left if points is not None else SIZE
    status = {"maximumAvailable": float(SIZE), "currentlyAvailable": int(left), "restoreRate": float(PER_SECOND)}
    return {"requestedQueryCost": wanted, "actualQueryCost": found, "throttleStatus": status}


def _errors(errors: Sequence[GraphQLError], code: str = "") -> Record:
    shown = []
    for error in errors:
        one: Record = dict(error.formatted)
        if code:
            one["extensions"] = {"code": code}
        shown.append(one)
    return {"errors": shown}


def _denied(root: str) -> Record:
    text = f"Access denied for {root} field. Required access: `{SCOPES[root]}` access scope."
    code = {"code": "ACCESS_DENIED", "documentation": "https://shopify.dev/api/usage/access-scopes"}
    return {"message": text, "locations": [{"line": 1, "column": 3}], "extensions": code, "path": [root]}


def _roots(operation: OperationDefinitionNode) -> list[str]:
    return [one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode)]


def _records(data: Any) -> tuple[str, str]:
    """Where the rows of an answer are, and what in each of them is the record."""
    if not data:
        return "", ""
    root = next(iter(data))
    path, place = f"data.{root}", data[root]
    for _ in range(2):
        if isinstance(place, list):
            return path, ""
        if not isinstance(place, dict):
            break
        if "nodes" in place or "edges" in place:
            return (f"{path}.nodes", "") if "nodes" in place else (f"{path}.edges", "node")
        name = next((name for name, value in place.items() if _list(value)), "")
        if not name:
            break
        path, place = f"{path}.{name}", place[name]
    return f"data.{root}", ""


def _list(value: Any) -> bool:
    return (isinstance(value, list) and bool(value) and isinstance(value[0], dict)) or (
        isinstance(value, dict) and ("nodes" in value or "edges" in value)
    )
