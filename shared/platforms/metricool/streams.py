"""What is read of a brand in Metricool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from shared.platforms.metricool import columns as table
from shared.platforms.metricool.access import BRANDS
from shared.platforms.metricool.errors import not_known
from shared.platforms.metricool.records import own_brand, point, published, series, with_moments
from shared.vocabulary.columns import columns
from shared.vocabulary.meanings import EMPTY, SKIP, On
from shared.vocabulary.slicing import Days, Pass
from shared.vocabulary.stream import Stream, Totals

# Left unsaid, days are those of Madrid. Both ends of a window seem to belong to it.
WHO = {"userId": "{user_id}", "blogId": "{account_id}", "timezone": "{account_zone}"}
ASK = {**WHO, "from": "{from}T00:00:00", "to": "{to}T23:59:59"}
TIMELINES = "/v2/analytics/timelines"
NAMED = {"google_ads": "adwords", "facebook_ads": "facebookads", "tiktok_ads": "tiktokads"}  # as networks in calls

YEAR = timedelta(days=365)
MOVING = timedelta(days=45)  # people like old posts, too; and timelines count a like for the day of its post
POSTS = Days(7, MOVING, YEAR, "published_day")
VALUES = Days(31, MOVING, YEAR, "day")
ROUND = 50  # nothing says how many records a list may have; when there are so many, it may have been cut off
NOT_COUNTED = "no metric of Metricool's counts these"


def posts(name: str, title: str, path: str, text: str, day: str, counted: str = "", **ask: str) -> Stream:
    """What a brand published on a network. `counted`: subject and metric of the timeline that says how many."""
    network = name.partition("_")[0]
    first, *others = wordings(*counted.split()) if counted else [{}]
    return Stream(
        name,
        title,
        path=f"/v2/analytics/{path}",
        records="data",
        columns=columns(table.POST, text),
        query={**ASK, **ask},
        slices=POSTS,
        shape=published(day),
        needs=network,
        answers=(On(204, EMPTY), On(not_known, SKIP)),
        silent_limit=ROUND,
        unproven="" if counted else NOT_COUNTED,
        totals=Totals(
            {"posts": ("value", "")},
            path=TIMELINES,
            unfold=series,
            query={**ASK, "network": network, **first},
            instead=tuple(others),
        )
        if counted
        else None,
    )


def timelines(network: str, title: str, metrics: Mapping[str, str], optional: bool = False) -> Stream:
    """`metrics`: subject → its metrics. One call for each; one that Metricool does not know (any more) is left out."""
    return Stream(
        f"{network}_timelines",
        title,
        path=TIMELINES,
        records="data",
        columns=columns(table.TIMELINE),
        query={**ASK, "network": NAMED.get(network, network)},
        slices=VALUES,
        shape=point,
        unfold=series,
        needs=network,
        answers=(On(204, EMPTY), On(not_known, SKIP)),
        optional=optional,
        keep_missing=True,  # of a metric that is no longer known, the old days stay
        passes=tuple(
            Pass(asked, {"network": network, **asked}, instead=tuple(others))
            for subject, names in metrics.items()
            for asked, *others in (wordings(subject, name) for name in names.split(", "))
        ),
        unproven="Metricool's aggregations are sums for some metrics and averages for others, as no answer of it says",
    )


def wordings(subject: str, metric: str) -> list[dict[str, str]]:
    """“saved/saves” was once or is elsewhere called the second: the first word is asked, and names the rows."""
    return [{"subject": each, "metric": name} for each in subject.split("/") for name in metric.split("/")]


OF_POSTS = "engagement, impressions, comments, shares, interactions"

STREAMS = (
    Stream(
        "brands",
        "Brand",
        path=BRANDS,
        records="data",
        columns=columns(table.BRANDS),
        query=WHO,
        shape=own_brand,
        snapshot_column="day",
        keep_missing=True,
        ignore=frozenset({"hash"}),
        unproven="one row, of a list that is shown whole",
    ),
    posts("instagram_posts", "Instagram posts", "posts/instagram", table.INSTAGRAM_POSTS, "publishedAt", "posts count"),
    posts("instagram_reels", "Instagram reels", "reels/instagram", table.INSTAGRAM_REELS, "publishedAt", "reels count"),
    posts(
        "instagram_stories",
        "Instagram stories",
        "stories/instagram",
        table.INSTAGRAM_STORIES,
        "publishedAt",
        "stories count",
    ),
    posts("facebook_posts", "Facebook posts", "posts/facebook", table.FACEBOOK_POSTS, "created", "posts count"),
    posts("facebook_reels", "Facebook reels", "reels/facebook", table.FACEBOOK_REELS, "created", "reels count"),
    posts(
        "facebook_stories",
        "Facebook stories",
        "stories/facebook",
        table.FACEBOOK_STORIES,
        "created",
        "stories count/storiesCount",
    ),
    posts("tiktok_posts", "TikTok videos", "posts/tiktok", table.TIKTOK_POSTS, "createTime", "video/videos videos"),
    posts("linkedin_posts", "LinkedIn posts", "posts/linkedin", table.LINKEDIN_POSTS, "created", "posts posts"),
    posts(
        "linkedin_newsletters",
        "LinkedIn newsletters",
        "newsletters/linkedin",
        table.LINKEDIN_POSTS,
        "created",
        "newsletters posts",
    ),
    # Without `postsType` older videos come, too, that somebody watched in the window.
    posts(
        "youtube_posts",
        "YouTube videos",
        "posts/youtube",
        table.YOUTUBE_POSTS,
        "publishedAt",
        postsType="publishedInRange",
    ),
    posts("twitter_posts", "X posts", "posts/twitter", table.TWITTER_POSTS, "createdAt"),
    posts("pinterest_pins", "Pins", "posts/pinterest", table.PINTEREST_PINS, "createdAt", "pins pins"),
    posts("threads_posts", "Threads posts", "posts/threads", table.THREADS_POSTS, "publishedDate", "posts count"),
    posts("bluesky_posts", "Bluesky posts", "posts/bluesky", table.BLUESKY_POSTS, "published", "posts posts_count"),
    timelines(
        "instagram",
        "Instagram by day",
        {
            "account": "followers, friends, delta_followers, postsCount, postsInteractions, email_contacts, "
            "get_directions_clicks, phone_call_clicks, text_message_clicks, clicks_total, website_clicks, "
            "profile_views, impressions, reach, views, accounts_engaged",
            "posts": f"count, reach, likes, saved/saves, {OF_POSTS}",
            "reels": f"count, reach, likes, saved, videoviews, {OF_POSTS}",
            "stories": "count, impressions, reach, replies, exits, tapsforward, tapsback",
        },
    ),
    timelines(
        "facebook",
        "Facebook by day",
        {
            "account": "likes, pageFollows, page_media_view, pageImpressions, pageViews, page_posts_impressions, "
            "page_actions_post_reactions_total, postsCount, postsInteractions, page_daily_follows_unique, "
            "page_daily_unfollows_unique",
            "posts": f"count, impressionsunique, clicks, reactions, {OF_POSTS}",
            "reels": "count, blue_reels_play_count, post_impressions_unique, post_video_likes_by_reaction_type, "
            "post_video_social_actions, engagement",
            "stories": "count/storiesCount",
        },
    ),
    timelines(
        "tiktok",
        "TikTok by day",
        {
            "account": "video_views, profile_views, followers_count, followers_delta_count, likes, comments, shares",
            "video/videos": "videos, views, comments, shares, interactions, likes, reach, engagement, "
            "impressionSources, averageVideoViews",
        },
    ),
    timelines(
        "linkedin",
        "LinkedIn by day",
        {  # companies and persons have sets of their own
            "account": "followers, paidFollowers, deltaFollowers, companyImpressions, impressionCount, shareCount, "
            "clickCount, likeCount, commentCount, postsCount, reaction, comment, reshare, impression",
            "posts": f"posts, count, clicks, likes, reaction, comment, reshare, impression, {OF_POSTS}",
            "newsletters": f"posts, clicks, likes, {OF_POSTS}",
        },
    ),
    timelines(
        "youtube",
        "YouTube by day",
        {
            "account": "totalSubscribers, views/totalViews, totalVideos, subscribersGained, subscribersLost, "
            "totalLikes, totalComments, estimatedMinutesWatched, averageViewDuration, viewerPercentage",
            "videos": "views, interactions, likes, dislikes, comments, shares",
        },
    ),
    timelines("twitter", "X by day", {"account": "postsCount"}),
    timelines(
        "pinterest",
        "Pinterest by day",
        {
            "account": "followers, following, delta followers, IMPRESSION, ENGAGEMENT, SAVE, PIN_CLICK, OUTBOUND_CLICK",
            "pins": "impression, save, pin_click, outbound_click, video_mrc_view, video_avg_watch_time, "
            "video_v50_watch_time, quartile_95_percent_view, pins",
        },
    ),
    timelines(
        "threads",
        "Threads by day",
        {
            "account": "followers_count, delta_followers",
            "posts": "count, views, likes, replies, reposts, quotes, shares, engagement, interactions",
        },
    ),
    timelines(
        "bluesky",
        "Bluesky by day",
        {
            "account": "followers_count, follows_count, count, follow_event, unfollow_event",
            "posts": "posts_count, interactions, likes, replies, reposts, quotes",
        },
    ),
    timelines(
        "gmb",
        "Google Business Profile by day",
        {
            "business": "business_impressions_maps, business_impressions_search, business_impressions_total, "
            "business_direction_requests, call_clicks, website_clicks, clicks_total, business_conversations, "
            "business_bookings, business_food_orders, business_actions_total",
        },
    ),
    # What was spent, of accounts whose currency is not told here. The platforms' own connections tell more.
    timelines(
        "google_ads",
        "Google Ads by day",
        {
            "account": "Cost, Impressions, Clicks, Conversions, ConversionValue, AllConversions, AllConversionValue",
        },
        optional=True,
    ),
    timelines("facebook_ads", "Meta Ads by day", {"account": "spend/spent, impressions, clicks, reach"}, optional=True),
    timelines(
        "tiktok_ads",
        "TikTok Ads by day",
        {
            "account": "cost/spend/spent, impressions, clicks, conversions",
        },
        optional=True,
    ),
    Stream(
        "scheduled_posts",
        "Planned posts",
        path="/v2/scheduler/posts",
        records="data",
        columns=columns(table.SCHEDULED_POSTS),
        query={**WHO, "start": ASK["from"], "end": ASK["to"]},  # this one alone wants these names
        slices=Days(7, timedelta(days=14), timedelta(days=90), "published_day", ahead=timedelta(days=60)),
        shape=published("publicationDate"),
        answers=(On(204, EMPTY),),
        silent_limit=ROUND,
        optional=True,
        ignore=table.NO_PLANS,
        unproven="nothing says how many plans there are",
    ),
    Stream(
        # One row per campaign for the whole window that is asked for, so each day is asked for alone.
        "ads_campaigns",
        "Ad campaigns by day",
        path="/v2/advertising/campaigns",
        records="data",
        columns=columns(table.ADS_CAMPAIGNS),
        query=ASK,
        slices=Days(1, timedelta(days=14), timedelta(days=90), "day", whole=True),
        shape=with_moments,
        needs="ads",
        answers=(On(204, EMPTY),),
        silent_limit=ROUND,
        optional=True,
        unproven="metrics have no names that one could count on",
    ),
)
