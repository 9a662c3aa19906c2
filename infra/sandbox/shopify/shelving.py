"""How products are put together, and what a shop notes of them: collections and metafields."""

from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.times import zulu


def add_collection(world: Shopify, place: int, moment: int) -> Record:
    """Every other product, every third and so on; all of them in the first."""
    new = world.new_id("Collection")
    return world.collections.put(
        {
            "id": new,
            "legacyResourceId": number(new),
            "title": f"Shelf {place + 1}",
            "handle": f"shelf-{place + 1}",
            "sortOrder": ("BEST_SELLING", "MANUAL", "ALPHA_ASC")[place % 3],
            "updatedAt": zulu(moment),
            "products": [product["id"] for product in world.products][:: place + 1],
        }
    )


def metafield(world: Shopify, key: int, moment: int) -> Record:
    made = zulu(moment)
    return {
        "id": world.new_id("Metafield"),
        "namespace": ("custom", "facts")[key % 2],
        "key": f"note_{key}",
        "type": ("single_line_text_field", "number_integer", "boolean")[key % 3],
        "value": ("from rye", "7", "true")[key % 3],
        "createdAt": made,
        "updatedAt": made,
    }


def rearrange(world: Shopify, dice: Dice, step: int) -> None:
    """A new shelf, one that is cleared away, one with another product on it."""
    shelves = list(world.collections)
    add_collection(world, 10 + step, world.now())
    if len(shelves) > 3:
        world.collections.remove((shelves[-1]["id"],))
    for shelf in shelves[1:2]:
        kept, products = shelf["products"][1:], list(world.products)
        more = [each["id"] for each in dice.pick(products, 1) if each["id"] not in kept]
        world.update(world.collections, shelf, products=kept + more)


def note(world: Shopify, dice: Dice) -> None:
    """One note is written, one is changed, one is wiped out. No product says that it changed."""
    for product in dice.pick([each for each in world.products if each["metafields"]], 3):
        first, *rest = product["metafields"]
        now = zulu(world.now())
        changed = [first | {"value": "false", "updatedAt": now}] if rest else []
        kept = [*changed, *rest[1:], metafield(world, 100 + len(rest), world.now())]
        world.products.put(product | {"metafields": kept})
