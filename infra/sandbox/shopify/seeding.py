"""The first day of a shop. All moments count back from the clock at creation."""

from infra.sandbox.invent import CITIES, PAGES, Dice, address, person
from infra.sandbox.records import Record
from infra.sandbox.shopify.goods import add_product
from infra.sandbox.shopify.sending import send, shipping_lines
from infra.sandbox.shopify.shelving import add_collection
from infra.sandbox.shopify.unfinished import add_checkout, add_draft
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR, parse, zulu

ACCOUNT = "Demo Bakery"
DOMAIN = "demo-bakery.myshopify.com"
COUNTS = ("orders", "customers", "products", "locations")
CAMPAIGNS = ("spring-sale", "newsletter-12", "brand", "retargeting")
LONG, LONG_REFUND = 30, 130  # lines of the first order, and of the second, which was refunded


def build(seed: Seed) -> Shopify:
    world = Shopify(seed)
    _shop(world)
    for place in range(seed.count("locations", 3, 0.0)):
        _location(world, place)
    for place in range(seed.count("products", 24, 0.5)):
        add_product(world, place, world.now() - 300 * DAY + place * DAY)
    for place in range(4):
        add_collection(world, place, world.now() - (60 - place) * DAY)
    for place in range(seed.count("customers", 120)):
        add_customer(world, place, world.now() - 400 * DAY + place % 390 * DAY)
    dice = Dice(seed.seed, "shopify", "orders")
    orders = seed.count("orders", 200)
    for place in range(orders):
        lines = {0: LONG, 1: LONG_REFUND}.get(place, 1 + dice.below(4))
        ago = (orders - place) * 80 * DAY // max(orders, 1) + dice.below(HOUR)
        order = add_order(world, dice, lines, world.now() - ago)
        if place == 1:
            world.refund(order, {line["id"]: 1 for line in order["lineItems"]}, _currency(order), "All of it")
        elif place % 12 == 5:
            world.refund(order, {order["lineItems"][0]["id"]: 1}, _currency(order))
        elif place % 25 == 7:
            cancel(world, order)
    for order in list(world.orders):  # what was done above was done in its time
        moved = min(world.now() - HOUR, _seconds(order["createdAt"]) + int(number(order["id"])) % 20 * DAY)
        world.update(world.orders, order, updatedAt=zulu(max(moved, _seconds(order["createdAt"]))))
    unfinished = Dice(seed.seed, "shopify", "unfinished")
    for place in range(max(2, orders // 8)):
        lines = LONG if place == 1 else 1 + unfinished.below(3)
        add_checkout(world, unfinished, lines, world.now() - (place + 1) * DAY)
        add_draft(world, unfinished, lines, world.now() - (place + 1) * DAY)
    return world


def _seconds(text: str) -> int:
    return int(parse(text))


def _currency(order: Record) -> str:
    return str(order["presentmentCurrencyCode"])


def _shop(world: Shopify) -> None:
    made = zulu(world.now() - 900 * DAY)
    host = "shop.example.com"
    domain = {"id": "gid://shopify/Domain/1", "host": host, "url": f"https://{host}"}
    plan = {"publicDisplayName": "Basic", "partnerDevelopment": False, "shopifyPlus": False}
    row: Record = {"id": world.new_id("Shop"), "name": ACCOUNT, "myshopifyDomain": DOMAIN, "primaryDomain": domain}
    row |= {"currencyCode": world.currency, "ianaTimezone": world.zone, "plan": plan, "createdAt": made}
    world.shop.put(row | {"updatedAt": zulu(world.now() - 9 * DAY), "contactEmail": "owner@example.com"})


def _location(world: Shopify, place: int) -> None:
    """The last one is no longer in use."""
    city, country = CITIES[place % len(CITIES)]
    closed = place > 0 and place == world.seed.count("locations", 3, 0.0) - 1
    at = {"city": city, "countryCode": country, "provinceCode": None, "zip": f"{10_000 + place}"}
    row: Record = {"id": (new := world.new_id("Location")), "legacyResourceId": number(new), "name": f"Store {city}"}
    row |= {"isActive": not closed, "deactivatedAt": zulu(world.now() - 30 * DAY) if closed else None, "address": at}
    row |= {"fulfillsOnlineOrders": not closed, "isFulfillmentService": False}
    made = zulu(world.now() - 800 * DAY)
    world.locations.put(row | {"createdAt": made, "updatedAt": zulu(world.now() - (30 + place) * DAY)})


def add_customer(world: Shopify, place: int, moment: int) -> Record:
    (first, last), (city, country) = person(place), CITIES[place % len(CITIES)]
    new, made = world.new_id("Customer"), zulu(moment)
    mail = {"emailAddress": address(place, first, last), "marketingState": ("SUBSCRIBED", "NOT_SUBSCRIBED")[place % 2]}
    where = {"id": world.new_id("MailingAddress"), "city": city, "countryCodeV2": country, "zip": f"{20_000 + place}"}
    return world.customers.put(
        {
            "id": new,
            "legacyResourceId": number(new),
            "createdAt": made,
            "updatedAt": made,
            "firstName": first,
            "lastName": last if place % 9 else None,
            "displayName": f"{first} {last}",
            "defaultEmailAddress": mail if place % 11 else None,
            "defaultPhoneNumber": {"phoneNumber": f"+43660{place:07d}"} if place % 5 == 0 else None,
            "numberOfOrders": "0",
            "amountSpent": world.money(0)["shopMoney"],
            "state": ("ENABLED", "DISABLED", "INVITED")[place % 3],
            "tags": ["vip"] if place % 7 == 0 else [],
            "locale": "de",
            "note": "Likes rye" if place % 8 == 0 else None,
            "verifiedEmail": place % 4 != 0,
            "taxExempt": False,
            "defaultAddress": where | {"provinceCode": None} if place % 3 else None,
        }
    )


def add_order(world: Shopify, dice: Dice, lines: int, moment: int, attributed: bool = True) -> Record:
    """Placed and paid. Some pay in dollars, some are tests of the merchant's, some have no customer. `attributed`:
    whether it is known already which visits came before."""
    new, made = world.new_id("Order"), zulu(moment)
    name = int(number(new)) - 6_100_000_000_000 + 1000
    currency = "USD" if name % 6 == 0 else world.currency
    variants, customers = list(world.variants), list(world.customers)
    bought = [_line(world, dice, variants, currency) for _ in range(lines)]
    goods = sum(round(float(line["discountedTotalSet"]["shopMoney"]["amount"]) * 100) for line in bought)
    off = sum(round(float(line["totalDiscountSet"]["shopMoney"]["amount"]) * 100) for line in bought)
    shipping = 490 if name % 3 else 0
    total = goods + shipping
    buyer = customers[dice.below(len(customers))] if customers and name % 10 else None
    country = ("AT", "DE", "US")[name % 3]
    row: Record = {
        "id": new,
        "legacyResourceId": number(new),
        "name": f"#{name}",
        "createdAt": made,
        "processedAt": made,
        "updatedAt": made,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": zulu(moment + 3 * DAY) if moment + 3 * DAY < world.now() else None,
        "test": name % 40 == 3,
        "currencyCode": world.currency,
        "presentmentCurrencyCode": currency,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": ("FULFILLED", "UNFULFILLED")[name % 2],
        "totalPriceSet": world.money(total, currency),
        "subtotalPriceSet": world.money(goods, currency),
        "currentTotalPriceSet": world.money(total, currency),
        "totalDiscountsSet": world.money(off, currency),
        "totalTaxSet": world.money(total * 20 // 120, currency),
        "totalShippingPriceSet": world.money(shipping, currency),
        "totalRefundedSet": world.money(0, currency),
        "netPaymentSet": world.money(total, currency),
        "originalTotalPriceSet": world.money(total, currency),
        "totalTipReceivedSet": world.money(0, currency),
        "originalTotalDutiesSet": None,
        "edited": False,
        "taxesIncluded": True,
        "subtotalLineItemsQuantity": sum(line["quantity"] for line in bought),
        "discountCodes": ["SPRING10"] if off else [],
        "tags": ["gift"] if name % 9 == 0 else [],
        "sourceName": ("web", "pos", "web")[name % 3],
        "customer": {"id": buyer["id"]} if buyer else None,
        "customerJourneySummary": _journey(world, name, made) if attributed else NOT_YET,
        "shippingAddress": {
            "id": world.new_id("MailingAddress"), "city": "Graz", "countryCodeV2": country, "provinceCode": None,
            "zip": "8010",
        } if name % 7 else None,
        "lineItems": bought,
        "refunds": [],
        "transactions": [world.payment(new, "SALE", total, currency) | {"createdAt": made, "processedAt": made}],
        "transactionsCount": {"count": 1, "precision": "EXACT"},
        "fulfillments": [],
        "shippingLines": shipping_lines(world, name, shipping, currency),
        "email": None,
        "note": None,
    }  # fmt: skip
    if buyer:
        spent = round(float(buyer["amountSpent"]["amount"]) * 100) + total
        orders = str(int(buyer["numberOfOrders"]) + 1)
        money = world.money(spent)["shopMoney"]
        world.update(world.customers, buyer, numberOfOrders=orders, amountSpent=money, updatedAt=made)
    world.orders.put(row)
    return send(world, row, moment) if row["displayFulfillmentStatus"] == "FULFILLED" else row


def _line(world: Shopify, dice: Dice, variants: list[Record], currency: str) -> Record:
    variant = variants[dice.below(len(variants))] if variants else None
    pieces = 1 + dice.below(3)
    price = round(float(variant["price"]) * 100) if variant else 1000
    off = pieces * price // 10 if dice.chance(0.2) else 0
    return {
        "id": world.new_id("LineItem"),
        "title": variant["displayName"].partition(" - ")[0] if variant else "Something else",
        "variantTitle": variant["title"] if variant else None,
        "name": variant["displayName"] if variant else "Something else",
        "sku": variant["sku"] if variant else None,
        "vendor": "Oven & Co" if variant else None,
        "quantity": pieces,
        "currentQuantity": pieces,
        "product": dict(variant["product"]) if variant else None,
        "variant": {"id": variant["id"]} if variant else None,
        "originalUnitPriceSet": world.money(price, currency),
        "discountedUnitPriceSet": world.money((pieces * price - off) // pieces, currency),
        "originalTotalSet": world.money(pieces * price, currency),
        "discountedTotalSet": world.money(pieces * price - off, currency),
        "totalDiscountSet": world.money(off, currency),
        "isGiftCard": False,
        "taxable": True,
    }


def attribute(world: Shopify, order: Record) -> Record:
    """Which visits came before turns out a little later, and moves no `updatedAt`."""
    name = int(order["name"].removeprefix("#"))
    return world.orders.put(order | {"customerJourneySummary": _journey(world, name, order["createdAt"])})


NOT_YET: Record = {
    "ready": False,
    **dict.fromkeys(("customerOrderIndex", "daysToConversion", "firstVisit", "lastVisit")),
}


def _journey(world: Shopify, name: int, made: str) -> Record | None:
    if name % 5 == 4:
        return None  # placed at a till

    def visit(campaign: str, medium: str) -> Record:
        tagged = {"source": "google", "medium": medium, "campaign": campaign, "content": "a", "term": "mug"}
        return {
            "id": world.new_id("CustomerVisit"),
            "source": "Google" if name % 2 else "direct",
            "landingPage": f"https://shop.example.com/{PAGES[name % len(PAGES)]}",
            "referrerUrl": "https://www.google.com/" if name % 2 else None,
            "occurredAt": made,
            "utmParameters": tagged if name % 3 else None,
        }

    last = visit(CAMPAIGNS[name % len(CAMPAIGNS)], "cpc")
    summary: Record = {"ready": True, "customerOrderIndex": 0, "daysToConversion": name % 9}
    return summary | {"firstVisit": visit(CAMPAIGNS[0], "email"), "lastVisit": last}


def cancel(world: Shopify, order: Record) -> Record:
    return world.update(world.orders, order, cancelledAt=zulu(world.now()), cancelReason="CUSTOMER")
