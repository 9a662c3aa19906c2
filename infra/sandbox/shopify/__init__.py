"""Shopify (GraphQL Admin API 2026-10).

The part of its schema that is spoken here (`schema.graphql`) holds names, types and arguments as they are published;
whatever else is asked for is refused, as is a question that costs more than 1,000 points.

Readings of what is not documented, each an entry of `options`:

- `costs` ("measured"): how the size of a connection counts, see `cost.py`; "multiplied" is the dearer one;
- `deepest` (25000): how many records a list may be paged far, for which one error is made up; 0: any number;
- `approved` (True): whether the app may see protected data of customers; False: their fields come as errors;
- `currency` ("EUR"), `zone` ("Europe/Vienna"): of the shop.

Without options: a filter that a list does not know hides nothing and is warned of; lists without a sort key come by
id; a page's cursor names the last record on it, so records that come or go move nothing; line items of a deleted
product keep its id. One login opens one shop, whatever address it is asked at.
`counts`: orders, customers, products, locations. The first order has 30 lines, the second 130 and a refund of them all.
There is an abandoned checkout and a draft for every eighth order; the second of each has 30 lines. There are four
collections, and the first product has 60 metafields. A parcel that arrives, and a metafield, move no `updatedAt`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.sandbox.access import Carried, Mistake, OAuth, Returning, Said, Shown, Terms
from infra.sandbox.call import Route
from infra.sandbox.costs import Points
from infra.sandbox.limits import Limit, Ticks
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.shopify.api import LIMITS, PER_SECOND, SIZE, Api, Throttled
from infra.sandbox.shopify.change import live
from infra.sandbox.shopify.seeding import ACCOUNT, COUNTS, DOMAIN, build
from infra.sandbox.shopify.world import Shopify
from infra.sandbox.signing import signed
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import DAY, Now

__all__ = ["STAND_IN", "Shopify"]

HOUR, REFRESH_DAYS = 3600, 90
TEXTS = {
    401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    402: "Unavailable Shop",
    403: "[API] This action requires merchant approval for this scope.",
    404: "Not Found",
    405: "Method Not Allowed",
    423: "Locked",
    429: "Too Many Requests",
}
SCOPES = {
    "read_orders": "View orders",
    "read_customers": "View customers",
    "read_products": "View products",
    "read_inventory": "View inventory",
    "read_locations": "View locations",
    "read_draft_orders": "View draft orders",
}


def refuse(refusal: Refusal, path: str) -> Refused:
    """Statuses come with a text; whatever GraphQL itself refuses comes as a list, under status 200."""
    if isinstance(refusal, Throttled):
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMITS}}
        return Refused({"errors": [error], "extensions": {"cost": refusal.told}})
    if refusal.field:
        return Refused({"errors": {refusal.field: refusal.message}})
    if refusal.status in TEXTS:
        return Refused({"errors": TEXTS[refusal.status]})
    text = "Internal error. Looks like something went wrong on our end."
    return Refused({"errors": [{"message": text, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]})


def terms(said: Said) -> Terms:
    """Lasting access unless the app asks for access that ends; what was once so stays so."""
    ends = said.get("expiring") == "1" or said.get("grant_type") == "refresh_token"
    return Terms(HOUR, REFRESH_DAYS) if ends else Terms()


def tell(answer: dict[str, Any]) -> dict[str, Any]:
    told = {"access_token": answer["access_token"], "scope": answer["scope"]}
    if answer["expires_in"]:
        told |= {"expires_in": answer["expires_in"], "refresh_token": answer["refresh_token"]}
        told |= {"refresh_token_expires_in": REFRESH_DAYS * DAY}
    return told


UNKNOWN = "Oauth error application_cannot_be_found: Could not find Shopify API application"


def deny(error: str, sentence: str) -> tuple[int, Any]:
    """A code that is wrong is an `invalid_request`: https://github.com/nozzlegear/ShopifySharp/issues/70."""
    if error == "unknown_app":
        return 400, {"error": "application_cannot_be_found", "error_description": UNKNOWN}
    if error == "invalid_grant" and "code" in sentence:
        said = "The authorization code was not found or was already used"
        return 400, {"error": "invalid_request", "error_description": said}
    return 401 if error == "invalid_client" else 400, {"error": error, "error_description": sentence}


def mistaken(mistake: Mistake) -> Shown:
    address = "Oauth error invalid_request: The redirect_uri is not whitelisted"
    return Shown(400, address if mistake == "redirect" else UNKNOWN)


def returns(query: dict[str, str], returning: Returning) -> dict[str, str]:
    """What the browser brings back is signed with the app's secret."""
    host = "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvZGVtby1iYWtlcnk"
    return signed({**query, "shop": DOMAIN, "host": host, "timestamp": str(returning.now)}, returning.client.secret)


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return [Points(SIZE, PER_SECOND, ticks, status=200)]


def routes(world: Shopify) -> Sequence[Route]:
    return Api(world).routes()


def _shop_state(world: Shopify, said: Mapping[str, Any]) -> None:
    """{"status": 402} freezes the shop, 404 closes it, 423 locks it, 200 opens it again."""
    world.state = int(said.get("status", 402))


def _served(world: Shopify, said: Mapping[str, Any]) -> Record:
    """{"version": "2027-01"} answers whatever version is asked for; "" the one that is."""
    world.version = str(said.get("version", ""))
    return {"version": world.version}


STAND_IN: Platform[Shopify] = Platform(
    name="shopify",
    title="Shopify",
    account=ACCOUNT,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={
        "costs": "measured",
        "deepest": 25_000,
        "approved": True,
        "currency": "EUR",
        "zone": "Europe/Vienna",
    },
    oauth=OAuth(
        "/admin/oauth/authorize",
        "/admin/oauth/access_token",
        "form",
        SCOPES,
        token_length=32,
        response_type="",
        between=",",
        names_grant=False,
        repeats_redirect=False,
        grace=True,
        access_prefix="shpat_",
        refresh_prefix="shprt_",
        terms=terms,
        tell=tell,
        returns=returns,
        deny=deny,
        mistaken=mistaken,
        signs_in_first=True,
    ),
    asks={"shop": DOMAIN},
    api_key="shpat_0123456789abcdef0123456789abcdef",
    carried=(Carried("X-Shopify-Access-Token", scheme=""),),
    levers={"shop": _shop_state, "version": _served},
    demo=Demo(
        {"orders": 120, "customers": 300, "products": 40},
        {"orders": 12, "customers": 10, "products": 5},
    ),
)
