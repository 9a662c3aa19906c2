"""What the records of a shop hold inside them, as tables of their own."""

from collections.abc import Callable

from infra.sandbox.records import Derived, Record, Table

# How many of a list inside a record are truth of the stream that shows the record.
LINES, REFUND_LINES, SENT_LINES, METAFIELDS = 25, 100, 100, 50
REFUND_LINE = ("order_id", "refund_id", "refund_line_id")


def held_by_orders(orders: Table[Record]) -> list[Derived[Record]]:
    return [
        *lines_of("order", "order_id", orders),
        Derived("order_refunds", ("order_id", "id"), orders, lambda row: _of(row, "refunds")),
        Derived("order_transactions", ("order_id", "id"), orders, lambda row: _of(row, "transactions")),
        Derived("order_refund_lines", REFUND_LINE, orders, _refunded),
        Derived("order_refund_lines_rest", REFUND_LINE, orders, _refunded_rest),
        _each_of("order_fulfillments", "fulfillments", "fulfillment_id", "order_id", orders),
        Derived("order_fulfillment_line_items", ("order_id", "fulfillment_id", "id"), orders, _sent),
        _each_of("order_shipping_lines", "shippingLines", "shipping_line_id", "order_id", orders),
    ]


def held_by_collections(collections: Table[Record]) -> list[Derived[Record]]:
    return [Derived("collection_products", ("collection_id", "id"), collections, _members)]


def held_by_products(products: Table[Record]) -> list[Derived[Record]]:
    key = ("product_id", "metafield_id")
    return [
        Derived("product_metafields", key, products, _metafields(0, METAFIELDS)),
        Derived("product_metafields_rest", key, products, _metafields(METAFIELDS, None)),
    ]


def _of(order: Record, name: str) -> list[Record]:
    return [{"order_id": order["id"]} | row for row in order[name]]


def lines_of(name: str, its_id: str, source: Table[Record]) -> list[Derived[Record]]:
    """The lines that come with a record, and those that are read behind them. `its_id`: our name for its id."""

    def lines(start: int, end: int | None) -> Callable[[Record], list[Record]]:
        return lambda row: [{its_id: row["id"]} | line for line in row["lineItems"][start:end]]

    key = (its_id, "id")
    return [
        Derived(f"{name}_line_items", key, source, lines(0, LINES)),
        Derived(f"{name}_line_items_rest", key, source, lines(LINES, None)),
    ]


def with_place(row: Record) -> Record:
    """With what a page says of the lines that come with it."""
    return row | {"lineItems": {"pageInfo": {"hasNextPage": len(row["lineItems"]) > LINES}}}


def _refund_lines(order: Record, start: int, end: int | None) -> list[Record]:
    return [
        {"order_id": order["id"], "refund_id": refund["id"], "refund_line_id": line["id"] or line["lineItem"]["id"]}
        | {name: value for name, value in line.items() if name != "id"}
        for refund in order["refunds"]
        for line in refund["refundLineItems"][start:end]
    ]


def _refunded(order: Record) -> list[Record]:
    return _refund_lines(order, 0, REFUND_LINES)


def _refunded_rest(order: Record) -> list[Record]:
    return _refund_lines(order, REFUND_LINES, None)


def _sent(order: Record) -> list[Record]:
    return [
        {"order_id": order["id"], "fulfillment_id": fulfillment["id"]} | line
        for fulfillment in order["fulfillments"]
        for line in fulfillment["fulfillmentLineItems"][:SENT_LINES]
    ]


def _each_of(name: str, held: str, own_id: str, its_id: str, source: Table[Record]) -> Derived[Record]:
    """The list that a record holds. One without an id is known by its place."""

    def rows(record: Record) -> list[Record]:
        return [
            {its_id: record["id"], own_id: one["id"] or str(place)}
            | {part: value for part, value in one.items() if part != "id"}
            for place, one in enumerate(record[held], 1)
        ]

    return Derived(name, (its_id, own_id), source, rows)


def counted(collection: Record) -> Record:
    return collection | {"productsCount": {"count": len(collection["products"])}}


def _members(collection: Record) -> list[Record]:
    return [{"collection_id": collection["id"], "id": product} for product in collection["products"]]


def _metafields(start: int, end: int | None) -> Callable[[Record], list[Record]]:
    return lambda product: [
        {"product_id": product["id"], "metafield_id": one["id"]}
        | {name: value for name, value in one.items() if name != "id"}
        for one in product["metafields"][start:end]
    ]


def with_quantities(level: Record) -> Record:
    shown = {name: value for name, value in level.items() if name != "quantities"}
    return (
        shown | {"location_id": level["location"]["id"]} | {one["name"]: one["quantity"] for one in level["quantities"]}
    )
