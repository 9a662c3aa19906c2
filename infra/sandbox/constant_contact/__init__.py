"""Constant Contact (API v3).

Readings of what is not documented, each an entry of `options`:

- `inclusive_bounds` (False): `updated_after`, `optout_after`, `after_date` … leave out rows at exactly that moment;
- `lists_limit` (500): the text says 500, the schema 1000;
- `deletion_moves_updated_at` (True): a deleted contact is found by `updated_after` with `status=all`;
- `gateway_403` (False): without any Authorization header the gateway answers a flat 403 instead of a 401.

Without options: contacts and campaigns come in the order they were made; removing a campaign takes all its
reports away, restoring it brings them back; reports exist only for campaigns that are "Done", and a draft's id in
a stats call is as bad as a removed one; permalinks have no reports (404); `no_clicks=true` adds the unclicked links;
rotation has no grace period (`refresh="long_lived"` gives the other setting of an app); a refused call does not
use up the day's quota; `contact_counts` knows its day only from the clock (UTC).
`counts`: lists, contacts, tags, custom_fields, segments, campaigns, sms, and recipients per mailing.
"""

from collections.abc import Mapping, Sequence

from infra.sandbox.access import Mistake, OAuth, Shown
from infra.sandbox.call import Route
from infra.sandbox.constant_contact.api import Api
from infra.sandbox.constant_contact.change import live
from infra.sandbox.constant_contact.reports import REPORTS, Reports
from infra.sandbox.constant_contact.seeding import COUNTS, build
from infra.sandbox.constant_contact.world import ACCOUNT, ConstantContact
from infra.sandbox.limits import Limit, PerDay, PerSecond, Ticks
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "ConstantContact"]

# Authorisation and limits answer with one object …
SINGLE = {
    "unauthorized": ("unauthorized", "Unauthorized"),
    "forbidden": ("forbidden", "Forbidden"),
    "limited": ("throttled", "Too Many Requests"),
    "quota": ("quota_exceeded", "Limit Exceeded"),
}
# … everything else with an array of them, except in reports.
LISTED = {
    "missing": ("contacts.api.not_found", "The requested resource was not found."),
    "method": ("contacts.api.method_not_allowed", "This method is not allowed."),
    "invalid": ("contacts.api.validation.error", "The request is not valid."),
    "broken": ("contacts.api.internal.error", "An unexpected error occurred."),
}


def refuse(refusal: Refusal, path: str) -> Refused:
    key, message = SINGLE.get(refusal.reason) or LISTED[refusal.reason]
    body = {"error_key": key, "error_message": refusal.message or message}
    return Refused(body if refusal.reason in SINGLE or path.startswith(REPORTS) else [body])


def mistaken(mistake: Mistake) -> Shown:
    """In the words of Okta, where its logins are kept."""
    if mistake == "redirect":
        return Shown(400, "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings")
    return Shown(400, "Invalid value for 'client_id' parameter.")


def bare_refusal(options: Mapping[str, object]) -> Refusal:
    return Refusal("forbidden", 403) if options["gateway_403"] else Refusal("unauthorized", 401)


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    """Per app, not per account: everyone connected shares them."""
    return [PerSecond(4, ticks), PerDay(10_000, now)]


def routes(world: ConstantContact) -> Sequence[Route]:
    return [*Api(world).routes(), *Reports(world).routes()]


STAND_IN: Platform[ConstantContact] = Platform(
    name="constant_contact",
    title="Constant Contact",
    account=ACCOUNT,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={
        "inclusive_bounds": False,
        "lists_limit": 500,
        "deletion_moves_updated_at": True,
        "gateway_403": False,
    },
    oauth=OAuth(
        "/oauth2/default/v1/authorize",
        "/oauth2/default/v1/token",
        client_auth="basic",
        scopes={
            "contact_data": "Read and change contacts, lists, tags and segments",
            "campaign_data": "Read and change campaigns and their reports",
            "account_read": "Read the account's details",
            "offline_access": "Keep reading while you are away",
        },
        access_seconds=86_400,
        token_length=1_000,
        refresh_scope="offline_access",
        refresh_days=180,
        state_required=True,
        exchanges_per_second=1,
        sign_in="https://identity.constantcontact.com/login/login.html",
        mistaken=mistaken,
    ),
    next_link=("_links", "next", "href"),
    bare_refusal=bare_refusal,
    # It allows an app four calls a second, and a campaign costs calls; people cost next to nothing.
    demo=Demo(
        {"contacts": 1500, "campaigns": 3, "recipients": 60},
        {"contacts": 20, "campaigns": 1, "recipients": 5},
    ),
)
