"""Mailchimp (Marketing API 3.0).

Readings of what is not documented, each an entry of `options`:

- `inclusive_bounds` (False): `since_…` and `before_…` leave out rows at exactly that moment, the harder reading;
- `archived_by_default` (False): `/members` without `status` hides archived people, `status=archived` shows them;
- `landing_pages_offset` (False): `/landing-pages` takes `count` but ignores `offset`;
- `api_endpoint` (""): what `/oauth2/metadata` says; by default the real form, `https://us19.api.mailchimp.com`.

Without options: `/lists/{id}/activity` comes newest first, `/tag-search` and automation emails in one piece,
people without any action come back with an empty `activity`, `stats` of lists are always fresh, pending members of a
segment are shown with the subscribed ones.
`counts`: lists; members, days of activity per list; campaigns; recipients per campaign; automations; templates;
landing_pages.
"""

import hashlib
from collections.abc import Sequence

from infra.sandbox.access import Carried, OAuth
from infra.sandbox.call import Route
from infra.sandbox.limits import AtOnce, Limit, Ticks
from infra.sandbox.mailchimp.api import Api
from infra.sandbox.mailchimp.asking import DATACENTER
from infra.sandbox.mailchimp.change import live
from infra.sandbox.mailchimp.reports import Reports
from infra.sandbox.mailchimp.seeding import COUNTS, build
from infra.sandbox.mailchimp.world import ACCOUNT, Mailchimp
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "Mailchimp"]

TITLES = {
    "unauthorized": ("API Key Invalid", "Your API key may be invalid, or you have used the wrong datacenter."),
    "forbidden": ("Forbidden", "You are not permitted to access this resource."),
    "missing": ("Resource Not Found", "The requested resource could not be found."),
    "method": ("Method Not Allowed", "The requested method and resource are not compatible."),
    "invalid": ("Invalid Resource", "The resource submitted could not be validated."),
    "limited": ("Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    "quota": ("Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    "broken": ("Internal Server Error", "An unexpected internal error has occurred."),
}


def refuse(refusal: Refusal, path: str) -> Refused:
    """`application/problem+json`, without any header that would tell how long to wait."""
    title, detail = TITLES[refusal.reason]
    seen = hashlib.md5(f"{refusal.status}{refusal}".encode(), usedforsecurity=False).hexdigest()
    body: Record = {
        "type": "https://mailchimp.com/developer/marketing/docs/errors/",
        "title": "Requested Fields Invalid" if refusal.status == 422 else title,
        "status": refusal.status,
        "detail": detail,
        "instance": f"{seen[:8]}-{seen[8:12]}-{seen[12:16]}-{seen[16:20]}-{seen[20:]}",
    }
    if refusal.field:
        body["errors"] = [{"field": refusal.field, "message": refusal.message}]
    return Refused(body, "application/problem+json; charset=utf-8")


def limits(ticks: Ticks, now: Now) -> Sequence[Limit]:
    return [AtOnce(10)]


def routes(world: Mailchimp) -> Sequence[Route]:
    return [*Api(world).routes(), *Reports(world).routes()]


STAND_IN: Platform[Mailchimp] = Platform(
    name="mailchimp",
    title="Mailchimp",
    account=ACCOUNT,
    build=build,
    live=live,
    routes=routes,
    refuse=refuse,
    limits=limits,
    counts=COUNTS,
    options={
        "inclusive_bounds": False,
        "archived_by_default": False,
        "landing_pages_offset": False,
        "api_endpoint": "",
    },
    oauth=OAuth("/oauth2/authorize", "/oauth2/token", client_auth="form", code_seconds=600, signs_in_first=True),
    api_key=f"0123456789abcdef0123456789abcdef-{DATACENTER}",
    carried=tuple(Carried(scheme=scheme) for scheme in ("Bearer", "OAuth", "Basic")),
    demo=Demo(
        {"lists": 2, "members": 1200, "campaigns": 8, "recipients": 150},
        {"lists": 1, "members": 20, "campaigns": 2, "recipients": 5},
    ),
)
