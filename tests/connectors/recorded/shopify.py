"""Shopify as recorded: one address for every question, what is asked for comes and nothing else, filters in a text.

Names and types of fields: the schema of the Admin API, version 2026-10, as published with @shopify/dev-mcp 1.16.0;
its pages “Pagination”, “Search syntax”, “API limits”, “Status and error codes” and “Uncapped counts in GraphQL”
(2026-11). Values are made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from graphql import FieldNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, VariableNode, parse

from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, load, when

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

Chosen = tuple[tuple[str, "Chosen"], ...]  # fields, each with those that are asked for within it
HOST = "demo-bakery.myshopify.com"
PATH = "/admin/api/2026-10/graphql.json"
ASKED = {"shop": "demo-bakery"}  # of whoever connects
VALUES = {
    **ASKED,
    "account_id": HOST,
    "account_zone": "Europe/Vienna",
    "account_currency": "EUR",
}
CARRIED = "x-shopify-access-token"  # the header that carries the token
LIMITS = "https://shopify.dev/api/usage/rate-limits"
BIGGEST = 250
QUANTITIES = ("available", "on_hand", "committed", "incoming", "reserved", "damaged", "quality_control", "safety_stock")


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {"x-shopify-api-version": "2026-10"}, orjson.dumps(value))


def error(code: str, message: str, **beside: Any) -> Answer:
    return said({"errors": [{"message": message, "extensions": {"code": code}}], **beside})


def cost(wanted: int, left: int, found: int | None) -> Record:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 100.0}
    return {"cost": {"requestedQueryCost": wanted, "actualQueryCost": found, "throttleStatus": status}}


REFUSALS = {
    "credential": said({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401),
    "permission": error(
        "ACCESS_DENIED",
        "Access denied for customers field. Required access: `read_customers` access scope.",
        data={"customers": None},
    ),
    "gone": said(
        {
            "data": dict.fromkeys(("order", "refund", "location", "node", "draftOrder", "collection", "product")),
            "extensions": cost(12, 1988, 1),
        }
    ),
    "question": error("undefinedField", "Field 'nothing' doesn't exist on type 'Order'"),
    "limit": error("THROTTLED", "Throttled", extensions=cost(752, 40, None)),
    "fault": error("INTERNAL_SERVER_ERROR", "Internal error. Looks like something went wrong on our end."),
}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, body = request.url.removeprefix(f"https://{HOST}"), request.json
    if request.method != "POST" or path != PATH or not isinstance(body, dict) or request.query:
        return said({"errors": "Not Found"}, 404)
    operation, variables = _operation(body), body.get("variables", {})
    root = next(iter(operation.selection_set.selections))
    assert isinstance(root, FieldNode)
    *_, last = path_of(desk.recorded)
    if path_of(desk.recorded)[0] != root.name.value or variables.get("id") != desk.recorded.given.get(_id_of(desk)):
        return REFUSALS["gone"]
    query: Any = {"body": body}
    if not desk.recorded.most:
        rows = [row for _, row in desk.seen(query)]
        return said({"data": _nested(path_of(desk.recorded), rows if desk.recorded.records else rows[0])})
    if not 1 <= variables.get("first", 0) <= BIGGEST:
        return error("BAD_REQUEST", "first must be between 0 and 250")
    size = min(variables["first"], desk.capped) if desk.capped else variables["first"]
    after = variables.get("after") or ""
    begins = after == desk.recorded.given.get("place")  # where what the parent showed ends
    page, cursor = desk.page(_question(body), "" if begins else after, size)
    assert last == "nodes"
    info = {"hasNextPage": bool(cursor), "endCursor": cursor or ("TheEnd" if page else None)}
    data = _nested(path_of(desk.recorded)[:-1], {"nodes": page, "pageInfo": info})
    for counted in operation.selection_set.selections[1:]:
        assert isinstance(counted, FieldNode)
        of = _filter_of(counted)
        kept: Any = {"body": {**body, "variables": {**variables, "query": variables.get(of) if of else None}}}
        data[counted.name.value] = {"count": len(desk.seen(kept)), "precision": "EXACT"}
    for counted in _fields(root.selection_set)[1:] if path_of(desk.recorded)[1:-1] else ():  # beside a list inside
        data[root.name.value][counted.name.value] = {"count": len(desk.seen(query)), "precision": "EXACT"}
    return said({"data": data, "extensions": cost(60, 1940, 40)})


def path_of(recorded: Recorded) -> list[str]:
    """Where its records are below `data`; of the shop, the one record that there is."""
    return recorded.records.split(".")[1:] if recorded.records else ["shop"]


def _id_of(desk: FakePlatform) -> str:
    return next((name for name in desk.recorded.given if name != "place" and name != "order_id"), "order_id")


def _nested(path: list[str], value: Any) -> Record:
    for name in reversed(path):
        value = {name: value}
    found: Record = value
    return found


def _question(body: Record) -> Any:
    """Without the place in the list: what a cursor goes on with."""
    asked = {name: value for name, value in body["variables"].items() if name not in ("after", "first")}
    return {"body": {**body, "variables": asked}}


def _filter_of(field: FieldNode) -> str:
    """The variable that a count is filtered by; "": it counts all."""
    found = next((one for one in field.arguments or () if one.name.value == "query"), None)
    if found is None:
        return ""
    assert isinstance(found.value, VariableNode)
    return found.value.name.value


def _operation(body: Record) -> OperationDefinitionNode:
    return _read(body["query"])


@cache  # one text is asked for each record of each page
def _read(text: str) -> OperationDefinitionNode:
    found = parse(text).definitions[0]
    assert isinstance(found, OperationDefinitionNode)
    return found


# -- how it chooses ------------------------------------------------------------------------------------


def asked_for(path: str) -> Any:
    """The fields that are asked for of each record at this path, if the filter lets it through."""

    def shown(record: Record, query: Query) -> Record | None:
        body: Any = query["body"]
        if not fits(record, (body.get("variables") or {}).get("query")):
            return None
        found: Record = only(record, _chosen(body["query"], path))
        return found

    return shown


def fits(record: Record, query: str | None) -> bool:
    """Moments must be quoted: their colons would be read as further filters. What is unknown filters nothing."""
    for name, sign, moment in re.findall(r"(updated_at|created_at):(>=|<)'([^']+)'", query or ""):
        value = record["updatedAt" if name == "updated_at" else "createdAt"]
        later = datetime.fromisoformat(value) >= datetime.fromisoformat(moment)
        if later != (sign == ">="):
            return False
    return True


def only(value: Any, chosen: Chosen) -> Any:
    if not chosen:
        return value
    if isinstance(value, list):
        return [only(one, chosen) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: only(value[name], below) if below else value[name] for name, below in chosen}


@cache  # as is its operation
def _chosen(text: str, path: str) -> Chosen:
    chosen = _read(text).selection_set
    for step in path.split(".")[1:]:
        chosen = next(one for one in _fields(chosen) if one.name.value == step).selection_set or chosen
    return _below(chosen)


def _below(chosen: SelectionSetNode | None) -> Chosen:
    return tuple((one.name.value, _below(one.selection_set)) for one in _fields(chosen))


def _fields(chosen: SelectionSetNode | None) -> list[FieldNode]:
    found: list[FieldNode] = []
    for one in chosen.selections if chosen else ():
        if isinstance(one, FieldNode):
            found.append(one)
        elif isinstance(one, InlineFragmentNode):
            found += _fields(one.selection_set)
    return found


def gid(kind: str, i: int) -> Record:
    return {"id": f"gid://shopify/{kind}/{1000 + i}"}


def listed(records: str, key: str, kind: str, **more: Any) -> Recorded:
    """A list of the shop. `key`: our name for its id."""

    def vary(i: int) -> Record:
        changed = {more["changed"]: when(i)} if "changed" in more else {}
        return {**gid(kind, i), "legacyResourceId": str(1000 + i), **changed}

    return Recorded(
        PATH, records, (key,), vary, keys=lambda record: [{key: record["id"]}], most=more.pop("most", BIGGEST),
        shown=asked_for(records), **more,
    )  # fmt: skip


def refund_line(i: int) -> Record:
    """Of one in three the id is null."""
    return {"id": None if i % 3 == 2 else f"gid://shopify/RefundLineItem/{i}", "lineItem": gid("LineItem", i)}


def refund(i: int) -> Record:
    nodes = [{**REFUND_LINE, **refund_line(10 * i + j)} for j in range(2)]
    return {**gid("Refund", i), "refundLineItems": {"nodes": nodes, "pageInfo": END}}


def longer(parent: str, its_id: str, records: str, key: str, kind: str) -> Recorded:
    """What a record did not show of a list inside it. `its_id`, `key`: our names for both ids."""
    inside = records.split(".")[2]
    its = f"gid://shopify/{parent}/1"
    return Recorded(
        PATH, records, (its_id, key), lambda i: gid(kind, i), {its_id: its, "place": MORE["endCursor"]},
        asked_for(records), BIGGEST, keys=lambda record: [{key: record["id"]}],
        parents=(({"id": its, inside: {"pageInfo": MORE}}, True), ({"id": its, inside: {"pageInfo": END}}, False)),
    )  # fmt: skip


def of_orders(
    key: str, inside: Callable[[int], Record], ids: Callable[[Record], list[str]], made: Record, **more: Any
) -> Recorded:
    """What hangs on orders, read with a list of these. `inside`: the list that order number i holds."""
    records = "data.orders.nodes"
    return Recorded(
        PATH, records, ("order_id", key), lambda i: {**gid("Order", i), "updatedAt": when(i), **inside(i)},
        shown=asked_for(records), most=BIGGEST, changed="updatedAt", total="data.ordersCount.count",
        keys=lambda order: [{"order_id": order["id"], key: each} for each in ids(order)],
        made=frozenset({"order_id", *made}), **more,
    )  # fmt: skip


def shipping(i: int) -> Record:
    """The second of each order has no id."""
    nodes = [{**SHIPPED, "id": f"gid://shopify/ShippingLine/{i}"}, {**SHIPPED, "id": None}]
    return {"nodes": nodes, "pageInfo": {"hasNextPage": i % 2 == 0}}


def named(refund_id: str, line: Record) -> Record:
    return {"refund_id": refund_id, "refund_line_id": line["id"] or line["lineItem"]["id"]}


ORDER, REFUND = "gid://shopify/Order/1", "gid://shopify/Refund/1"
END = {"hasNextPage": False, "endCursor": "eyJsYXN0X2lkIjoxfQ=="}
MORE = {"hasNextPage": True, "endCursor": "eyJsYXN0X2lkIjoyNX0="}
MONEY = {"shopMoney": {"amount": "12.30", "currencyCode": "EUR"}}
REFUND_LINE: Record = {
    "quantity": 3,
    "restockType": "CANCEL",
    "restocked": True,
    "subtotalSet": MONEY,
    "totalTaxSet": MONEY,
}
MOMENT = "2026-08-30T07:00:00Z"
SENT: Record = {
    "legacyResourceId": "42", "name": "#1042.1", "status": "SUCCESS", "displayStatus": "IN_TRANSIT",
    "createdAt": MOMENT, "updatedAt": MOMENT, "inTransitAt": MOMENT, "deliveredAt": MOMENT,
    "estimatedDeliveryAt": MOMENT, "totalQuantity": 3, "requiresShipping": True, "location": gid("Location", 1),
    "trackingInfo": [{"company": "DHL Express", "number": "JD42"}],
    "fulfillmentLineItems": {
        "nodes": [{**gid("FulfillmentLineItem", 1), "lineItem": gid("LineItem", 1), "quantity": 3,
                   "originalTotalSet": MONEY, "discountedTotalSet": MONEY}],
        "pageInfo": {"hasNextPage": True},
    },
}  # fmt: skip
SHIPPED: Record = {
    "title": "Standard", "code": "STANDARD", "source": "shopify", "carrierIdentifier": "text",
    "deliveryCategory": "local", "custom": True, "isRemoved": True, "originalPriceSet": MONEY,
    "discountedPriceSet": MONEY, "currentDiscountedPriceSet": MONEY,
    "taxLines": [{"title": "VAT", "rate": 0.2, "priceSet": MONEY}],
}  # fmt: skip
NOTED: Record = {
    "namespace": "custom", "key": "flour", "type": "single_line_text_field", "value": "rye", "createdAt": MOMENT,
    "updatedAt": MOMENT,
}  # fmt: skip
NO_REFUND: Record = {**gid("Order", 3), "lineItems": {"pageInfo": END}, "refunds": []}
REFUNDED: Record = {**gid("Order", 2), "lineItems": {"pageInfo": END}, "refunds": [gid("Refund", 1)]}

RECORDED = load("shopify", {
    "shop": Recorded(PATH, None, ("shop_id",), lambda i: gid("Shop", i),
                     keys=lambda record: [{"shop_id": record["id"]}], shown=asked_for("data.shop")),
    "orders": listed("data.orders.nodes", "order_id", "Order", changed="updatedAt", total="data.ordersCount.count",
                     made=frozenset({"processed_date"})),
    "order_line_items_rest": longer("Order", "order_id", "data.order.lineItems.nodes", "line_item_id", "LineItem"),
    "order_refund_lines": Recorded(
        PATH, "data.order.refunds", ("order_id", "refund_id", "refund_line_id"), refund, {"order_id": ORDER},
        asked_for("data.order.refunds"), parents=((REFUNDED, True), (NO_REFUND, False)),
        keys=lambda record: [named(record["id"], one) for one in record["refundLineItems"]["nodes"]],
        made=frozenset({"refund_id", "refund_line_id", "lineItem", "quantity", "restockType", "restocked",
                        "subtotalSet", "totalTaxSet"})),
    "order_refund_lines_rest": Recorded(
        PATH, "data.refund.refundLineItems.nodes", ("order_id", "refund_id", "refund_line_id"), refund_line,
        {"refund_id": REFUND, "order_id": ORDER, "place": "eyJsYXN0X2lkIjoyNX0="},
        asked_for("data.refund.refundLineItems.nodes"), BIGGEST,
        keys=lambda record: [named(REFUND, record)], made=frozenset({"refund_line_id"}),
        parents=(({**gid("Refund", 1), "order_id": ORDER, "refundLineItems": {"pageInfo": MORE}}, True),
                 ({**gid("Refund", 2), "order_id": ORDER, "refundLineItems": {"pageInfo": END}}, False))),
    "customers": listed("data.customers.nodes", "customer_id", "Customer", changed="updatedAt",
                        total="data.customersCount.count"),
    "products": listed("data.products.nodes", "product_id", "Product", changed="updatedAt",
                       total="data.productsCount.count"),
    "product_variants": listed("data.productVariants.nodes", "variant_id", "ProductVariant", changed="updatedAt",
                               total="data.productVariantsCount.count"),
    "deleted_products": listed("data.events.nodes", "event_id", "BasicEvent", changed="createdAt",
                               total="data.eventsCount.count"),
    "inventory_items": listed("data.inventoryItems.nodes", "inventory_item_id", "InventoryItem", changed="updatedAt"),
    "locations": listed("data.locations.nodes", "location_id", "Location"),
    "inventory_levels": listed(
        "data.location.inventoryLevels.nodes", "inventory_level_id", "InventoryLevel", changed="updatedAt",
        given={"location_id": "gid://shopify/Location/1"}, parents=((gid("Location", 1), True),),
        made=frozenset(QUANTITIES)),
    "abandoned_checkouts": listed("data.abandonedCheckouts.nodes", "checkout_id", "AbandonedCheckout",
                                  changed="updatedAt", total="data.abandonedCheckoutsCount.count"),
    "abandoned_checkout_line_items_rest": longer(
        "AbandonedCheckout", "checkout_id", "data.node.lineItems.nodes", "line_item_id", "AbandonedCheckoutLineItem"),
    "draft_orders": listed("data.draftOrders.nodes", "draft_order_id", "DraftOrder",
                           total="data.draftOrdersCount.count"),
    "draft_order_line_items_rest": longer(
        "DraftOrder", "draft_order_id", "data.draftOrder.lineItems.nodes", "line_item_id", "DraftOrderLineItem"),
    "order_fulfillments": of_orders(
        "fulfillment_id", lambda i: {"fulfillments": [{**SENT, **gid("Fulfillment", 10 * i + j)} for j in range(2)]},
        lambda order: [one["id"] for one in order["fulfillments"]], {**SENT, "fulfillment_id": None},
        look_back=timedelta(days=14)),
    "order_shipping_lines": of_orders(
        "shipping_line_id", lambda i: {"shippingLines": shipping(i)},
        lambda order: [one["id"] or str(n) for n, one in enumerate(order["shippingLines"]["nodes"], 1)],
        {**SHIPPED, "shipping_line_id": None, "pageInfo": None}),
    "collections": listed("data.collections.nodes", "collection_id", "Collection", total="data.collectionsCount.count"),
    "collection_products": Recorded(
        PATH, "data.collection.products.nodes", ("collection_id", "product_id"), lambda i: gid("Product", i),
        {"collection_id": "gid://shopify/Collection/1"}, asked_for("data.collection.products.nodes"), BIGGEST,
        keys=lambda record: [{"product_id": record["id"]}], parents=(({"id": "gid://shopify/Collection/1"}, True),),
        total="data.collection.productsCount.count"),
    "product_metafields": Recorded(
        PATH, "data.products.nodes", ("product_id", "metafield_id"),
        lambda i: {**gid("Product", i), "metafields": {
            "nodes": [{**NOTED, **gid("Metafield", 10 * i + j)} for j in range(2)], "pageInfo": END}},
        shown=asked_for("data.products.nodes"), most=BIGGEST, total="data.productsCount.count",
        keys=lambda product: [{"product_id": product["id"], "metafield_id": one["id"]}
                              for one in product["metafields"]["nodes"]],
        made=frozenset({"product_id", "metafield_id", "pageInfo", *NOTED})),
    "product_metafields_rest": longer(
        "Product", "product_id", "data.product.metafields.nodes", "metafield_id", "Metafield"),
}, lambda stream: (stream.records or "").replace(".nodes", ".pageInfo.hasNextPage"))  # fmt: skip
