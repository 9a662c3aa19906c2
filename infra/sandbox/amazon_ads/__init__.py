"""Amazon Ads: Sponsored Products v3, Sponsored Brands v4, Sponsored Display, Reporting v3.

All three regions are one server: who stands in for them cannot tell which host was meant. The login sees a German and
an Emirati profile that it may edit, a British one of an author (view only, without Sponsored Brands) and an agency's,
which has no sponsored ads.

Readings of what is not documented, each an entry of `options`:

- `units_are_alike` (False): reports of a kind for the same dates are duplicates, whatever `timeUnit` and columns are.

- `lacks` (""): columns that no kind of report knows here, beside each other.
- `rules_in_seconds` (False): moments of budget rules, which are “epoch times”, are milliseconds.

Without options: a wrong Content-Type is a 415, a wrong Accept a 406, but plain JSON is taken for portfolios and for
reports; a refused column is named, and so are those that are allowed; `totalResults` counts the whole list; a scope is
refused by `/v2/profiles`; pages have 100 records at most; ids in report files are numbers; an unknown report is a 404;
a report is made at the second look. The truth tells days until yesterday, although today can be asked for.
`counts`: campaigns per profile and product; ads (and words) per ad group; negative keywords and targets per campaign,
and budget rules per product; days that campaigns have run, 50 at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.sandbox.access import Mistake, OAuth, Shown
from infra.sandbox.amazon_ads.api import Api
from infra.sandbox.amazon_ads.change import live
from infra.sandbox.amazon_ads.seeding import COUNTS, OWNER, build
from infra.sandbox.amazon_ads.world import AmazonAds
from infra.sandbox.call import Call, Route
from infra.sandbox.costs import LimitsBy
from infra.sandbox.limits import Bucket, Limit, Ticks
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "AmazonAds"]

KINDS = {
    "unauthorized": ("UNAUTHORIZED", "Not authenticated."),
    "forbidden": ("FORBIDDEN", "Access denied."),
    "missing": ("NOT_FOUND", "The resource was not found."),
    "method": ("METHOD_NOT_ALLOWED", "The method is not allowed."),
    "invalid": ("INVALID_ARGUMENT", "The request is not valid."),
    "limited": ("THROTTLED", "Too many requests."),
    "quota": ("THROTTLED", "Too many requests."),
    "broken": ("INTERNAL_ERROR", "Internal error."),
}


def refuse(refusal: Refusal, path: str) -> Refused:
    """Storage answers in XML, Reporting with `detail`, all others with `details`."""
    code, sentence = KINDS[refusal.reason]
    said = str(refusal) if str(refusal) != refusal.reason else sentence
    if path.startswith("/files/"):
        return Refused(f"<Error><Code>AccessDenied</Code><Message>{said}</Message></Error>", "application/xml")
    if path.startswith("/reporting/"):
        return Refused({"code": str(refusal.status), "detail": said})
    return Refused({"code": code, "details": said, "requestId": "5JGXA7D2RTQ1"})


def admit(call: Call) -> None:
    """Every call names the app beside its token."""
    if call.headers.get("amazon-advertising-api-clientid") != call.client.id:
        raise Refusal("unauthorized", 401, "The client id is missing or not the token's.")


def token_answer(answer: dict[str, Any]) -> Record:
    return {name: value for name, value in answer.items() if name != "scope"} | {"token_type": "bearer"}


def mistaken(mistake: Mistake) -> Shown:
    """The page's words for an address: https://github.com/alexa/avs-device-sdk/issues/49; for an app they are ours."""
    address = (
        "The redirect URI you provided has not been whitelisted for your application. Please add your redirect URI in "
        "the 'Allowed Return URLs' section under 'Web Settings' for your Security Profile on Amazon Developer Portal."
    )
    return Shown(400, address if mistake == "redirect" else "The client is not known.")


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return [Bucket(40, 10, ticks)]


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    """Asking for reports is limited more than anything else, for each profile."""

    def key(call: Call) -> str:
        return f"{call.tier} {call.headers.get('amazon-advertising-api-scope')}" if call.tier else ""

    return [LimitsBy(key, lambda _: [Bucket(6, 0.6, ticks)])]


def routes(world: AmazonAds) -> Sequence[Route]:
    return Api(world).routes()


STAND_IN: Platform[AmazonAds] = Platform(
    name="amazon_ads",
    title="Amazon Ads",
    account=OWNER,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    limits_by=limits_by,
    counts=COUNTS,
    options={"units_are_alike": False, "lacks": "", "rules_in_seconds": False},
    oauth=OAuth(
        "/ap/oa",
        "/auth/o2/token",
        client_auth="form",
        scopes={"advertising::campaign_management": "Read and change campaigns and reports"},
        access_seconds=3600,
        refresh_days=365,
        refresh_fixed=True,
        rotates=False,
        access_prefix="Atza|",
        refresh_prefix="Atzr|",
        tell=token_answer,
        sign_in="https://www.amazon.com/ap/signin",
        mistaken=mistaken,
    ),
    asks={"region": "Europe, Middle East, India"},
    accounts=lambda world: world.accounts.all(),
    admit=admit,
    levers={
        "jobs": lambda world, said: world.jobs.pull(said),
        "close": lambda world, said: world.accounts.close(said["account"]),
    },
    demo=Demo(
        {"campaigns": 4, "ads": 3, "negatives": 2},
        {"campaigns": 2, "ads": 2, "negatives": 1},
        accounts=("4410098711223",),
        history=1,  # it makes one report after another
    ),
)
