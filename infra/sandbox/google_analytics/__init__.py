"""Google Analytics 4 (Data API and Admin API, v1beta).

One login sees three properties: two can be read, in zones and currencies of their own, one only shows in the summaries.
`truth` holds the days that are over; the day under way is answered, too, and grows by the hour. Each step of life tells
the last three days anew: events arrive late, orders are refunded or taken back, and now and then a row goes with them.

Readings of what is not documented, each an entry of `options`:

- `most_rows` (0): a report of more rows is summed up: the smaller rows of a day become "(other)"; 0: never;
- `api_enabled` (True): False: the project behind the credential has not switched the APIs on.

Without options: the day's tokens end at midnight in Los Angeles, the hour's with the hour of the clock; a report costs
a token, and more for long ones; equal rows come in another order on every page; what is false or empty is left out.
Levers: `close` and `open` ({"account"}) withdraw and give back access to a property; `note` ({"account", "metadata"})
is what its answers say besides: sampling, thresholds. `counts`: visits and orders of a day; days it has been there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.sandbox import google_login
from infra.sandbox.access import OAuth
from infra.sandbox.costs import LimitsBy
from infra.sandbox.exchanges import JWT_BEARER, ServiceAccount
from infra.sandbox.google_analytics.api import READ, Api
from infra.sandbox.google_analytics.tokens import Tokens
from infra.sandbox.google_analytics.world import LOGIN, GoogleAnalytics
from infra.sandbox.invent import Dice
from infra.sandbox.limits import AtOnce, Limit, Ticks
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "GoogleAnalytics"]

SERVICE = ServiceAccount(
    "tributary@demo-project.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token", (READ,)
)
# reason -> status word, and what is said when nothing else is
WORDS = {
    "unauthorized": ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    "forbidden": ("PERMISSION_DENIED", "Request had insufficient authentication scopes."),
    "missing": ("NOT_FOUND", "Requested entity was not found."),
    "method": ("NOT_FOUND", "Method not found."),
    "invalid": ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    "limited": ("RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota."),
    "quota": ("RESOURCE_EXHAUSTED", "Exhausted property tokens per hour."),
    "broken": ("INTERNAL", "Internal error encountered."),
}


def refuse(refusal: Refusal, path: str) -> Refused:
    word, usual = WORDS[refusal.reason]
    said = refusal.message if refusal.message != refusal.reason else usual
    error: Record = {"code": refusal.status, "message": said or usual, "status": word}
    reason = "SERVICE_DISABLED" if refusal.code == "api" else "ACCESS_TOKEN_SCOPE_INSUFFICIENT" if refusal.field else ""
    if reason and refusal.status == 403:
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
        error["details"] = [info]
    return Refused({"error": error})


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    return [LimitsBy(lambda call: call.values["property"] if call.tier else "", lambda _: [AtOnce(10), Tokens(now)])]


def no_limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return []


def live(world: GoogleAnalytics, dice: Dice, number: int) -> None:
    world.live(number)


def note(world: GoogleAnalytics, said: Mapping[str, Any]) -> None:
    world.notes[world.accounts[said["account"]].id] = dict(said["metadata"])


STAND_IN: Platform[GoogleAnalytics] = Platform(
    name="google_analytics",
    title="Google Analytics",
    account=LOGIN,
    build=GoogleAnalytics,
    live=live,
    routes=lambda world: Api(world).routes(),
    refuse=refuse,
    limits=no_limits,
    counts=("visits", "orders", "days"),
    options={"most_rows": 0, "api_enabled": True},
    oauth=OAuth(
        "/o/oauth2/v2/auth",
        "/token",
        client_auth="form",
        revoke_path="/revoke",
        scopes={READ: "See and download your Google Analytics data"},
        access_seconds=3599,
        token_length=200 - 1,
        refresh_days=180,
        rotates=False,
        repeats_refresh=False,
        access_prefix="ya29.",
        refresh_prefix="1//",
        sign_in=google_login.SIGN_IN,
        mistaken=google_login.mistaken,
        offline={"access_type": "offline"},
        again={"prompt": "consent"},
        trades={JWT_BEARER: SERVICE.trade},
        holders=(SERVICE.email,),
    ),
    accounts=lambda world: world.accounts.all(),
    service=SERVICE,
    limits_by=limits_by,
    levers={
        "close": lambda world, said: world.accounts.close(said["account"]),
        "open": lambda world, said: world.accounts.open(said["account"]),
        "note": note,
    },
    demo=Demo(
        {"visits": 24, "orders": 3, "days": 60},
        {"visits": 8, "orders": 2, "days": 10},
        accounts=("331234567",),
    ),
)
