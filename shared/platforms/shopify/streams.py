"""What is read of a shop."""

from __future__ import annotations

from datetime import timedelta

from shared.kit.graphql import below, listed, of_all, of_one, selection
from shared.platforms.shopify import columns as table
from shared.platforms.shopify.lists import BY_ID, GRAPHQL, OF_ONE, PAGE, rest, stream
from shared.platforms.shopify.optional import OPTIONAL, OPTIONAL_VIEWS
from shared.platforms.shopify.records import on_its_day, per_line, per_name, was_refunded, with_its_id
from shared.platforms.shopify.search import by_id, changed, counted, pages
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent
from shared.vocabulary.stream import Stream

# How long Shopify takes to work out the visits before an order is not told, nor whether that moves `updatedAt`.
ATTRIBUTED = timedelta(days=1)

STREAMS = (
    Stream(
        "shop",
        "Shop",
        path=GRAPHQL,
        columns=columns(table.SHOP),
        method="POST",
        body={"query": f"{{shop{{{selection(table.SHOP)}}}}}"},
        unfold=lambda answer: [answer["data"]["shop"]],
        unproven="There is one shop to a connection, and it always comes.",
    ),
    stream(
        "orders",
        "Orders",
        root="orders",
        text=table.ORDERS,
        asked=table.ASKED_ORDERS,
        count="ordersCount",
        size=25,
        shape=on_its_day,
        scope="read_orders",
        ignore=frozenset({"lineItems.pageInfo.endCursor"}),
        moved=frozenset({"edited", "taxes_included", "original_total_price", "tips", "duties", "visits_ready"}),
        look_back=ATTRIBUTED,
    ),
    rest(
        "order_line_items_rest",
        "Lines of orders with more than 25",
        root="order",
        lines="lineItems",
        text=table.ORDER_LINE_ITEMS_REST,
        asked=table.ASKED_LINES,
        parent="orders",
        its_id="order_id",
        scope="read_orders",
        unproven="Shopify tells the pieces of an order, not its lines.",
    ),
    Stream(
        "order_refund_lines",
        "Lines of refunds",
        path=GRAPHQL,
        columns=columns(table.ORDER_REFUND_LINES),
        method="POST",
        body=of_one(
            "order", f"refunds{{id refundLineItems(first:100){listed(table.ASKED_REFUND_LINES)}}}", id="{order_id}"
        ),
        unfold=below("order", "refunds"),
        shape=per_line,
        ignore=frozenset({"id"}),
        parent=Parent("orders", {"order_id": "id"}, was_refunded),
        scope="read_orders",
        unproven="Shopify does not count the lines of refunds.",
    ),
    rest(
        "order_refund_lines_rest",
        "Lines of refunds with more than 100",
        root="refund",
        lines="refundLineItems",
        text=table.ORDER_REFUND_LINES,
        asked=table.ASKED_REFUND_LINES,
        parent="order_refund_lines",
        its_id="refund_id",
        also={"order_id": "order_id"},
        shape=with_its_id,
        ignore=frozenset({"id"}),
        scope="read_orders",
        unproven="Shopify does not count the lines of refunds.",
    ),
    stream(
        "customers",
        "Customers",
        root="customers",
        text=table.CUSTOMERS,
        asked=selection(table.CUSTOMERS),
        count="customersCount",
        scope="read_customers",
        # The list's filter matches “a whole day”, that of the count a moment: they may ask for two things (2026-11).
        by_day=True,
        counts_all=True,
    ),
    stream(
        "products",
        "Products",
        root="products",
        text=table.PRODUCTS,
        asked=selection(table.PRODUCTS, options="name values"),
        count="productsCount",
        scope="read_products",
    ),
    stream(
        "product_variants",
        "Product variants",
        root="productVariants",
        text=table.PRODUCT_VARIANTS,
        asked=selection(table.PRODUCT_VARIANTS, "account_currency"),
        count="productVariantsCount",
        scope="read_products",
        counts_all=True,  # it has “no supported search fields”, and what it does not know it does not look at (2026-11)
    ),
    Stream(
        # A product that is deleted leaves the list without a word; the event is all that stays of it.
        "deleted_products",
        "Deleted products",
        path=GRAPHQL,
        records="data.events.nodes",
        columns=columns(table.DELETED_PRODUCTS),
        method="POST",
        body={
            **of_all(
                "events",
                "id createdAt message ... on BasicEvent{subjectId}",
                BY_ID,
                "eventsCount(query:$query){count precision}",
            ),
            "variables": {"query": "action:destroy AND subject_type:PRODUCT"},
        },
        pages=pages("events", PAGE),
        slices=changed("query", "created_at"),
        total=counted("eventsCount"),
        scope="read_products",
    ),
    stream(
        "inventory_items",
        "Inventory items",
        root="inventoryItems",
        text=table.INVENTORY_ITEMS,
        asked=selection(table.INVENTORY_ITEMS),
        more="",
        scope="read_inventory",
        unproven="Shopify does not count inventory items.",
    ),
    Stream(
        "locations",
        "Locations",
        path=GRAPHQL,
        records="data.locations.nodes",
        columns=columns(table.LOCATIONS),
        method="POST",
        body=of_all("locations", selection(table.LOCATIONS), f"{BY_ID},includeInactive:true,includeLegacy:true"),
        pages=pages("locations", PAGE),
        scope="read_locations",
        unproven="Shopify counts locations in use only.",
    ),
    Stream(
        "inventory_levels",
        "Inventory by location",
        path=GRAPHQL,
        columns=columns(table.INVENTORY_LEVELS),
        method="POST",
        body=of_one(
            "location",
            f"inventoryLevels(first:$first,after:$after,query:$query,includeInactive:true){listed(table.ASKED_LEVELS)}",
            f"{OF_ONE},$query:String",
            id="{location_id}",
        ),
        pages=pages("location.inventoryLevels", PAGE, by_id("query", "item.legacyResourceId", "inventory_item_id")),
        slices=changed("query"),
        unfold=below("location", "inventoryLevels", "nodes"),
        shape=per_name,
        parent=Parent("locations", {"location_id": "id"}),
        ignore=frozenset({"item.legacyResourceId"}),
        scope="read_inventory",
        unproven="Shopify does not count inventory levels.",
    ),
    *OPTIONAL,
)

VIEWS = (
    View("order_line_items", "Lines of orders", "orders", "line_items", columns(table.ORDER_LINE_ITEMS)),
    View("order_refunds", "Refunds", "orders", "refunds", columns(table.ORDER_REFUNDS)),
    View("order_transactions", "Payments", "orders", "transactions", columns(table.ORDER_TRANSACTIONS)),
    *OPTIONAL_VIEWS,
)
