"""Klaviyo, JSON:API of revision 2026-07-15. What surprises about it: docs/platforms/klaviyo.md."""

from __future__ import annotations

from datetime import date, timedelta

from shared.platforms.klaviyo.access import API, HEADERS, REVISION, authorise, discover
from shared.platforms.klaviyo.conversions import CHOICE
from shared.platforms.klaviyo.errors import refuse, stated_pause
from shared.platforms.klaviyo.streams import STREAMS, VIEWS
from shared.vocabulary.access import Key, OAuth, Revocation
from shared.vocabulary.platform import Kind, Limits, Platform


def tier(per_second: float, burst: int, per_day: int | None = None, called: str = "") -> Limits:
    return Limits(
        called=called, at_once=4, per_second=per_second, burst=burst, per_day=per_day, stated_pause=stated_pause
    )


PLATFORM = Platform(
    name="klaviyo",
    title="Klaviyo",
    kind=Kind.MAIL,
    base=API,
    auth=(
        OAuth(
            "https://www.klaviyo.com/oauth/authorize",
            "https://a.klaviyo.com/oauth/token",
            scopes=tuple(dict.fromkeys(["accounts:read", *(stream.scope for stream in STREAMS)])),
            client_auth="client_secret_basic",
            pkce=True,
            rotating=True,  # whether the old one dies is not confirmed; what comes back is kept either way
            grant_lifetime=timedelta(days=90),
            revocation=Revocation(
                "https://a.klaviyo.com/oauth/revoke",
                by_token=True,
                hint="refresh_token",
                as_client=True,
            ),
        ),
        Key(
            "In Klaviyo under Settings, API keys: an owner or admin can create a private key with read-only access.",
            r"pk_[A-Za-z0-9_]{16,200}",
            "https://help.klaviyo.com/hc/en-us/articles/7423954176283",
            name="Private API key",
            form="it begins with pk_. The public key, of six letters and digits, is another one",
        ),
    ),
    authorise=authorise,
    discover=discover,
    # Per account, in windows of a second and of a minute at once: so many in a burst, and in a minute no more.
    limits=tier(54, 200),  # XL: 350 and 3,500
    allowances={
        "l": tier(10.5, 50, called="tier L"),  # 75 and 700 (newer text: 750)
        "m": tier(2.3, 7, called="tier M"),  # 10 and 150
        "s": tier(0.95, 2, called="tier S"),  # 3 and 60
        "xs": tier(0.235, 1, called="tier XS"),  # 1 and 15
        "reports": tier(1 / 31, 1, per_day=220),  # 1, 2 and 225 a day, of all reports together
    },
    streams=STREAMS,
    views=VIEWS,
    version=REVISION,
    refuse=refuse,
    reads="Profiles and their consent, lists and segments, events, campaigns and flows with their results, forms.",
    headers=HEADERS,
    choices=(CHOICE,),
    sunset=date(2028, 7, 15),  # two years after it came; the move is planned in docs/platforms/klaviyo.md
)
