"""Metricool (API 2.0.0): four brands behind one token, one of which its user may not look into.

Much is not documented. Readings, each an entry of `options`:

- `zone_as_asked` (True): moments of posts are told in the zone that the question names; False: always in that of
  Madrid, as in answers that people published (they had named none);
- `handles` ("object"): networks of a brand are objects, as in the document; "text": texts, as in published answers;
- `brands` ("newer"): the newer list of brands exists; "older": only the older one does;
- `nothing` (200): an empty list; 204: no content;
- `hour` (12): the hour that stands for a day in timelines, as published; the document's examples have 0;
- `aggregate` (False): timelines tell their aggregate, as in the document; published answers leave it out;
- `not_connected` (404): how calls for a network are answered that the brand does not have;
- `words` ("live"): subjects and metrics are those that live answers and refusals name; "document": its own;
- `plain` (""): TikTok's and Pinterest's moments are texts in UTC that say so; a zone: texts in that one, which they do
  not name.

Without options: answers hold `data`, and `page` only where the lever `most` cuts a list off; whatever is null is left
out; both ends of a window belong to it; a wrong user number is a 401, a brand that is not to be seen a 403; five calls
a second. Numbers of posts older than 30 days rest, days are told anew
for a week. `world.harm` holds the calls of GETs that change something.
`counts`: posts per brand and kind; days since the brands were made; plans per brand.
"""

from __future__ import annotations

from collections.abc import Sequence

from infra.sandbox.access import Carried
from infra.sandbox.call import Route
from infra.sandbox.limits import Bucket, Limit, Ticks
from infra.sandbox.metricool.api import Api, levers
from infra.sandbox.metricool.brands import USER
from infra.sandbox.metricool.change import live
from infra.sandbox.metricool.seeding import COUNTS, build
from infra.sandbox.metricool.world import Metricool
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "Metricool"]

TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}


def refuse(refusal: Refusal, path: str) -> Refused:
    """The shape is not documented; this is what people kept of a 400 (2025-11-14, 2026-07)."""
    title = TITLES.get(refusal.status, "Too Many Requests" if refusal.status == 429 else "Internal Server Error")
    said = refusal.message if refusal.message != refusal.reason else title
    status, detail = title.upper().replace(" ", "_"), {refusal.field: said} if refusal.field and refusal.code else said
    return Refused({"status": status, "code": str(refusal.status), "title": refusal.code or title, "detail": detail})


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return [Bucket(10, 5, ticks)]


def routes(world: Metricool) -> Sequence[Route]:
    return Api(world).routes()


STAND_IN: Platform[Metricool] = Platform(
    name="metricool",
    title="Metricool",
    account="Kim Example",
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={
        "zone_as_asked": True,
        "handles": "object",
        "brands": "newer",
        "nothing": 200,
        "hour": 12,
        "aggregate": False,
        "not_connected": 404,
        "words": "live",
        "plain": "",
    },
    asks={"user_id": str(USER)},
    api_key="MCDEMO0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJK",
    dead_key="MCDEAD0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJK",
    carried=(Carried(header="X-Mc-Auth", scheme=""), Carried(parameter="userToken")),
    accounts=lambda world: world.accounts.all(),
    levers=levers(),
    demo=Demo(
        {"posts": 12, "days": 35, "plans": 4},
        {"posts": 2, "days": 10, "plans": 2},
        accounts=("1234503",),
        history=4,  # it allows two calls a second for all brands of a user
    ),
)
