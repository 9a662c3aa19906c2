"""Google Ads, API v26 over REST. What surprises about it: docs/platforms/google_ads.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.google import access as google
from shared.platforms.google_ads.access import SCOPE, authorise, discover
from shared.platforms.google_ads.errors import refuse, stated_pause
from shared.platforms.google_ads.gaql import API, VERSION
from shared.platforms.google_ads.streams import STREAMS
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="google_ads",
    title="Google Ads",
    kind=Kind.ADS,
    base=API,
    auth=google.ways(
        SCOPE,
        "to read campaigns, ads and keywords, what each cost and brought, and, when asked for, who changed them",
        "Then let the account's e-mail into Google Ads, under Admin, Access and security.",
        "https://developers.google.com/google-ads/api/docs/oauth/service-accounts",
        # As Google describes it: https://developers.google.com/identity/protocols/oauth2/scopes#googleads (2026-11)
        beyond="editing, creating and deleting accounts and data of Google Ads",
    ),
    authorise=authorise,
    discover=discover,
    # What may be asked in a day and in a second depends on the project, and is only told by a refusal.
    limits=Limits(at_once=4, default_pause=timedelta(seconds=60), stated_pause=stated_pause),
    streams=STREAMS,
    version=VERSION,
    refuse=refuse,
    reads="Campaigns, ad groups, ads and keywords, and what each cost and brought by day.",
    values={"login_customer_id": r"(\d{10})?"},
    headers={"login-customer-id": "{login_customer_id}"},
)
