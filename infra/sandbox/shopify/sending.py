"""How what was ordered goes out: shipping methods, parcels, and their arrival."""

from infra.sandbox.records import Record
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.times import DAY, zulu

CARRIERS = ("DHL Express", "USPS", None)


def shipping_lines(world: Shopify, name: int, cents: int, currency: str) -> list[Record]:
    """None where nothing is shipped; of one in five the id is null."""
    if not cents:
        return []
    return [_line(world, "Standard", cents, currency, new_id=name % 5 != 0)]


def change_shipping(world: Shopify, order: Record) -> Record:
    """Another method instead: the first is taken out, and stays to be seen."""
    (old,) = order["shippingLines"]
    currency = order["presentmentCurrencyCode"]
    removed = old | {"isRemoved": True, "currentDiscountedPriceSet": world.money(0, currency)}
    lines = [removed, _line(world, "Express", 990, currency)]
    return world.update(world.orders, order, shippingLines=lines)


def send(world: Shopify, order: Record, moment: int) -> Record:
    """All of it, in one parcel. The label comes with it; that it arrived is told later."""
    new, made = world.new_id("Fulfillment"), zulu(moment)
    carrier = CARRIERS[int(number(new)) % len(CARRIERS)]
    lines = [
        {
            "id": world.new_id("FulfillmentLineItem"),
            "lineItem": {"id": line["id"]},
            "quantity": line["quantity"],
            "originalTotalSet": line["originalTotalSet"],
            "discountedTotalSet": line["discountedTotalSet"],
        }
        for line in order["lineItems"]
    ]
    places = list(world.locations)
    parcel = {
        "id": new,
        "legacyResourceId": number(new),
        "name": f"{order['name']}.1",
        "status": "SUCCESS",
        "displayStatus": "IN_TRANSIT",
        "createdAt": made,
        "updatedAt": made,
        "inTransitAt": made,
        "deliveredAt": None,
        "estimatedDeliveryAt": zulu(moment + 4 * DAY) if carrier else None,
        "totalQuantity": sum(line["quantity"] for line in order["lineItems"]),
        "requiresShipping": True,
        "location": {"id": places[0]["id"]} if places else None,
        "order": {"id": order["id"]},
        "trackingInfo": [{"company": carrier, "number": f"JD{number(new)}", "url": None}] if carrier else [],
        "fulfillmentLineItems": lines,
    }
    return world.orders.put(order | {"fulfillments": [*order["fulfillments"], parcel]})


def on_its_way(order: Record) -> bool:
    return any(parcel["deliveredAt"] is None for parcel in order["fulfillments"])


def deliver(world: Shopify, order: Record) -> Record:
    """The carrier says so, which moves no `updatedAt` of the order."""
    now = zulu(world.now())
    there = {"displayStatus": "DELIVERED", "deliveredAt": now, "updatedAt": now}
    return world.orders.put(order | {"fulfillments": [parcel | there for parcel in order["fulfillments"]]})


def _line(world: Shopify, title: str, cents: int, currency: str, new_id: bool = True) -> Record:
    price = world.money(cents, currency)
    return {
        "id": world.new_id("ShippingLine") if new_id else None,
        "title": title,
        "code": title.upper(),
        "source": "shopify",
        "carrierIdentifier": None,
        "deliveryCategory": None,
        "custom": False,
        "isRemoved": False,
        "originalPriceSet": price,
        "discountedPriceSet": price,
        "currentDiscountedPriceSet": price,
        "phone": None,
        "taxLines": [{"title": "VAT", "rate": 0.2, "ratePercentage": 20.0, "priceSet": world.money(cents * 20 // 120)}],
    }
