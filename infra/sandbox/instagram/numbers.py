"""Which numbers there are, of what, and how many on the first telling."""

from datetime import date

from infra.sandbox.daily import Leaf
from infra.sandbox.invent import Draw


class Metrics:
    """Names of metrics, as the API knows them."""

    TOTALS = (
        "views", "reach", "accounts_engaged", "total_interactions", "likes", "comments", "saves", "shares", "replies",
        "profile_links_taps",
    )  # fmt: skip
    MORE = ("reposts",)  # totals as well, in a table of their own
    SERIES = ("reach", "follower_count")
    BY_FOLLOW = ("follows_and_unfollows", "reach")
    AUDIENCE = ("follower_demographics", "engaged_audience_demographics")
    CERTAIN = ("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_total_actions")
    PAGE = (
        *CERTAIN, "page_views_total", "page_video_views", "page_follows", "page_daily_follows_unique",
        "page_daily_unfollows_unique",
    )  # fmt: skip
    POST = (
        "post_media_view", "post_total_media_view_unique", "post_clicks", "post_clicks_by_type",
        "post_reactions_by_type_total",
    )  # fmt: skip
    STORY = (
        "reach", "views", "replies", "shares", "follows", "profile_visits", "navigation", "total_interactions"
    )  # fmt: skip
    MEDIA = (
        "comments", "crossposted_views", "facebook_views", "follows", "ig_reels_avg_watch_time",
        "ig_reels_video_view_total_time", "likes", "link_clicks", "navigation", "profile_activity", "profile_visits",
        "reach", "reels_skip_rate", "replies", "reposts", "saved", "shares", "total_comments", "total_interactions",
        "total_likes", "total_views", "views",
    )  # fmt: skip


_FEED = ("reach", "views", "likes", "comments", "saved", "shares", "total_interactions", "follows", "profile_visits")
OF_KIND = {
    "REELS": (*_FEED[:7], "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate", "reposts"),
    "CAROUSEL_ALBUM": (
        "reach",
        "views",
        "saved",
        "shares",
        "total_interactions",
        "follows",
        "profile_visits",
        "reposts",
    ),
    "IMAGE": (*_FEED, "reposts"),
    "VIDEO": ("reach", "views", "saved", "total_interactions"),
}

QUIET = 0.2  # of days: nobody comes, nobody leaves


def instagram_day(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    views = draw.between(200, 4_000)
    reach = views * draw.between(40, 70) // 100
    engaged = reach * draw.between(2, 8) // 100
    told = {name: draw.below(engaged + 1) for name in ("likes", "comments", "saves", "shares", "replies")}
    follows, unfollows, links = draw.below(30), draw.below(20), draw.below(9)
    if draw.chance(QUIET):
        follows = unfollows = 0
    return {
        "views": views,
        "reach": reach,
        "accounts_engaged": engaged,
        "total_interactions": sum(told.values()),
        **told,
        "profile_links_taps": links,
        "follower_count": follows,
        "follows": follows,
        "unfollows": unfollows,
        "reposts": draw.below(7),
    }


def page_day(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    views = draw.between(300, 6_000)
    return {
        "page_media_view": views,
        "page_total_media_view_unique": views * draw.between(40, 80) // 100,
        "page_post_engagements": draw.below(200),
        "page_total_actions": draw.below(12),
        "page_views_total": draw.below(90),
        "page_video_views": draw.below(400),
        "page_follows": 1_200 + draw.below(40),
        "page_daily_follows_unique": draw.below(14),
        "page_daily_unfollows_unique": draw.below(6),
    }
