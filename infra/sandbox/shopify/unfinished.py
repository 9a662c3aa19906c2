"""What became no order, or not yet: checkouts that somebody left, and drafts."""

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
    bought = [_checkout_line(world, dice, variants, currency, place % 3 == 0) for _ in range(lines)]
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


def add_draft(world: Shopify, dice: Dice, lines: int, moment: int) -> Record:
    """Written by the shop itself; every fourth line is of something that is in no catalogue."""
    new, made = world.new_id("DraftOrder"), zulu(moment)
    place = int(number(new)) % 1000
    variants, customers = list(world.variants), list(world.customers)
    currency = "USD" if place % 5 == 0 else world.currency
    bought = [
        _draft_line(world, dice, [] if (place + each) % 4 == 3 else variants, currency, place % 3 == 0)
        for each in range(lines)
    ]
    before, after = (_sum(bought, name) for name in ("originalTotalSet", "discountedTotalSet"))
    return world.drafts.put(
        {
            "id": new,
            "legacyResourceId": number(new),
            "name": f"#D{place}",
            "status": "OPEN",
            "createdAt": made,
            "updatedAt": made,
            "invoiceSentAt": None,
            "invoiceUrl": f"https://shop.example.com/invoices/{number(new)}",
            "completedAt": None,
            "order": None,
            "customer": {"id": customers[dice.below(len(customers))]["id"]} if customers and place % 4 else None,
            "email": None,
            "phone": None,
            "note2": None,
            "currencyCode": world.currency,
            "presentmentCurrencyCode": currency,
            "totalPriceSet": world.money(after + 490, currency),
            "subtotalPriceSet": world.money(after, currency),
            "totalLineItemsPriceSet": world.money(before, currency),
            "totalDiscountsSet": world.money(before - after, currency),
            "totalShippingPriceSet": world.money(490, currency),
            "totalTaxSet": world.money((after + 490) * 20 // 120, currency),
            "totalQuantityOfLineItems": sum(line["quantity"] for line in bought),
            "taxesIncluded": True,
            "taxExempt": place % 9 == 0,
            "discountCodes": [],
            "tags": ["phone"] if place % 2 else [],
            "shippingAddress": None,
            "lineItems": bought,
        }
    )


def send_invoice(world: Shopify, draft: Record) -> Record:
    return world.update(world.drafts, draft, status="INVOICE_SENT", invoiceSentAt=zulu(world.now()))


def complete_draft(world: Shopify, draft: Record, order: Record) -> Record:
    now, became = zulu(world.now()), {"id": order["id"]}
    return world.update(world.drafts, draft, status="COMPLETED", completedAt=now, order=became)


def _draft_line(world: Shopify, dice: Dice, variants: list[Record], currency: str, cheaper: bool) -> Record:
    variant = variants[dice.below(len(variants))] if variants else None
    pieces = 1 + dice.below(5)
    price = round(float(variant["price"]) * 100) if variant else 2500
    off = pieces * price // 10 if cheaper else 0
    new = world.new_id("DraftOrderLineItem")
    name = variant["displayName"].partition(" - ")[0] if variant else "Catering"
    return {
        "id": new,
        "uuid": f"00000000-0000-4000-8000-{int(number(new)):012x}",
        "name": name,
        "title": name,
        "variantTitle": variant["title"] if variant else None,
        "sku": variant["sku"] if variant else None,
        "vendor": "Oven & Co" if variant else None,
        "custom": variant is None,
        "quantity": pieces,
        "product": dict(variant["product"]) if variant else None,
        "variant": {"id": variant["id"]} if variant else None,
        "originalUnitPriceSet": world.money(price, currency),
        "originalTotalSet": world.money(pieces * price, currency),
        "discountedTotalSet": world.money(pieces * price - off, currency),
        "totalDiscountSet": world.money(off, currency),
        "isGiftCard": False,
        "taxable": True,
    }


def _checkout_line(world: Shopify, dice: Dice, variants: list[Record], currency: str, code: bool) -> Record:
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
