"""What a shop tells Klaviyo of its goods: a catalog, coupons with their codes, and what buyers say."""

from infra.sandbox.invent import Dice, address, person
from infra.sandbox.klaviyo.world import Klaviyo
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, offset

GOODS = ("Rye bread", "Mug", "Apron", "Coffee")
STATUSES = ("published", "pending", "featured", "rejected", "unpublished")
CODES = 120  # of the first coupon: more than a page holds
STATES = ("UNASSIGNED", "ASSIGNED_TO_PROFILE", "USED")


def stock(world: Klaviyo, now: int) -> None:
    for number in range(7):
        add_item(world, number, now - 200 * DAY + number * DAY)
    for number in range(3):
        items = [row["id"] for row in world.items][number::2]
        add_category(world, number, items, now - 150 * DAY)
    for number in range(3):
        coupon = add_coupon(world, number)
        for place in range(CODES if number == 0 else number):
            add_code(world, coupon, place, now)
    for number in range(11):
        add_review(world, number, now - 60 * DAY + number * DAY)


def sell(world: Klaviyo, step: int) -> None:
    """Something new in the shop, something sold out; codes are given away; a review is looked at."""
    now = world.now()
    items = list(world.items)
    new = add_item(world, 100 + step, now)
    world.update(world.items, items[0]["id"], title=f"Renamed in step {step}")
    if len(items) > 4:
        delete_item(world, items[-1]["id"])
    shelf = next(iter(world.categories))
    world.categories.put(shelf | {"items": [*shelf["items"][1:], new]})
    coupons = list(world.coupons)
    add_code(world, coupons[0]["id"], 1_000 + step, now)
    code = next(row for row in world.codes if row["attributes"]["status"] == "ASSIGNED_TO_PROFILE")
    world.codes.put(code | {"attributes": code["attributes"] | {"status": "USED"}})
    world.codes.remove((world.codes.of(coupons[0]["id"])[0]["id"],))
    add_review(world, 100 + step, now)
    pending = [row for row in world.reviews if row["attributes"]["status"]["value"] == "pending"]
    for row in pending[:1]:
        world.update(world.reviews, row["id"], status={"value": "published"})
    world.reviews.remove((next(iter(world.reviews))["id"],))


def add_item(world: Klaviyo, number: int, made: int) -> str:
    """With two variants, the second of which has no price."""
    item = f"$custom:::$default:::ITEM-{number}"
    title = GOODS[number % len(GOODS)]
    told = _shown(title, f"ITEM-{number}", 4.5 + number, made)
    world.items.put({"type": "catalog-item", "id": item, "attributes": told})
    for size in ("S", "M"):
        name = f"ITEM-{number}-{size}"
        more = {"sku": name, "inventory_policy": 1, "inventory_quantity": float(number * 3)}
        told = _shown(f"{title} {size}", name, 4.5 + number if size == "S" else None, made) | more
        row = {"type": "catalog-variant", "id": f"$custom:::$default:::{name}", "attributes": told}
        world.variants.put(row | {"relationships": {"item": {"data": {"type": "catalog-item", "id": item}}}})
    return item


def delete_item(world: Klaviyo, item: str) -> None:
    """With its variants, and off its shelves."""
    world.variants.remove_of(item)
    for shelf in world.categories:
        if item in shelf["items"]:
            world.categories.put(shelf | {"items": [each for each in shelf["items"] if each != item]})
    world.items.remove((item,))


def add_category(world: Klaviyo, number: int, items: list[str], made: int) -> None:
    name = f"SHELF-{number}"
    told = {"external_id": name, "name": f"Shelf {number}", "updated": offset(made)}
    row = {"type": "catalog-category", "id": f"$custom:::$default:::{name}", "attributes": told, "items": items}
    world.categories.put(row)


def add_coupon(world: Klaviyo, number: int) -> str:
    name = f"{10 * (number + 1)}OFF"
    watched = {"low_balance_threshold": 500} if number == 0 else None
    told: Record = {"external_id": name, "description": f"{name} on everything", "monitor_configuration": watched}
    return str(world.coupons.put({"type": "coupon", "id": name, "attributes": told})["id"])


def add_code(world: Klaviyo, coupon: str, place: int, now: int) -> None:
    code, status = f"{place:06X}BREAD", STATES[place % len(STATES)]
    told = {"unique_code": code, "status": status, "expires_at": offset(now + 365 * DAY)}
    row: Record = {"type": "coupon-code", "id": f"{coupon}-{code}", "coupon_id": coupon, "attributes": told}
    profiles = sorted(profile.id for profile in world.profiles)
    given = profiles[place % len(profiles)] if profiles and status != "UNASSIGNED" else None
    row["relationships"] = {"profile": {"data": {"type": "profile", "id": given}}} if given else {}
    world.codes.put(row)


def add_review(world: Klaviyo, number: int, made: int) -> None:
    """Of an item, or of the shop; one in four asks something."""
    dice = Dice(world.seed.seed, "klaviyo", "review", number)
    (first, last), kind = person(number), ("review", "rating", "store", "question")[number % 4]
    status: Record = {"value": STATUSES[number % len(STATUSES)]}
    if status["value"] == "rejected":
        status["rejection_reason"] = {"reason": "other", "status_explanation": "About another shop"}
    items = list(world.items)
    item = items[number % len(items)]
    product = {"url": item["attributes"]["url"], "name": item["attributes"]["title"], "image_url": None}
    product |= {"external_id": item["attributes"]["external_id"]}
    reply = {"content": "Thank you!", "author": "Demo Bakery", "updated": offset(made)}
    told: Record = {
        "email": address(number, first, last) if number % 5 else None,
        "status": status,
        "verified": number % 3 == 0,
        "review_type": kind,
        "created": offset(made),
        "updated": offset(made),
        "images": [],
        "product": product if kind != "store" else None,
        "rating": None if kind == "question" else 1 + number % 5,
        "author": f"{first} {last[0]}",
        "content": f"{dice.subject()}" if kind != "rating" else None,
        "title": "Would buy again" if number % 2 else None,
        "smart_quote": None,
        "public_reply": reply if number % 2 else None,
    }
    row: Record = {"type": "review", "id": dice.hex(32), "attributes": told, "relationships": {}}
    if kind != "store":
        row["relationships"] = {"item": {"data": {"type": "catalog-item", "id": item["id"]}}}
    world.reviews.put(row)


def _shown(title: str, name: str, price: float | None, made: int) -> Record:
    return {
        "external_id": name,
        "title": title,
        "description": f"{title} from our own oven",
        "price": price,
        "url": f"https://shop.example.com/{name.lower()}",
        "image_full_url": None,
        "image_thumbnail_url": None,
        "images": [],
        "custom_metadata": {"Top Pick": True},
        "published": True,
        "created": offset(made),
        "updated": offset(made),
    }
