"""Who answers which field: the published schema, with the shop behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from infra.sandbox.records import Key, Record, Table, View, ordered
from infra.sandbox.shopify.lists import connection, nested, refused
from infra.sandbox.shopify.search import Day, Filters, moment, text, understood
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.times import parse

CHANGED: Filters = {
    "id": lambda row: int(number(row["id"])),
    "created_at": moment("createdAt"),
    "updated_at": moment("updatedAt"),
}
CUSTOMERS: Filters = {**CHANGED, "updated_at": Day("updatedAt")}  # of the list: “matching a whole day”
ORDERS: Filters = {**CHANGED, "processed_at": moment("processedAt"), "name": text("name")}
EVENTS: Filters = {
    "id": CHANGED["id"],
    "created_at": moment("createdAt"),
    "action": text("action"),
    "subject_type": text("subjectType"),
}
LEVELS: Filters = {
    "created_at": moment("createdAt"),
    "updated_at": moment("updatedAt"),
    "inventory_item_id": lambda row: int(row["item"]["legacyResourceId"]),
}
COUNTED = 10_000  # what a count stops at unless it is told otherwise
PROTECTED = ("firstName", "lastName", "displayName", "defaultEmailAddress", "defaultPhoneNumber", "defaultAddress")


@dataclass
class CursorLookup:
    """One question being answered."""

    world: Shopify
    warnings: list[Record] = field(default_factory=list)


Resolver = Callable[..., Any]
Info = GraphQLResolveInfo[Any]
Fits = Callable[[Record], bool]


def _by_id(row: Record) -> Key:
    return (int(number(row["id"])),)


def _by(name: str) -> Callable[[Record], Key]:
    return lambda row: (parse(row[name]), int(number(row["id"])))


SORTS: Mapping[str, Callable[[Record], Key]] = {
    "ID": _by_id,
    "UPDATED_AT": _by("updatedAt"),
    "CREATED_AT": _by("createdAt"),
}


def _found(info: Info, filters: Filters, query: str | None) -> Fits:
    search = understood(query, filters)
    for warning in search.warnings:
        info.context.warnings.append({"path": [info.field_name], "query": query, "warnings": [warning]})
    return search.fits


def listing(
    name: str, filters: Filters, but: Callable[[Record, Mapping[str, Any]], bool] = lambda row, said: True
) -> Resolver:
    """A list of the whole shop. `but`: what its other arguments let through."""

    def resolve(root: Any, info: Info, **said: Any) -> Record:
        table: Table[Record] = getattr(info.context.world, name)
        fits, sort = _found(info, filters, said.get("query")), said.get("sortKey") or "ID"
        if said.get("reverse") or sort not in SORTS:
            raise refused(f"{info.field_name} is not told in this order here.")

        def build() -> View[Record]:
            return ordered((row for row in table if fits(row) and but(row, said)), SORTS[sort])

        chosen = {key: value for key, value in said.items() if key not in ("first", "after")}
        view = table.cached((info.field_name, *sorted(chosen.items())), build)
        return connection(view.rows, view.keys, said, info.context.world.options["deepest"])

    return resolve


def counting(name: str, filters: Filters) -> Resolver:
    """Without filters it counts all, whatever is asked."""

    def resolve(root: Any, info: Info, **said: Any) -> Record:
        table: Table[Record] = getattr(info.context.world, name)
        query = said.get("query") if filters else None
        fits = _found(info, filters, query)
        found = table.cached(("count", query), lambda: sum(map(fits, table)))
        limit = said.get("limit", COUNTED)
        if limit is not None and found > limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return {"count": found, "precision": "EXACT"}

    return resolve


def one(name: str) -> Resolver:
    def resolve(root: Any, info: Info, id: str) -> Record | None:
        table: Table[Record] = getattr(info.context.world, name)
        return table.rows.get((id,))

    return resolve


def linked(name: str) -> Resolver:
    """What a record names by its id: the record that has it, or the bare id where that has gone."""

    def resolve(row: Record, info: Info) -> Record | None:
        named: Record | None = row.get(info.field_name)
        table: Table[Record] = getattr(info.context.world, name)
        return table.rows.get((named["id"],), named) if named else None

    return resolve


def _node(root: Any, info: Info, id: str) -> Record | None:
    """A record of any kind, by its id. Only checkouts are asked for so."""
    found: Record | None = info.context.world.checkouts.rows.get((id,))
    return {**found, "__typename": "AbandonedCheckout"} if found else None


def _refund(root: Any, info: Info, id: str) -> Record | None:
    orders = info.context.world.orders
    return next((refund for order in orders for refund in order["refunds"] if refund["id"] == id), None)


def _levels(location: Record, info: Info, **said: Any) -> Record:
    table = info.context.world.levels
    fits, all_ = _found(info, LEVELS, said.get("query")), said.get("includeInactive")

    def build() -> View[Record]:
        return ordered((row for row in table.of(location["id"]) if fits(row) and (all_ or row["isActive"])), _by_id)

    view = table.cached((location["id"], said.get("query"), all_), build)
    return connection(view.rows, view.keys, said, info.context.world.options["deepest"])


def _members(collection: Record, info: Info, **said: Any) -> Record:
    """Sorted as the collection is, which may change, unless it is asked for by id."""
    if said.get("sortKey") != "ID" or said.get("reverse"):
        raise refused(f"{info.field_name} is not told in this order here.")
    world = info.context.world
    found = ordered((world.products[(each,)] for each in collection["products"]), _by_id)
    return connection(found.rows, found.keys, said, world.options["deepest"])


def _counted_in(collection: Record, info: Info) -> Record:
    return {"count": len(collection["products"]), "precision": "EXACT"}


def _quantities(level: Record, info: Info, names: list[str]) -> list[Record]:
    return [one for one in level["quantities"] if one["name"] in names]


def _connection(row: Record, info: Info, **said: Any) -> Record:
    return nested(row[info.field_name], said)


def _some(row: Record, info: Info, first: int | None = None, **said: Any) -> list[Record]:
    rows: list[Record] = row[info.field_name]
    return rows[:first]


def _shipping(order: Record, info: Info, includeRemovals: bool = False, **said: Any) -> Record:
    return nested([line for line in order["shippingLines"] if includeRemovals or not line["isRemoved"]], said)


def _discounted(line: Record, info: Info, withCodeDiscounts: bool = False) -> Record:
    """All discounts here come by a code."""
    found: Record = line["discountedTotalSet" if withCodeDiscounts else "originalTotalSet"]
    return found


def _protected(customer: Record, info: Info) -> Any:
    if not info.context.world.options["approved"]:
        what = info.field_name
        raise refused(f"This app is not approved to access the Customer object's {what} field.", "ACCESS_DENIED")
    return customer[info.field_name]


def _in_use(row: Record, said: Mapping[str, Any]) -> bool:
    return bool(said.get("includeInactive") or row["isActive"])


RESOLVERS: Mapping[str, Mapping[str, Resolver]] = {
    "QueryRoot": {
        "shop": lambda root, info: next(iter(info.context.world.shop)),
        "orders": listing("orders", ORDERS),
        "ordersCount": counting("orders", ORDERS),
        "order": one("orders"),
        "refund": _refund,
        "abandonedCheckouts": listing("checkouts", CHANGED),
        "abandonedCheckoutsCount": counting("checkouts", CHANGED),
        "draftOrders": listing("drafts", CHANGED),
        "draftOrdersCount": counting("drafts", CHANGED),
        "draftOrder": one("drafts"),
        "collections": listing("collections", CHANGED),
        "collectionsCount": counting("collections", CHANGED),
        "collection": one("collections"),
        "node": _node,
        "customers": listing("customers", CUSTOMERS),
        "customersCount": counting("customers", CHANGED),
        "customer": one("customers"),
        "products": listing("products", CHANGED),
        "productsCount": counting("products", CHANGED),
        "product": one("products"),
        "productVariants": listing("variants", CHANGED),
        "productVariantsCount": counting("variants", {}),  # "No supported search fields."
        "inventoryItems": listing("items", CHANGED),
        "locations": listing("locations", CHANGED, _in_use),
        "locationsCount": counting("locations", CHANGED),
        "location": one("locations"),
        "events": listing("events", EVENTS),
        "eventsCount": counting("events", EVENTS),
    },
    "Order": {
        "customer": linked("customers"),
        "lineItems": _connection,
        "refunds": _some,
        "transactions": _some,
        "fulfillments": _some,
        "fulfillmentsCount": lambda order, info: {"count": len(order["fulfillments"]), "precision": "EXACT"},
        "shippingLines": _shipping,
    },
    "Fulfillment": {"location": linked("locations"), "order": linked("orders"), "trackingInfo": _some}
    | {"fulfillmentLineItems": _connection},
    "Product": {"metafields": _connection},
    "Collection": {"products": _members, "productsCount": _counted_in},
    "AbandonedCheckout": {"customer": linked("customers"), "lineItems": _connection},
    "AbandonedCheckoutLineItem": {"product": linked("products"), "variant": linked("variants")},
    "DraftOrder": {"customer": linked("customers"), "order": linked("orders"), "lineItems": _connection},
    "DraftOrderLineItem": {"product": linked("products"), "variant": linked("variants")},
    "LineItem": {"product": linked("products"), "variant": linked("variants"), "discountedTotalSet": _discounted},
    "Refund": {"order": linked("orders"), "refundLineItems": _connection},
    "OrderTransaction": {"order": linked("orders")},
    "Customer": dict.fromkeys(PROTECTED, _protected),
    "ProductVariant": {"product": linked("products"), "inventoryItem": linked("items")},
    "Location": {"inventoryLevels": _levels},
    "InventoryLevel": {"item": linked("items"), "location": linked("locations"), "quantities": _quantities},
}


@lru_cache
def schema() -> GraphQLSchema:
    made = build_schema((Path(__file__).parent / "schema.graphql").read_text())
    for kind, resolvers in RESOLVERS.items():
        of = made.type_map[kind]
        assert isinstance(of, GraphQLObjectType)
        for name, resolver in resolvers.items():
            of.fields[name].resolve = resolver
    for name in ("Event", "Node"):
        kind_of = made.type_map[name]
        assert isinstance(kind_of, GraphQLInterfaceType)
        kind_of.resolve_type = lambda value, info, kind: value["__typename"]
    return made
