"""Shopify, GraphQL Admin API. What surprises about it: docs/platforms/shopify.md."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from datetime import date, timedelta

from shared.clock import parse
from shared.errors import Configure, Reconnect
from shared.kit.calendar import day_in
from shared.kit.graphql import below, listed, of_all, of_one, selection
from shared.kit.signed import by_hmac
from shared.platforms.shopify import columns as table
from shared.platforms.shopify.lists import BY_ID, GRAPHQL, OF_ONE, PAGE, rest, stream
from shared.platforms.shopify.optional import DRAFTS, OPTIONAL, OPTIONAL_VIEWS
from shared.platforms.shopify.webhooks import CALLS, PERSONS
from shared.platforms.shopify.words import by_id, changed, counted, pages, refuse, rest_after
from shared.vocabulary.access import Account, Credential, Field, Key, OAuth, Revocation
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform, View
from shared.vocabulary.slicing import Parent
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Json, Request, at

VERSION = "2026-10"
API = f"https://{{shop}}.myshopify.com/admin/api/{VERSION}"
OAUTH = "https://{shop}.myshopify.com/admin/oauth"
# https://shopify.dev/docs/apps/build/authentication-authorization/app-installation/uninstall-app-api-request (2026-11)
UNINSTALL = Revocation(
    "https://{shop}.myshopify.com/admin/api_permissions/current.json", method="DELETE", ends_all=True
)
SHOP = r"[a-zA-Z0-9][a-zA-Z0-9\-]{0,62}"
# How long Shopify takes to work out the visits before an order is not told, nor whether that moves `updatedAt`.
ATTRIBUTED = timedelta(days=1)


# -- records -----------------------------------------------------------------------------------------


def on_its_day(order: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Reports count an order on the day it was placed, where the shop is. What is told of its visits before Shopify has
    worked them out is nothing yet."""
    if at(order, "customerJourneySummary.ready") is False:
        order = {**order, "customerJourneySummary": {"ready": False}}
    try:
        day = day_in(given.get("account_zone") or "UTC", parse(order["processedAt"])).isoformat()
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        yield order  # without that moment, or with an odd one, which is noted where values are looked at
    else:
        yield {**order, "processed_date": day}


def per_name(level: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The list of quantities → a column each."""
    rest = {name: value for name, value in level.items() if name != "quantities"}
    yield {**rest, **{each["name"]: each["quantity"] for each in level.get("quantities") or ()}}


def per_line(refund: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    rest = {name: value for name, value in refund.items() if name != "refundLineItems"}
    for line in refund["refundLineItems"]["nodes"]:
        yield from with_its_id({**rest, **line, "refund_id": refund["id"]}, given)


def with_its_id(line: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The id of a refund line may be null; within its refund the line item then says which it is."""
    yield {**line, "refund_line_id": line.get("id") or at(line, "lineItem.id")}


def was_refunded(order: Json) -> bool:
    return len(order.get("refunds")) > 0


STREAMS = (
    Stream(
        "shop", "Shop", GRAPHQL, "", columns(table.SHOP), method="POST",
        body={"query": f"{{shop{{{selection(table.SHOP)}}}}}"}, unfold=lambda answer: [answer["data"]["shop"]],
        unproven="There is one shop to a connection, and it always comes.",
    ),
    stream(
        "orders", "Orders", "orders", table.ORDERS, table.ASKED_ORDERS, count="ordersCount", size=25, shape=on_its_day,
        scope="read_orders", ignore=frozenset({"lineItems.pageInfo.endCursor"}),
        moved=frozenset({"edited", "taxes_included", "original_total_price", "tips", "duties", "visits_ready"}),
        look_back=ATTRIBUTED,
    ),
    rest(
        "order_line_items_rest", "Lines of orders with more than 25", "order", "lineItems",
        table.ORDER_LINE_ITEMS_REST, table.ASKED_LINES, "orders", "order_id", scope="read_orders",
        unproven="Shopify tells the pieces of an order, not its lines.",
    ),
    Stream(
        "order_refund_lines", "Lines of refunds", GRAPHQL, "", columns(table.ORDER_REFUND_LINES), method="POST",
        body=of_one(
            "order", f"refunds{{id refundLineItems(first:100){listed(table.ASKED_REFUND_LINES)}}}", id="{order_id}"
        ),
        unfold=below("order", "refunds"), shape=per_line, ignore=frozenset({"id"}),
        per=Parent("orders", {"order_id": "id"}, was_refunded),
        scope="read_orders", unproven="Shopify does not count the lines of refunds.",
    ),
    rest(
        "order_refund_lines_rest", "Lines of refunds with more than 100", "refund", "refundLineItems",
        table.ORDER_REFUND_LINES, table.ASKED_REFUND_LINES, "order_refund_lines", "refund_id",
        also={"order_id": "order_id"}, shape=with_its_id, ignore=frozenset({"id"}), scope="read_orders",
        unproven="Shopify does not count the lines of refunds.",
    ),
    stream(
        "customers", "Customers", "customers", table.CUSTOMERS, selection(table.CUSTOMERS),
        count="customersCount", scope="read_customers",
        # The list's filter matches “a whole day”, that of the count a moment: they may ask for two things (2026-11).
        by_day=True, counts_all=True,
    ),
    stream(
        "products", "Products", "products", table.PRODUCTS, selection(table.PRODUCTS, options="name values"),
        count="productsCount", scope="read_products",
    ),
    stream(
        "product_variants", "Product variants", "productVariants", table.PRODUCT_VARIANTS,
        selection(table.PRODUCT_VARIANTS, "account_currency"), count="productVariantsCount", scope="read_products",
        counts_all=True,  # it has “no supported search fields”, and what it does not know it does not look at (2026-11)
    ),
    Stream(
        # A product that is deleted leaves the list without a word; the event is all that stays of it.
        "deleted_products", "Deleted products", GRAPHQL, "data.events.nodes", columns(table.DELETED_PRODUCTS),
        method="POST",
        body={
            **of_all("events", "id createdAt message ... on BasicEvent{subjectId}", BY_ID,
                    "eventsCount(query:$query){count precision}"),
            "variables": {"query": "action:destroy AND subject_type:PRODUCT"},
        },
        pages=pages("events", PAGE), slices=changed("query", "created_at"), total=counted("eventsCount"),
        scope="read_products",
    ),
    stream(
        "inventory_items", "Inventory items", "inventoryItems", table.INVENTORY_ITEMS,
        selection(table.INVENTORY_ITEMS), more="", scope="read_inventory",
        unproven="Shopify does not count inventory items.",
    ),
    Stream(
        "locations", "Locations", GRAPHQL, "data.locations.nodes", columns(table.LOCATIONS), method="POST",
        body=of_all("locations", selection(table.LOCATIONS), f"{BY_ID},includeInactive:true,includeLegacy:true"),
        pages=pages("locations", PAGE), scope="read_locations",
        unproven="Shopify counts locations in use only.",
    ),
    Stream(
        "inventory_levels", "Inventory by location", GRAPHQL, "", columns(table.INVENTORY_LEVELS), method="POST",
        body=of_one(
            "location",
            f"inventoryLevels(first:$first,after:$after,query:$query,includeInactive:true){listed(table.ASKED_LEVELS)}",
            f"{OF_ONE},$query:String", id="{location_id}",
        ),
        pages=pages(
            "location.inventoryLevels", PAGE, by_id("query", "item.legacyResourceId", "inventory_item_id")
        ),
        slices=changed("query"), unfold=below("location", "inventoryLevels", "nodes"), shape=per_name,
        per=Parent("locations", {"location_id": "id"}), ignore=frozenset({"item.legacyResourceId"}),
        scope="read_inventory", unproven="Shopify does not count inventory levels.",
    ),
    *OPTIONAL,
)  # fmt: skip

VIEWS = (
    View("order_line_items", "Lines of orders", "orders", "line_items", columns(table.ORDER_LINE_ITEMS)),
    View("order_refunds", "Refunds", "orders", "refunds", columns(table.ORDER_REFUNDS)),
    View("order_transactions", "Payments", "orders", "transactions", columns(table.ORDER_TRANSACTIONS)),
    *OPTIONAL_VIEWS,
)


# -- access ------------------------------------------------------------------------------------------


def authorise(credential: Credential) -> Mapping[str, str]:
    return {"x-shopify-access-token": credential.token.reveal()}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    shop = credential.values.get("shop", "")
    if not re.fullmatch(SHOP, shop):
        raise Configure("odd-shop", "The address of this shop at Shopify is not of a known form.")
    question = {"query": "{shop{name myshopifyDomain currencyCode ianaTimezone}}"}
    answer = yield Request("POST", API.format(shop=shop) + GRAPHQL, json=question, headers=authorise(credential))
    if problem := refuse(answer):
        raise problem
    found = at(answer.json, "data.shop") or {}
    domain = str(found.get("myshopifyDomain") or "").lower()
    named = re.fullmatch(rf"({SHOP})\.myshopify\.com", domain)
    if not named:
        raise Reconnect("no-account", "Shopify did not say which shop this is; please connect again.")
    account = Account(
        id=domain,
        title=found.get("name") or domain,
        zone=found.get("ianaTimezone") or "UTC",
        currency=found.get("currencyCode") or "",
        values={"shop": named[1]},
    )
    return (account,)


ITS_SHOP = Field(
    "shop",
    "Address of the shop",
    "As it is at Shopify, such as my-shop.myshopify.com: in the admin under Settings, Domains.",
    rf"(?i)(?:https?://)?(?:admin\.shopify\.com/store/)?(?P<shop>{SHOP})(?:\.myshopify\.com)?(?:[/?#].*)?",
)
SCOPES = ("read_orders", "read_customers", "read_products", "read_inventory", "read_locations", DRAFTS)

SHOPIFY = Platform(
    name="shopify",
    title="Shopify",
    base=API,
    auth=(
        # Access that ends after an hour is a must for public apps; apps of a merchant's own get lasting access still.
        OAuth(
            f"{OAUTH}/authorize", f"{OAUTH}/access_token", SCOPES, rotates=True, grant_lifetime=timedelta(days=90),
            between=",", on_code={"expiring": "1"}, asks=(ITS_SHOP,), signed=by_hmac,
            revocation=UNINSTALL,
        ),
        Key(
            "In the shop's admin under Settings, Apps and sales channels, Develop apps: the Admin API access token.",
            r"shp[a-z]{2}_[A-Za-z0-9]{16,200}",
            "https://help.shopify.com/en/manual/apps/app-types/custom-apps",
            asks=(ITS_SHOP,),
            name="Admin API access token",
        ),
    ),
    authorise=authorise,
    discover=discover,
    limits=Limits(at_once=4, rest_after=rest_after),  # what a question costs is told in points, not in calls
    streams=STREAMS,
    views=VIEWS,
    version=VERSION,
    version_header="x-shopify-api-version",
    sunset=date(2027, 10, 1),
    refuse=refuse,
    reads="Orders with their lines, payments and refunds, customers, products and stock.",
    values={"shop": SHOP},
    calls=CALLS,
    persons=PERSONS,
)  # fmt: skip
