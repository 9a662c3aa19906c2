"""What is read of a shop only when it is asked for."""

from __future__ import annotations

from datetime import timedelta

from shared.kit.graphql import below, listed, of_one, selection
from shared.platforms.shopify import columns_optional as table
from shared.platforms.shopify.access import DRAFTS
from shared.platforms.shopify.lists import BY_ID, GRAPHQL, OF_ONE, PAGE, rest, stream
from shared.platforms.shopify.records import each_of
from shared.platforms.shopify.search import counted, pages
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent
from shared.vocabulary.stream import Stream

# Whether a parcel that arrives moves the `updatedAt` of its order is not told (2026-11).
ON_ITS_WAY = timedelta(days=14)

OPTIONAL = (
    stream(
        # They tell no number beside their id, whose end it is.
        "abandoned_checkouts",
        "Abandoned checkouts",
        root="abandonedCheckouts",
        text=table.ABANDONED_CHECKOUTS,
        asked=table.ASKED_CHECKOUTS,
        count="abandonedCheckoutsCount",
        size=25,
        number="id",
        scope="read_orders",
        ignore=frozenset({"lineItems.pageInfo.endCursor"}),
        optional=True,
    ),
    rest(
        # No question is for one checkout; `node` is for a record of any kind.
        "abandoned_checkout_line_items_rest",
        "Lines of abandoned checkouts with more than 25",
        root="node",
        lines="lineItems",
        text=table.ABANDONED_CHECKOUT_LINE_ITEMS,
        asked=table.ASKED_CHECKOUT_LINES,
        parent="abandoned_checkouts",
        its_id="checkout_id",
        on="AbandonedCheckout",
        scope="read_orders",
        optional=True,
        unproven="Shopify does not count the lines of a checkout.",
    ),
    stream(
        # Read whole: those that are deleted, by hand or after a year, leave without a word.
        "draft_orders",
        "Draft orders",
        root="draftOrders",
        text=table.DRAFT_ORDERS,
        asked=table.ASKED_DRAFTS,
        count="draftOrdersCount",
        size=25,
        whole=True,
        scope=DRAFTS,
        ignore=frozenset({"lineItems.pageInfo.endCursor"}),
        optional=True,
    ),
    rest(
        "draft_order_line_items_rest",
        "Lines of draft orders with more than 25",
        root="draftOrder",
        lines="lineItems",
        text=table.DRAFT_ORDER_LINE_ITEMS,
        asked=table.ASKED_DRAFT_LINES,
        parent="draft_orders",
        its_id="draft_order_id",
        scope=DRAFTS,
        optional=True,
        unproven="Shopify tells the pieces of a draft order, not its lines.",
    ),
    stream(
        # Of the orders once more: a call for each of them would cost far more than a page of them.
        "order_fulfillments",
        "Fulfillments of orders",
        root="orders",
        text=table.ORDER_FULFILLMENTS,
        asked=table.ASKED_FULFILLMENTS,
        count="ordersCount",
        size=25,
        number="id",
        look_back=ON_ITS_WAY,
        scope="read_orders",
        shape=each_of("fulfillments", "fulfillment_id", "order_id"),
        optional=True,
    ),
    stream(
        # They are asked for with those that were taken out again, so that none changes its place.
        "order_shipping_lines",
        "Shipping lines of orders",
        root="orders",
        text=table.ORDER_SHIPPING_LINES,
        asked=table.ASKED_SHIPPING,
        count="ordersCount",
        size=50,
        number="id",
        scope="read_orders",
        shape=each_of("shippingLines", "shipping_line_id", "order_id"),
        optional=True,
    ),
    stream(
        "collections",
        "Collections",
        root="collections",
        text=table.COLLECTIONS,
        asked=selection(table.COLLECTIONS),
        count="collectionsCount",
        whole=True,
        scope="read_products",
        optional=True,
    ),
    Stream(
        "collection_products",
        "Products of collections",
        path=GRAPHQL,
        columns=columns(table.COLLECTION_PRODUCTS),
        method="POST",
        body=of_one(
            "collection",
            f"products(first:$first,after:$after{BY_ID}){listed('id')} productsCount{{count precision}}",
            OF_ONE,
            id="{collection_id}",
        ),
        pages=pages("collection.products", PAGE),
        unfold=below("collection", "products", "nodes"),
        parent=Parent("collections", {"collection_id": "id"}),
        total=counted("collection.productsCount"),
        scope="read_products",
        optional=True,
    ),
    stream(
        # Read whole: whether one moves the `updatedAt` of its product is not told, and deleted ones go silently.
        "product_metafields",
        "Metafields of products",
        root="products",
        text=table.PRODUCT_METAFIELDS,
        asked=table.ASKED_OF_PRODUCTS,
        count="productsCount",
        size=50,
        whole=True,
        number="id",
        scope="read_products",
        shape=each_of("metafields", "metafield_id", "product_id"),
        ignore=frozenset({"pageInfo"}),
        optional=True,
    ),
    rest(
        "product_metafields_rest",
        "Metafields of products with more than 50",
        root="product",
        lines="metafields",
        text=table.PRODUCT_METAFIELDS_REST,
        asked=table.ASKED_METAFIELDS,
        parent="product_metafields",
        its_id="product_id",
        scope="read_products",
        optional=True,
        unproven="Shopify does not count metafields.",
    ),
)

OPTIONAL_VIEWS = (
    View(
        "abandoned_checkout_line_items",
        "Lines of abandoned checkouts",
        "abandoned_checkouts",
        "line_items",
        columns(table.ABANDONED_CHECKOUT_LINE_ITEMS),
    ),
    View(
        "draft_order_line_items",
        "Lines of draft orders",
        "draft_orders",
        "line_items",
        columns(table.DRAFT_ORDER_LINE_ITEMS),
    ),
    View(
        "order_fulfillment_line_items",
        "Lines of fulfillments",
        "order_fulfillments",
        "line_items",
        columns(table.ORDER_FULFILLMENT_LINES),
    ),
)
