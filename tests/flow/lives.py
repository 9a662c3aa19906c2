"""As little of each platform as still shows its kinds of page, slice and parent, for tests that repeat whole syncs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.sandbox import PLATFORMS as STAND_INS
from shared.platforms import PLATFORMS
from tests.flow.pipeline import TELLING, TINY


@dataclass(frozen=True)
class Life:
    """`days`: how far back numbers by day are read; more than there are, so that none leaves the window meanwhile."""

    counts: Mapping[str, int]
    streams: list[str]
    days: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


LIVES: dict[str, Life] = {
    **{name: Life(TINY[name], TELLING[name]) for name in TINY},
    # Cursors in a body, offsets, and reports that are files on another host.
    "amazon_ads": Life({"campaigns": 3, "ads": 1, "negatives": 1, "days": 3},
                       ["sp_campaigns", "sd_campaigns", "sp_campaigns_daily"], 8),
    # Cursors in a body, windows of days, sums; places that are forgotten after two hours.
    "google_ads": Life({"campaigns": 3, "ad_groups": 1, "ads": 1, "keywords": 1, "days": 4},
                       ["campaigns", "campaign_daily", "changes"], 8, {"page_size": 4}),
    # Offsets in a body, windows of days, sums.
    "google_analytics": Life({"visits": 2, "orders": 1, "days": 4}, ["key_events", "daily_overview"], 8),
    # Cursors in the query, children, days without pages; a token of the account's own.
    "instagram": Life({"media": 3, "stories": 1, "posts": 2, "days": 4},
                      ["ig_media", "ig_media_insights", "ig_account_insights_daily"], 8),
    # Links, passes, children.
    "klaviyo": Life({"profiles": 4, "lists": 1, "segments": 1, "campaigns": 2, "flows": 1, "templates": 1,
                     "forms": 1, "tags": 1, "events": 6}, ["profiles", "list_members", "campaigns"]),
    # Cursors in the query, reports with pages below them, sums.
    "meta_ads": Life({"campaigns": 1, "ad_sets": 1, "ads": 2, "custom_conversions": 1, "days": 4},
                     ["campaigns", "insights_campaign_daily", "insights_ad_daily"], 8),
    # Days that are asked for once per metric.
    "metricool": Life({"posts": 2, "days": 4, "plans": 1}, ["instagram_posts", "gmb_timelines"], 8),
    # Cursors in a GraphQL question that costs points; children; what is deleted, as events.
    "shopify": Life({"orders": 2, "customers": 4, "products": 3}, ["customers", "products", "inventory_levels"]),
}  # fmt: skip
# Of others, all that is read by default, in what their stand-in calls a small account.
LIVES |= {
    name: Life(STAND_INS[name].demo.small, [stream.name for stream in platform.streams if not stream.optional])
    for name, platform in PLATFORMS.items()
    if name not in LIVES
}


def loses_access(platform: str) -> bool:
    """Whether an answer that is lost on its way takes the access with it: a refresh token that works only once.
    Nobody's code can survive that, so here such apps are set up the other way that their platforms offer."""
    oauth, stand_in = PLATFORMS[platform].oauth, STAND_INS[platform].oauth
    return bool(oauth and oauth.rotating and not (stand_in and stand_in.grace))
