"""Google Ads (API v26 over REST).

A login with an agency's manager account (two accounts below it, one of them closed, and another manager with a third),
an account of its own, and one whose sign-up was never finished. Queries are read as the real service reads them
(`gaql.py`, `fields.py`), and what it would refuse is refused.

Readings of what is not documented, each an entry of `options`:

- `shows_empty` (False): an answer without rows leaves `results` out, as JSON made of protocol buffers does;
- `token_seconds` (7200): how long a page token works;
- `page_size` (10000): the real one, fixed; smaller to see many pages of a small account.

Without options: metrics that are zero are told as zero, days before the 37 months are refused as
`DATE_RANGE_TOO_WIDE`, shares of places that an ad could not have been shown at are left out. Changes show at once, and
the newest first unless another order is asked for.
`counts`: campaigns per account; ad_groups per campaign; ads, keywords per ad group; days since they began.
"""

from collections.abc import Sequence

from infra.sandbox import google_login
from infra.sandbox.access import OAuth
from infra.sandbox.accounts import Account
from infra.sandbox.call import Route
from infra.sandbox.costs import Quota
from infra.sandbox.exchanges import JWT_BEARER, ServiceAccount
from infra.sandbox.google_ads.api import ADWORDS, VERSION, Api
from infra.sandbox.google_ads.change import live
from infra.sandbox.google_ads.seeding import COUNTS, build
from infra.sandbox.google_ads.world import GoogleAds
from infra.sandbox.limits import Limit, PerSecond, Ticks
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "GoogleAds"]

STATUSES = {
    "unauthorized": "UNAUTHENTICATED",
    "forbidden": "PERMISSION_DENIED",
    "missing": "NOT_FOUND",
    "method": "NOT_FOUND",
    "invalid": "INVALID_ARGUMENT",
    "limited": "RESOURCE_EXHAUSTED",
    "quota": "RESOURCE_EXHAUSTED",
    "broken": "INTERNAL",
}
SAID = {
    "UNAUTHENTICATED": "Request had invalid authentication credentials. Expected OAuth 2 access token.",
    "PERMISSION_DENIED": "The caller does not have permission",
    "NOT_FOUND": "Requested entity was not found.",
    "INVALID_ARGUMENT": "Request contains an invalid argument.",
    "RESOURCE_EXHAUSTED": "Resource has been exhausted (e.g. check quota).",
    "INTERNAL": "Internal error encountered.",
}
CODES = {
    "limited": "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED",
    "quota": "quotaError.RESOURCE_EXHAUSTED",
    "broken": "internalError.INTERNAL_ERROR",
}
FAILURE = f"type.googleapis.com/google.ads.googleads.{VERSION}.errors.GoogleAdsFailure"


def refuse(refusal: Refusal, path: str) -> Refused:
    """The status says the kind, the failure in it the very code. A wrong token gets no failure."""
    status = STATUSES[refusal.reason]
    error: Record = {"code": refusal.status, "message": SAID[status], "status": status}
    kind, _, code = (refusal.code or CODES.get(refusal.reason, "")).rpartition(".")
    if code:
        told: Record = {"errorCode": {kind or "authorizationError": code}, "message": str(refusal)}
        if refusal.reason == "quota":
            rate = {"rateScope": "DEVELOPER", "rateName": "Number of operations for basic access"}
            told["details"] = {"quotaErrorDetails": rate | {"retryDelay": "900s"}}
        error["details"] = [{"@type": FAILURE, "errors": [told], "requestId": "rQ1sandbox"}]
    elif refusal.reason == "invalid":
        error["message"] = str(refusal)
    return Refused({"error": error}, "application/json; charset=UTF-8")


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    """So many operations a day for the project; how many calls a second is not told."""
    return [PerSecond(100, ticks), Quota(15_000, now, zone="America/Los_Angeles", each=0)]


def routes(world: GoogleAds) -> Sequence[Route]:
    return Api(world).routes()


def accounts(world: GoogleAds) -> Sequence[Account]:
    return world.accounts.all()


def forget_places(world: GoogleAds, said: object) -> None:
    world.results.forget()


SERVICE = ServiceAccount(
    "reader@demo-project.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token", (ADWORDS,)
)

STAND_IN: Platform[GoogleAds] = Platform(
    name="google_ads",
    title="Google Ads",
    account="kim@agency.example",
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={"shows_empty": False, "token_seconds": 7200, "page_size": 10_000},
    oauth=OAuth(
        "/o/oauth2/v2/auth",
        "/token",
        client_auth="either",
        revoke_path="/revoke",
        scopes={ADWORDS: "See, edit, create and delete your Google Ads accounts and data"},
        access_seconds=3599,
        token_length=180,
        refresh_days=180,
        offline={"access_type": "offline"},
        again={"prompt": "consent"},
        rotates=False,
        repeats_refresh=False,
        access_prefix="ya29.",
        refresh_prefix="1//",
        sign_in=google_login.SIGN_IN,
        mistaken=google_login.mistaken,
        holders=(SERVICE.email,),
        trades={JWT_BEARER: SERVICE.trade},
    ),
    accounts=accounts,
    service=SERVICE,
    levers={"forget-places": forget_places},
    demo=Demo(
        {"campaigns": 6, "ad_groups": 2, "keywords": 3, "days": 90},
        {"campaigns": 3, "ad_groups": 1, "keywords": 2, "days": 10},
        accounts=("1110000002", "1110000003"),
    ),
)
