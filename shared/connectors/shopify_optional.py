"""What is read of a shop only when it is asked for."""

from __future__ import annotations

from shared.connectors.columns import columns
from shared.connectors.shopify_lists import rest, stream
from shared.connectors.spec import View
from shared.connectors.tables import shopify_optional as table

DRAFTS = "read_draft_orders"

OPTIONAL = (
    stream(
        # They tell no number beside their id, whose end it is.
        "abandoned_checkouts", "Abandoned checkouts", "abandonedCheckouts", table.ABANDONED_CHECKOUTS,
        table.ASKED_CHECKOUTS, count="abandonedCheckoutsCount", size=25, number="id", scope="read_orders",
        ignore=frozenset({"lineItems.pageInfo.endCursor"}), optional=True,
    ),
    rest(
        # No question is for one checkout; `node` is for a record of any kind.
        "abandoned_checkout_line_items_rest", "Lines of abandoned checkouts with more than 25", "node", "lineItems",
        table.ABANDONED_CHECKOUT_LINE_ITEMS, table.ASKED_CHECKOUT_LINES, "abandoned_checkouts", "checkout_id",
        on="AbandonedCheckout", scope="read_orders", optional=True,
        unproven="Shopify does not count the lines of a checkout.",
    ),
    stream(
        # Read whole: those that are deleted, by hand or after a year, leave without a word.
        "draft_orders", "Draft orders", "draftOrders", table.DRAFT_ORDERS, table.ASKED_DRAFTS, count="draftOrdersCount",
        size=25, whole=True, scope=DRAFTS, ignore=frozenset({"lineItems.pageInfo.endCursor"}), optional=True,
    ),
    rest(
        "draft_order_line_items_rest", "Lines of draft orders with more than 25", "draftOrder", "lineItems",
        table.DRAFT_ORDER_LINE_ITEMS, table.ASKED_DRAFT_LINES, "draft_orders", "draft_order_id", scope=DRAFTS,
        optional=True, unproven="Shopify tells the pieces of a draft order, not its lines.",
    ),
)  # fmt: skip

OPTIONAL_VIEWS = (
    View(
        "abandoned_checkout_line_items", "Lines of abandoned checkouts", "abandoned_checkouts", "line_items",
        columns(table.ABANDONED_CHECKOUT_LINE_ITEMS),
    ),
    View(
        "draft_order_line_items", "Lines of draft orders", "draft_orders", "line_items",
        columns(table.DRAFT_ORDER_LINE_ITEMS),
    ),
)  # fmt: skip
