"""Klaviyo (JSON:API, revision 2026-07-15).

Readings of what is not documented, each an entry of `options`:

- `midnight` ("plain"): the days of a series are written as midnight +00:00; "utc": as the account's midnight in UTC;
- `events_per_page` (1000): the parameter says 1000 at most, the text says 200;
- `reports_of_today` (False): a timeframe may not reach into a day that is not over;
- `results_per_page` (50): of a report; that there is a next page is documented, how long one is is not.

Besides: `orders` ("Placed Order"), the name of the metric of orders (""; the account has no shop); `zone`
("America/New_York") and `currency` ("USD") of the account.

Without options: refresh tokens rotate and have no grace period (`refresh="long_lived"` gives the other reading); a
refused call does not use up a window; all endpoints of a tier share its windows; a removed tag moves the time of
change of whatever had it; a message that was never sent within the days of a report is not in it, and one of a series
is told for all of its days; reviews come when they are published, unless another status is asked for; codes, variants
and reviews tell what they hang on without being asked.
`counts`: profiles, lists, segments, campaigns, flows, templates, forms, tags, events.
"""

from collections.abc import Sequence

from infra.sandbox.access import Carried, OAuth
from infra.sandbox.call import Call, Route
from infra.sandbox.costs import LimitsBy
from infra.sandbox.klaviyo.api import Api
from infra.sandbox.klaviyo.change import live
from infra.sandbox.klaviyo.filters import invalid
from infra.sandbox.klaviyo.reports import Reports
from infra.sandbox.klaviyo.seeding import COUNTS, build
from infra.sandbox.klaviyo.shop import Shop
from infra.sandbox.klaviyo.world import ACCOUNT, Klaviyo
from infra.sandbox.limits import Said, Ticks, Window, Windows
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import DAY, Now

__all__ = ["STAND_IN", "Klaviyo"]

REVISIONS = ("2025-07-15", "2025-10-15", "2026-01-15", "2026-04-15", "2026-07-15")
TIERS = {
    "xs": {1.0: 1, 60.0: 15},
    "s": {1.0: 3, 60.0: 60},
    "m": {1.0: 10, 60.0: 150},
    "l": {1.0: 75, 60.0: 700},
    "xl": {1.0: 350, 60.0: 3500},
    "reports": {1.0: 1, 60.0: 2, float(DAY): 225},
}
SAID = {
    "unauthorized": ("not_authenticated", "Authentication credentials were not provided."),
    "forbidden": ("permission_denied", "You do not have permission to perform this action."),
    "missing": ("not_found", "Not found."),
    "method": ("method_not_allowed", "Method not allowed."),
    "invalid": ("invalid", "Invalid input."),
    "limited": ("throttled", "Request was throttled."),
    "quota": ("throttled", "Request was throttled."),
    "broken": ("error", "A server error occurred."),
}
READ = ("accounts", "campaigns", "catalogs", "coupon-codes", "coupons", "events", "flows", "forms", "lists", "metrics",
        "profiles", "reviews", "segments", "tags", "templates")  # fmt: skip


def refuse(refusal: Refusal, path: str) -> Refused:
    code, title = SAID[refusal.reason]
    error = {
        "id": "11111111-2222-3333-4444-555555555555",
        "status": refusal.status,
        "code": refusal.code or code,
        "title": title,
        "detail": refusal.message if refusal.message and refusal.message != refusal.reason else title,
        "source": {"pointer" if refusal.field.startswith("/") else "parameter": refusal.field or "/data"},
        "links": {},
        "meta": {},
    }
    return Refused({"errors": [error]}, "application/vnd.api+json")


def admit(call: Call) -> None:
    """Every call names the revision that it was written for."""
    if call.headers.get("revision", "") not in REVISIONS:
        raise invalid("revision", "A revision header with a known revision is required.")


def tier_of(call: Call) -> str:
    """What a call asks for besides can put it into a slower tier."""
    more = call.query.get("additional-fields[profile]", "") + call.query.get("additional-fields[list]", "")
    more += call.query.get("additional-fields[segment]", "")
    if call.tier == "counted":
        return "xs" if "profile_count" in more else "l"
    return "m" if "predictive_analytics" in more else call.tier


def told(windows: Sequence[Window]) -> Said:
    """Of the window that has least left."""
    least = min(windows, key=lambda window: (window.left, window.seconds))
    steady = ", ".join(f"{window.most};w={int(window.seconds)}" for window in windows)
    return {
        "RateLimit-Limit": f"{least.most}, {steady}",
        "RateLimit-Remaining": str(least.left),
        "RateLimit-Reset": str(least.reset),
    }


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    return [LimitsBy(tier_of, lambda tier: [Windows(TIERS[tier], ticks, told)])]


def routes(world: Klaviyo) -> Sequence[Route]:
    return [*Api(world).routes(), *Shop(world).routes(), *Reports(world).routes()]


STAND_IN: Platform[Klaviyo] = Platform(
    name="klaviyo",
    title="Klaviyo",
    account=ACCOUNT,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=lambda ticks, now: (),
    limits_by=limits_by,
    counts=COUNTS,
    options={
        "midnight": "plain",
        "events_per_page": 1000,
        "reports_of_today": False,
        "results_per_page": 50,
        "orders": "Placed Order",
        "zone": "America/New_York",
        "currency": "USD",
    },
    oauth=OAuth(
        "/oauth/authorize",
        "/oauth/token",
        client_auth="basic",
        revoke_path="/oauth/revoke",
        revoke_by_client=True,
        scopes={f"{name}:read": f"Read {name}" for name in READ},
        access_seconds=3_600,
        refresh_days=90,
        pkce=True,
        signs_in_first=True,
    ),
    api_key="pk_0123456789abcdef0123456789abcdef01",
    carried=(Carried(takes="token"), Carried(scheme="Klaviyo-API-Key", takes="key")),
    next_link=("links", "next"),
    admit=admit,
    demo=Demo(
        {"lists": 2, "segments": 1, "profiles": 900, "campaigns": 8, "flows": 2, "events": 3000},
        {"lists": 1, "segments": 1, "profiles": 20, "campaigns": 3, "flows": 1, "events": 40},
        history=1,  # it allows two reports a minute
    ),
)
