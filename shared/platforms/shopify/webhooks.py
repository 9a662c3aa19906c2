"""What Shopify tells our app: the three webhooks that it demands of every public app, and that a shop removed it.

https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance and …/docs/apps/build/webhooks (2026-11). The
signature is over the body alone, so what a call means must stand in its body: the header only says which one it claims
to be, and a body that is another one's is refused.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

import orjson

from shared.vocabulary.access import App
from shared.vocabulary.demands import Call, Demand, Forged, Odd, Personal, Reading, Wish
from shared.vocabulary.wire import Json

WISHES = {
    "app/uninstalled": Wish.ACCESS_ENDED,
    "shop/redact": Wish.ERASE_ACCOUNT,  # 48 hours after the app was removed
    "customers/redact": Wish.ERASE_PERSON,
    "customers/data_request": Wish.SHOW_PERSON,
}
RECORDS = {Wish.ERASE_PERSON: "orders_to_redact", Wish.SHOW_PERSON: "orders_requested"}
MAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,253}")
SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")


def read(call: Call, app: App) -> Demand | None:
    """By what its header says it is, once it is Shopify's."""
    given = call.headers.get("x-shopify-hmac-sha256", "").encode()
    wanted = base64.b64encode(hmac.new(app.secret.reveal().encode(), call.body, "sha256").digest())
    if not hmac.compare_digest(wanted, given):
        raise Forged
    wish = WISHES.get(call.headers.get("x-shopify-topic", ""))
    if wish is None:
        return None
    try:
        said = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        raise Odd("no JSON") from None
    if not isinstance(said, dict) or _meant(said) is not wish:
        raise Odd("not what its topic says")
    shop = str(said.get("shop_domain") or said.get("myshopify_domain") or "").lower()
    if not SHOP.fullmatch(shop):
        raise Odd("no shop")
    name = call.headers.get("x-shopify-webhook-id") or sha256(call.body).hexdigest()
    return Demand(wish, name, ("account", shop), _customer(said), _orders(said.get(RECORDS.get(wish, ""))))


CALLS: Mapping[str, Reading] = {"webhooks": read}


def _meant(said: Mapping[str, Json]) -> Wish:
    """By what only its own body has."""
    if "orders_to_redact" in said:
        return Wish.ERASE_PERSON
    if "data_request" in said or "orders_requested" in said:
        return Wish.SHOW_PERSON
    return Wish.ACCESS_ENDED if "myshopify_domain" in said else Wish.ERASE_ACCOUNT


def _customer(said: Mapping[str, Json]) -> str:
    """Others report calls that name a customer by the address alone."""
    customer = said.get("customer")
    known = customer if isinstance(customer, dict) else {}
    if isinstance(known.get("id"), int):
        return f"gid://shopify/Customer/{known['id']}"
    mail = str(known.get("email") or "")
    return mail if MAIL.fullmatch(mail) else ""


def _orders(numbers: Json) -> tuple[str, ...]:
    found = numbers if isinstance(numbers, list) else ()
    return tuple(f"gid://shopify/Order/{number}" for number in found if isinstance(number, int))


# Whether a country alone, a language or a sum of money names anybody: it does not. An id at Shopify opens nothing once
# Shopify has forgotten the person, and tells two orders of one customer from those of two.
PERSONS = {
    "customers": Personal(
        frozenset({"first_name", "last_name", "email", "phone", "tags", "note", "city", "province", "zip"}),
        person="customer_id",
        mail="email",
    ),
    "orders": Personal(
        frozenset(
            {"tags", "shipping_province", "first_landing_page", "first_referrer", "last_landing_page", "last_referrer"}
        ),
        person="customer_id",
        record="order_id",
        within={"refunds": "note"},
    ),
    "abandoned_checkouts": Personal(frozenset({"shipping_province"}), person="customer_id"),
    "draft_orders": Personal(frozenset({"tags", "shipping_province"}), person="customer_id", record="order_id"),
    "order_fulfillments": Personal(frozenset({"tracking"}), record="order_id"),
}
