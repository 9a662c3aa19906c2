"""Meta Ads (Marketing API v26.0): four ad accounts behind one login, one of which cannot be read.

Readings of what is not documented, each an entry of `options`:

- `deleted_on_edges` (True): lists show deleted objects when their status is asked for; False: never, as an older page
  of the documentation says. Insights show them by the same filter either way, as all pages say.

Without options: a page may hold 500 rows (the lever `most` changes that), more is answered by “reduce the amount of
data”; a report can be looked at and fetched without being counted; it says “completed” once before it is whole; the
usage told is that of an app with limited access. Creatives vanish when they are deleted. Numbers of the last 28 days
are told anew with every step. Money below accounts is in the smallest unit, in the truth it is in units.
`counts`: campaigns per account; ad_sets per campaign; ads per ad set; custom_conversions per account; days of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infra.sandbox import graph
from infra.sandbox.access import Carried, OAuth, Terms
from infra.sandbox.call import Route
from infra.sandbox.costs import LimitsBy
from infra.sandbox.exchanges import FB_EXCHANGE, exchanged
from infra.sandbox.limits import Limit, Ticks
from infra.sandbox.meta_ads.api import Api
from infra.sandbox.meta_ads.asking import VERSION
from infra.sandbox.meta_ads.change import live
from infra.sandbox.meta_ads.seeding import COUNTS, build
from infra.sandbox.meta_ads.usage import Usage, counted
from infra.sandbox.meta_ads.world import MetaAds
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "MetaAds"]

LONG = Terms(access_seconds=5_183_944)
# reason → status (0: the refusal's own), code, subcode, words
WORDS: Mapping[str, tuple[int, int, int, str]] = {
    "unauthorized": (400, 190, 463, "Error validating access token: Session has expired."),
    "forbidden": (403, 200, 0, "(#200) Ad account owner has NOT grant ads_management or ads_read permission"),
    "missing": (400, 2500, 0, "Unknown path components."),
    "method": (400, 100, 0, "Unsupported request. This method is not supported here."),
    "invalid": (0, 100, 0, "(#100) Invalid parameter"),
    "limited": (400, 80004, 2446079, "(#80004) There have been too many calls to this ad-account."),
    "quota": (400, 80004, 2446079, "(#80004) There have been too many calls to this ad-account."),
    "broken": (500, 2, 0, "Service temporarily unavailable"),
}


def refuse(refusal: Refusal, path: str) -> Refused:
    """The body says what it is, by its code; the status is 400 for nearly everything."""
    status, code, sub, words = WORDS[refusal.reason]
    if refusal.code:
        code, _, after = map(str, refusal.code.partition("/"))  # type: ignore[assignment]
        code, sub, status = int(code), int(after or 0), refusal.status
    error: Record = {
        "message": refusal.message if refusal.message != refusal.reason else words,
        "type": "OAuthException" if code != 100 else "GraphMethodException" if sub == 33 else "OAuthException",
        "code": code,
        **({"error_subcode": sub} if sub else {}),
        "is_transient": code in (1, 2),
        "fbtrace_id": "AbCdEfGhIjKlMnOpQrStUvW",
    }
    return Refused({"error": error}, "application/json; charset=UTF-8", status)


def tell(answer: dict[str, Any]) -> dict[str, Any]:
    return {"access_token": answer["access_token"], "token_type": "bearer", "expires_in": answer["expires_in"]}


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return ()


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    return [LimitsBy(counted, lambda key: [Usage(key, ticks)])]


def routes(world: MetaAds) -> Sequence[Route]:
    return Api(world).routes()


def most(world: MetaAds, said: Mapping[str, Any]) -> dict[str, int]:
    """The lever that says how many rows a page may hold."""
    world.most_rows = int(said["rows"])
    return {"rows": world.most_rows}


STAND_IN: Platform[MetaAds] = Platform(
    name="meta_ads",
    title="Meta Ads",
    account="Kim Example",
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    limits_by=limits_by,
    counts=COUNTS,
    options={"deleted_on_edges": True},
    oauth=OAuth(
        authorize_path=f"/{VERSION}/dialog/oauth",
        token_path=f"/{VERSION}/oauth/access_token",
        client_auth="form",
        scopes={
            "ads_read": "Read ads, and what they did",
            "ads_management": "Change ads",
            "business_management": "Change the business",
        },
        access_seconds=LONG.access_seconds,
        token_length=180,
        between=",",
        by_get=True,
        names_grant=False,
        trades={FB_EXCHANGE: exchanged("fb_exchange_token", LONG)},
        access_prefix="EAAB",
        terms=lambda said: Terms(access_seconds=5_400),  # for a code: an hour and a half
        tell=tell,
        deny=graph.deny,
        signs_in_first=True,
        checks_redirect=True,
    ),
    api_key="EAABsandbox0123456789abcdefghijklmnopqrstuvwxyzSYSTEMUSER",
    carried=(Carried(), Carried(parameter="access_token")),
    next_link=("paging", "next"),
    bare_refusal=lambda _: Refusal("unauthorized", 400, "An active access token must be used.", code="2500"),
    accounts=lambda world: world.accounts.all(),
    levers={"jobs": lambda world, said: world.jobs.pull(said), "most": most},
    demo=Demo(
        {"campaigns": 4, "ads": 3, "days": 90},
        {"campaigns": 2, "ads": 1, "days": 10},
        accounts=("1002003005",),
    ),
)
