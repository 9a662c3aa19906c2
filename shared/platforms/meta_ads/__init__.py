"""Meta Ads, Marketing API v26.0. What surprises about it: docs/platforms/meta_ads.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.meta import graph, webhooks
from shared.platforms.meta.graph import API
from shared.platforms.meta_ads.access import discover
from shared.platforms.meta_ads.errors import refuse
from shared.platforms.meta_ads.streams import STREAMS, VIEWS
from shared.vocabulary.access import OAuth, bearer
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="meta_ads",
    title="Meta Ads",
    kind=Kind.ADS,
    base=API,
    auth=(
        # No refresh tokens exist. `business_management` could change a business, so it is not asked for.
        OAuth(
            graph.AUTHORIZE,
            graph.TOKEN,
            ("ads_read",),
            scope_separator=",",
            login=graph.LOGIN_WITH,
            token_by_get=True,
            exchange_for_long_lived=graph.exchange_for_long_lived,
            opens={"ads_read": "to read ad accounts, campaigns, ads, and what they cost and brought"},
            revocation=graph.REVOCATION,
        ),
        graph.system_user("with the permission ads_read"),
    ),
    authorise=bearer,
    discover=discover,
    limits=Limits(at_once=4, default_pause=timedelta(minutes=5), stated_pause=graph.stated_pause),
    streams=STREAMS,
    views=VIEWS,
    version=graph.VERSION,
    refuse=refuse,
    reads="The ad account, campaigns, ad sets, ads, creatives, custom conversions, and their numbers by day.",
    values={webhooks.LOGIN: webhooks.LOGINS},
    calls=webhooks.CALLS,
)
