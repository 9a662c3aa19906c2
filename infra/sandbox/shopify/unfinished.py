"""What became no order, or not yet: checkouts that somebody left."""

from infra.sandbox.invent import CITIES, Dice
from infra.sandbox.records import Record
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.times import zulu


def add_checkout(world: Shopify, dice: Dice, lines: int, moment: int) -> Record:
    """Left by somebody who is known, or by a guest. Every third one used a code."""
    new, made = world.new_id("AbandonedCheckout"), zulu(moment)
    place = int(number(new)) % 1000
    variants, customers = list(world.variants), list(world.customers)
    currency = "USD" if place % 5 == 0 else world.currency
    bought = [_line(world, dice, variants, currency, place % 3 == 0) for _ in range(lines)]
    before, after = (_sum(bought, name) for name in ("originalTotalPriceSet", "discountedTotalPriceWithCodeDiscount"))
    _, country = CITIES[place % len(CITIES)]
    return world.checkouts.put(
        {
            "id": new,
            "name": f"#{number(new)}",
            "createdAt": made,
            "updatedAt": made,
            "completedAt": None,
            "abandonedCheckoutUrl": f"https://shop.example.com/checkouts/{number(new)}/recover",
            "customer": {"id": customers[dice.below(len(customers))]["id"]} if customers and place % 4 else None,
            "discountCodes": ["SPRING10"] if place % 3 == 0 else [],
            "note": "",
            "taxesIncluded": True,
            "totalPriceSet": world.money(after + 490, currency),
            "subtotalPriceSet": world.money(after, currency),
            "totalLineItemsPriceSet": world.money(before, currency),
            "totalDiscountSet": world.money(before - after, currency),
            "totalTaxSet": world.money((after + 490) * 20 // 120, currency) if place % 6 else None,
            "totalDutiesSet": None,
            "shippingAddress": {
                "id": f"gid://shopify/MailingAddress/{number(new)}", "city": "Graz", "countryCodeV2": country,
                "provinceCode": None, "zip": "8010",
            } if place % 7 else None,
            "lineItems": bought,
        }
    )  # fmt: skip


def complete_checkout(world: Shopify, checkout: Record) -> Record:
    return world.update(world.checkouts, checkout, completedAt=zulu(world.now()))


def _line(world: Shopify, dice: Dice, variants: list[Record], currency: str, code: bool) -> Record:
    variant = variants[dice.below(len(variants))] if variants else None
    pieces = 1 + dice.below(3)
    price = round(float(variant["price"]) * 100) if variant else 1000
    whole = world.money(pieces * price, currency)
    return {
        "id": world.new_id("AbandonedCheckoutLineItem"),
        "title": variant["displayName"].partition(" - ")[0] if variant else "Something else",
        "variantTitle": variant["title"] if variant else None,
        "sku": variant["sku"] if variant else None,
        "quantity": pieces,
        "product": dict(variant["product"]) if variant else None,
        "variant": {"id": variant["id"]} if variant else None,
        "originalUnitPriceSet": world.money(price, currency),
        "originalTotalPriceSet": whole,
        "discountedTotalPriceSet": whole,
        "discountedTotalPriceWithCodeDiscount": world.money(pieces * price * 9 // 10, currency) if code else whole,
    }


def _sum(lines: list[Record], name: str) -> int:
    return sum(round(float(line[name]["shopMoney"]["amount"]) * 100) for line in lines)
