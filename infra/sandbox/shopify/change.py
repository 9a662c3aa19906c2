"""One step in the life of a shop."""

from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.shopify.goods import add_product
from infra.sandbox.shopify.seeding import NOT_YET, add_customer, add_order, attribute, cancel
from infra.sandbox.shopify.sending import change_shipping, deliver, on_its_way, send
from infra.sandbox.shopify.shelving import note, rearrange
from infra.sandbox.shopify.unfinished import add_checkout, add_draft, complete_checkout, complete_draft, send_invoice
from infra.sandbox.shopify.world import Shopify
from infra.sandbox.times import DAY, parse, zulu


def live(world: Shopify, dice: Dice, step: int) -> None:
    now = world.now()
    customers = len(world.customers) + 10_000 * step
    for place in range(2):
        add_customer(world, customers + place, now)
    for order in list(world.orders):
        if order["customerJourneySummary"] == NOT_YET and parse(order["createdAt"]) > now - DAY:
            attribute(world, order)
    for place in range(3):
        lines = 28 if place == 0 and step % 2 else 1 + dice.below(4)
        add_order(world, dice, lines, now - dice.below(60), attributed=False)
    _orders(world, dice)
    for customer in dice.pick(list(world.customers), 3):
        world.update(world.customers, customer, tags=[*customer["tags"], f"step-{step}"])
    add_product(world, 100 * step, now)
    products = list(world.products)
    world.update(world.products, products[step % len(products)], title=f"Renamed in step {step}")
    if len(products) > 4:
        world.delete_product(products[-2]["id"])
    _stock(world, dice)
    optional = Dice(world.seed.seed, "shopify", "optional", step)
    _unfinished(world, optional, now)
    rearrange(world, optional, step)
    note(world, optional)
    for location in list(world.locations)[:1]:
        world.update(world.locations, location, name=f"{location['name'].partition(' (')[0]} ({step})")


def _orders(world: Shopify, dice: Dice) -> None:
    """Refunds, one of them of an old order; a cancellation; one that was forgotten is sent."""
    paid = [order for order in world.orders if order["displayFinancialStatus"] == "PAID" and not order["cancelledAt"]]
    for order in [*paid[:1], *dice.pick(paid[1:], 2)]:
        line = order["lineItems"][0]
        world.refund(order, {line["id"]: 1}, order["presentmentCurrencyCode"])
    open_ = [order for order in world.orders if order["displayFulfillmentStatus"] == "UNFULFILLED"]
    for order in dice.pick(open_, 2):
        closed = world.update(world.orders, order, displayFulfillmentStatus="FULFILLED", closedAt=zulu(world.now()))
        send(world, closed, world.now())
    for order in [order for order in world.orders if parse(order["updatedAt"]) > world.now() - 3 * DAY]:
        if on_its_way(order):
            deliver(world, order)
    for order in dice.pick([order for order in world.orders if len(order["shippingLines"]) == 1], 1):
        change_shipping(world, order)
    for order in dice.pick([order for order in world.orders if not order["cancelledAt"]], 1):
        cancel(world, order)


def _unfinished(world: Shopify, dice: Dice, now: int) -> None:
    """Somebody leaves a checkout, and somebody comes back to one. Drafts are written, sent, paid and thrown away."""
    add_checkout(world, dice, 1 + dice.below(3), now)
    for _ in range(2):
        add_draft(world, dice, 1 + dice.below(3), now)
    for checkout in dice.pick([each for each in world.checkouts if not each["completedAt"]], 1):
        complete_checkout(world, checkout)
    drafts = dice.pick([each for each in world.drafts if each["status"] != "COMPLETED"], 3)
    for draft in drafts[:1]:
        send_invoice(world, draft)
    for draft in drafts[1:2]:
        complete_draft(world, draft, dice.pick(list(world.orders), 1)[0])
    for draft in drafts[2:]:
        world.drafts.remove((draft["id"],))


def _stock(world: Shopify, dice: Dice) -> None:
    for level in dice.pick(list(world.levels), 5):
        counted: list[Record] = [
            one | {"quantity": one["quantity"] - 1} if one["name"] in ("available", "on_hand") else one
            for one in level["quantities"]
        ]
        world.update(world.levels, level, quantities=counted)
    for variant in dice.pick(list(world.variants), 2):
        world.update(world.variants, variant, price="12.34")
    for item in dice.pick(list(world.items), 2):
        world.update(world.items, item, countryCodeOfOrigin="DE")
