"""A Shopify shop: its records as the API tells them, how they hang together, and the edits tests may make."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox.records import Record, Rows, Table, as_is, field
from infra.sandbox.shopify.inside import (
    counted,
    held_by_collections,
    held_by_orders,
    held_by_products,
    lines_of,
    with_place,
    with_quantities,
)
from infra.sandbox.spec import Seed
from infra.sandbox.times import zulu

FIRST = {  # numbers of the first record of each kind
    "Shop": 80_000_000_001, "Location": 90_000_000_001, "Customer": 7_200_000_000_001, "Product": 8_300_000_000_001,
    "ProductVariant": 44_100_000_000_001, "InventoryItem": 46_200_000_000_001, "Order": 6_100_000_000_001,
    "LineItem": 15_000_000_000_001, "Refund": 940_000_000_001, "RefundLineItem": 520_000_000_001,
    "OrderTransaction": 7_500_000_000_001, "BasicEvent": 160_000_000_000_001, "InventoryLevel": 110_000_000_001,
    "AbandonedCheckout": 38_000_000_000_001, "AbandonedCheckoutLineItem": 39_000_000_000_001,
    "DraftOrder": 1_150_000_000_001, "DraftOrderLineItem": 58_000_000_000_001,
    "Collection": 480_000_000_001, "Metafield": 33_000_000_000_001,
    "Fulfillment": 5_300_000_000_001, "FulfillmentLineItem": 5_600_000_000_001, "ShippingLine": 4_900_000_000_001,
    "CustomerVisit": 21_000_000_000_001, "MailingAddress": 9_600_000_000_001, "TransactionFee": 310_000_000_001,
}  # fmt: skip
RATE = 1.1  # dollars for a unit of the shop's own currency


class Shopify:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.currency, self.zone = str(seed.options["currency"]), str(seed.options["zone"])
        self.state = 200  # 402 frozen, 404 closed, 423 locked
        self.version = ""  # that answers whatever is asked for; "": the one that is asked for
        self._made: dict[str, Iterator[int]] = {}
        one = field("id")
        self.shop = Table("shop", one, as_is)
        self.orders = Table("orders", one, as_is, whole=self.show_order)
        self.customers = Table("customers", one, as_is)
        self.products = Table("products", one, as_is)
        self.variants = Table("product_variants", one, as_is, lambda row: str(row["product"]["id"]))
        self.items = Table("inventory_items", one, as_is)
        self.locations = Table("locations", one, as_is)
        self.levels = Table(
            "inventory_levels", one, as_is, lambda row: str(row["location"]["id"]), whole=with_quantities
        )
        self.events = Table("deleted_products", one, as_is)
        self.checkouts = Table("abandoned_checkouts", one, as_is, whole=with_place)
        self.drafts = Table("draft_orders", one, as_is, whole=with_place)
        self.collections = Table("collections", one, as_is, whole=counted)
        self.tables: list[Rows] = [
            self.shop,
            self.orders,
            *held_by_orders(self.orders),
            self.customers,
            self.products,
            self.variants,
            self.items,
            self.locations,
            self.levels,
            self.events,
            self.checkouts,
            *lines_of("abandoned_checkout", "checkout_id", self.checkouts),
            self.drafts,
            *lines_of("draft_order", "draft_order_id", self.drafts),
            self.collections,
            *held_by_collections(self.collections),
            *held_by_products(self.products),
        ]

    # how records are made

    def new_id(self, kind: str) -> str:
        self._made.setdefault(kind, iter(range(FIRST[kind], FIRST[kind] + 10**9)))
        return f"gid://shopify/{kind}/{next(self._made[kind])}"

    def money(self, cents: int, currency: str = "") -> Record:
        """A MoneyBag: in the shop's currency, and in the customer's."""
        own = {"amount": f"{cents / 100:.2f}", "currencyCode": self.currency}
        if currency in ("", self.currency):
            return {"shopMoney": own, "presentmentMoney": own}
        theirs = {"amount": f"{round(cents * RATE) / 100:.2f}", "currencyCode": currency}
        return {"shopMoney": own, "presentmentMoney": theirs}

    def show_order(self, row: Record) -> Record:
        """As a table should have it: with the day in the shop's zone."""
        moment = datetime.fromisoformat(row["processedAt"]).astimezone(ZoneInfo(self.zone))
        return row | {"processed_date": moment.date().isoformat(), "account_zone": self.zone}

    # edits

    def update(self, table: Table[Record], row: Record, **fields: Any) -> Record:
        """Any change moves `updatedAt`; say it to place it elsewhere."""
        return table.put(row | {"updatedAt": zulu(self.now())} | fields)

    def delete_product(self, product_id: str) -> None:
        """With its variants, their inventory items and stock; an event tells of the product only."""
        for variant in self.variants.remove_of(product_id):
            item = variant["inventoryItem"]["id"]
            for level in [row for row in self.levels if row["item"]["id"] == item]:
                self.levels.remove((level["id"],))
            self.items.remove((item,))
        for collection in self.collections:
            left = [one for one in collection["products"] if one != product_id]
            if left != collection["products"]:
                self.update(self.collections, collection, products=left)
        title = self.products[(product_id,)]["title"]
        self.products.remove((product_id,))
        event = {
            "__typename": "BasicEvent",
            "id": self.new_id("BasicEvent"),
            "action": "destroy",
            "createdAt": zulu(self.now()),
            "message": f"A product was deleted: {title}.",
            "subjectId": product_id,
            "subjectType": "PRODUCT",
        }
        self.events.put(event)

    def refund(self, order: Record, quantities: dict[str, int], currency: str = "", note: str | None = None) -> Record:
        """Money back for so many pieces of some lines."""
        now, cents = zulu(self.now()), 0
        lines: list[Record] = []
        for line in order["lineItems"]:
            pieces = quantities.get(line["id"], 0)
            if not pieces:
                continue
            each = round(float(line["discountedTotalSet"]["shopMoney"]["amount"]) * 100) // line["quantity"] * pieces
            cents += each
            lines.append(
                {
                    "id": self.new_id("RefundLineItem") if len(lines) % 3 != 2 else None,  # it may be null
                    "quantity": pieces,
                    "restockType": "RETURN" if len(lines) % 2 == 0 else "NO_RESTOCK",
                    "restocked": len(lines) % 2 == 0,
                    "lineItem": {"id": line["id"]},
                    "priceSet": self.money(each // pieces, currency),
                    "subtotalSet": self.money(each, currency),
                    "totalTaxSet": self.money(each * 19 // 119, currency),
                }
            )
        new_id = self.new_id("Refund")
        refund = {
            "id": new_id,
            "legacyResourceId": number(new_id),
            "createdAt": now,
            "processedAt": now,
            "updatedAt": now,
            "note": note,
            "order": {"id": order["id"]},
            "totalRefundedSet": self.money(cents, currency),
            "refundLineItems": lines,
        }
        back = self.payment(order["id"], "REFUND", cents, currency, parent=order["transactions"][0]["id"])
        given = round(float(order["totalRefundedSet"]["shopMoney"]["amount"]) * 100) + cents
        paid = round(float(order["totalPriceSet"]["shopMoney"]["amount"]) * 100)
        left = [
            line | {"currentQuantity": line["currentQuantity"] - quantities.get(line["id"], 0)}
            for line in order["lineItems"]
        ]
        return self.update(
            self.orders,
            order,
            lineItems=left,
            refunds=[*order["refunds"], refund],
            transactions=[*order["transactions"], back],
            totalRefundedSet=self.money(given, currency),
            currentTotalPriceSet=self.money(paid - given, currency),
            netPaymentSet=self.money(paid - given, currency),
            displayFinancialStatus="REFUNDED" if given >= paid else "PARTIALLY_REFUNDED",
        )

    def payment(self, order_id: str, kind: str, cents: int, currency: str = "", parent: str = "") -> Record:
        now = zulu(self.now())
        fee = self.money(cents * 29 // 1000)["shopMoney"]
        return {
            "id": self.new_id("OrderTransaction"),
            "kind": kind,
            "status": "SUCCESS",
            "gateway": "shopify_payments",
            "formattedGateway": "Shopify Payments",
            "test": False,
            "createdAt": now,
            "processedAt": now,
            "amountSet": self.money(cents, currency),
            "parentTransaction": {"id": parent} if parent else None,
            "paymentId": f"pay_{number(order_id)}",
            "errorCode": None,
            "fees": [{"id": self.new_id("TransactionFee"), "amount": fee, "type": "processing_fee", "rate": "0.029"}],
            "order": {"id": order_id},
        }


def number(new_id: str) -> str:
    """The number at the end of an id."""
    return new_id.rpartition("/")[2].partition("?")[0]
