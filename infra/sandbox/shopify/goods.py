"""Products of a shop, their variants, and how much there is of them where."""

from infra.sandbox.invent import plain
from infra.sandbox.records import Record
from infra.sandbox.shopify.shelving import metafield
from infra.sandbox.shopify.world import Shopify, number
from infra.sandbox.times import zulu

GOODS = ("Mug", "Apron", "Rolling pin", "Rye bread", "Coffee", "Recipe book", "Tin", "Oven glove")
SIZES = ("Small", "Medium", "Large")
STOCK = ("available", "on_hand", "committed", "incoming", "reserved", "damaged", "quality_control", "safety_stock")


def add_product(world: Shopify, place: int, moment: int) -> Record:
    """With one variant or three, an inventory item of each, and stock at every location."""
    name = f"{GOODS[place % len(GOODS)]} {place // len(GOODS) + 1}"
    new, made = world.new_id("Product"), zulu(moment)
    sizes = SIZES if place % 3 == 0 else ("Default Title",)
    category = {"id": "gid://shopify/TaxonomyCategory/hg-11", "name": "Kitchen", "fullName": "Home & Garden > Kitchen"}
    row: Record = {
        "id": new,
        "legacyResourceId": number(new),
        "title": name,
        "handle": plain(name) + f"-{place}",
        "vendor": ("Oven & Co", "Mill")[place % 2],
        "productType": ("Kitchen", "Food")[place % 2],
        "status": ("ACTIVE", "ACTIVE", "ACTIVE", "DRAFT", "ARCHIVED")[place % 5],
        "tags": ["new", f"row-{place % 4}"][: 1 + place % 2],
        "createdAt": made,
        "updatedAt": made,
        "publishedAt": made if place % 5 < 3 else None,
        "totalInventory": 0,
        "category": category if place % 2 else None,
        "options": [{"id": f"gid://shopify/ProductOption/{place}", "name": "Size", "values": [*sizes], "position": 1}],
        "metafields": [metafield(world, key, moment) for key in range(60 if place == 0 else place % 4)],
    }
    total = 0
    for position, size in enumerate(sizes, 1):
        total += _variant(world, row, place, position, size, moment)
    return world.products.put(row | {"totalInventory": total})


def _variant(world: Shopify, product: Record, place: int, position: int, size: str, moment: int) -> int:
    item, new, made = world.new_id("InventoryItem"), world.new_id("ProductVariant"), zulu(moment)
    sku = f"{product['handle'][:3].upper()}-{place}-{position}"
    cost = world.money(300 + place * 10)["shopMoney"]
    weight = {"unit": "GRAMS", "value": 120.5 + place}
    thing: Record = {
        "id": item,
        "legacyResourceId": number(item),
        "sku": sku,
        "tracked": True,
        "requiresShipping": True,
    }
    thing |= {"unitCost": cost if place % 4 else None, "countryCodeOfOrigin": "AT" if place % 3 else None}
    thing |= {"measurement": {"id": f"gid://shopify/InventoryItemMeasurement/{number(item)}", "weight": weight}}
    world.items.put(thing | {"createdAt": made, "updatedAt": made})
    stock = 0
    for location in world.locations:
        stock += _level(world, item, location["id"], place + position, made)
    price = 900 + place * 50 + position * 200
    world.variants.put(
        {
            "id": new,
            "legacyResourceId": number(new),
            "product": {"id": product["id"]},
            "title": size,
            "displayName": f"{product['title']} - {size}",
            "sku": sku,
            "barcode": f"40{number(new)}"[:13] if place % 2 else None,
            "price": f"{price / 100:.2f}",
            "compareAtPrice": f"{(price + 300) / 100:.2f}" if place % 6 == 0 else None,
            "position": position,
            "inventoryQuantity": stock,
            "inventoryPolicy": "DENY",
            "taxable": True,
            "createdAt": made,
            "updatedAt": made,
            "inventoryItem": {"id": item},
        }
    )
    return stock


def _level(world: Shopify, item: str, location: str, seed: int, made: str) -> int:
    numbers = dict.fromkeys(STOCK, 0) | {"available": 5 + seed % 40, "committed": seed % 3, "incoming": seed % 7}
    numbers["on_hand"] = numbers["available"] + numbers["committed"]
    plain_id = world.new_id("InventoryLevel")
    new = f"{plain_id}?inventory_item_id={number(item)}"
    quantities = [
        {"id": f"gid://shopify/InventoryQuantity/{number(new)}-{name}", "name": name, "quantity": numbers[name]}
        | {"updatedAt": made}
        for name in STOCK
    ]
    thing = {"id": item, "legacyResourceId": number(item)}
    row: Record = {"id": new, "isActive": True, "createdAt": made, "updatedAt": made, "item": thing}
    world.levels.put(row | {"location": {"id": location}, "quantities": quantities})
    return numbers["available"]
