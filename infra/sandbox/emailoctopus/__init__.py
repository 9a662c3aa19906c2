"""EmailOctopus (API v2).

Readings of what is not documented, each an entry of `options`:

- `counts_as_array` (False): `counts` of a list is one object, as clients read it; True: an array, as the OpenAPI says;
- `default_status` ("subscribed"): who comes without `status`; "" gives everybody.

Without options: contacts come in the order they were made; tag changes and every other edit move
`last_updated_at`, a sent campaign does not; one person may open and click several times; multiple choices are an
array; a missing or unknown `status` of a contact report, and a wrong `limit`, is a 422; the wait in
`X-RateLimit-Retry-After` is in seconds; a 429 does not block for a minute.
The truth about campaigns leaves out `content` altogether. `counts`: lists; contacts per list; campaigns; recipients
per campaign.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.sandbox.call import Route
from infra.sandbox.emailoctopus.api import Api
from infra.sandbox.emailoctopus.change import live
from infra.sandbox.emailoctopus.seeding import ACCOUNT, COUNTS, build
from infra.sandbox.emailoctopus.world import EmailOctopus
from infra.sandbox.limits import Bucket, Limit, Ticks
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "EmailOctopus"]

DOCS = "https://emailoctopus.com/api-documentation/v2#"
KINDS = {
    "unauthorized": ("unauthorized", "Invalid key."),
    "forbidden": ("access-denied", "You do not have permission to access this resource."),
    "missing": ("not-found", "The resource could not be found."),
    "method": ("method-not-allowed", "The method is not allowed for this resource."),
    "invalid": ("unprocessable-content", "The request could not be processed."),
    "limited": ("too-many-requests", "You have made too many requests."),
    "quota": ("too-many-requests", "You have made too many requests."),
    "broken": ("internal-error", "An internal error occurred."),
}
NO_KEY = "/errors/401"


def refuse(refusal: Refusal, path: str) -> Refused:
    """The fields of RFC 7807 as plain `application/json`; `title` never varies."""
    kind, detail = KINDS[refusal.reason]
    if refusal.status == 400:
        kind = "bad-request"
    where = NO_KEY if refusal.message == NO_KEY else DOCS + kind
    body: Record = {"title": "An error occurred.", "detail": detail, "status": refusal.status, "type": where}
    if refusal.field:
        body["errors"] = [{"parameter": refusal.field, "detail": refusal.message}]
    return Refused(body)


def bare_refusal(options: Mapping[str, Any]) -> Refusal:
    """Without any key the 401 names another type."""
    return Refusal("unauthorized", 401, NO_KEY)


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return [Bucket(100, 10, ticks, "X-RateLimiting-Remaining", "X-RateLimit-Retry-After")]


def routes(world: EmailOctopus) -> Sequence[Route]:
    return Api(world).routes()


STAND_IN: Platform[EmailOctopus] = Platform(
    name="emailoctopus",
    title="EmailOctopus",
    account=ACCOUNT,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={"counts_as_array": False, "default_status": "subscribed"},
    api_key="eo_demo_0123456789abcdef0123456789abcdef0123456789abcdef",
    dead_key="00000000-1111-2222-3333-444444444444",
    next_link=("paging", "next", "url"),
    bare_refusal=bare_refusal,
    demo=Demo(
        {"lists": 2, "contacts": 500, "campaigns": 4, "recipients": 80},
        {"lists": 1, "contacts": 20, "campaigns": 2, "recipients": 5},
    ),
)
