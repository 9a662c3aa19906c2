"""What is read of a Page and of the Instagram account behind it."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.instagram import columns as table
from shared.platforms.instagram.access import INSTAGRAM, INSTAGRAM_NUMBERS, PAGE, PAGE_NUMBERS
from shared.platforms.instagram.errors import without_numbers, without_reposts
from shared.platforms.instagram.metrics import numbers, numbers_of_kind
from shared.platforms.instagram.records import behind_midnight, by_day, followers, groups, midnight, posts, together
from shared.platforms.meta.graph import PAGES
from shared.vocabulary.columns import columns
from shared.vocabulary.meanings import GONE, On
from shared.vocabulary.slicing import Days, Parent, Pass, Since
from shared.vocabulary.stream import ONE, Stream

STILL_COUNTING = timedelta(days=30)  # numbers of younger posts are read by each run
RECENT = Since(look_back=STILL_COUNTING, field="timestamp", newest_first=True)
A_YEAR = timedelta(days=365)
TWO_YEARS = timedelta(days=729)
DELAYED = timedelta(days=3)  # Meta says that numbers may be late by 48 hours
OWN_SUMS = "The numbers are Meta's own; nothing that it lists adds up to them."
NO_COUNT = "Meta gives no count of what this list holds."
ONE_RECORD = "The answer is one record."
TOTALS = {"metric_type": "total_value", "period": "day", "since": "{from}", "until": "{after}"}


def one_day_each() -> Days:
    """A total is one number for the whole window, so a number per day needs a call per day."""
    return Days(1, DELAYED, A_YEAR, "date", today=False, write=midnight, whole=True)


def totals(name: str, title: str, text: str, *lists: str, optional: bool = False) -> Stream:
    """The first of these lists of totals, of each day; the next one each time one of them was refused."""
    return Stream(
        name,
        title,
        path="/{ig}/insights",
        records="data",
        columns=columns(text),
        query=TOTALS,
        slices=one_day_each(),
        narrow_query=numbers(*lists),
        unfold=together,
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        optional=optional,
        unproven=OWN_SUMS,
    )


def audience(metric: str, **more: str) -> tuple[Pass, ...]:
    by = ("age", "gender", "country", "city", "age,gender")
    return tuple(Pass({"metric": metric, "breakdown": each, **more}, {"breakdown": each}) for each in by)


STREAMS = (
    Stream(
        "ig_accounts",
        "Instagram accounts",
        path="/{ig}",
        records=ONE,
        columns=columns(table.IG_ACCOUNTS),
        query={"fields": "id,ig_id,username,name,biography,website,followers_count,follows_count,media_count"},
        snapshot_column="day",
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM,
        unproven=ONE_RECORD,
    ),
    Stream(
        # `follower_count` is told for 30 days, and spoils the call when one of its days is older.
        "ig_account_insights_daily",
        "Instagram reach and new followers by day",
        path="/{ig}/insights",
        records="data",
        columns=columns(table.IG_ACCOUNT_INSIGHTS_DAILY),
        query={"period": "day", "since": "{from}", "until": "{after}"},
        slices=Days(14, DELAYED, timedelta(days=29), "date", today=False, write=behind_midnight),
        narrow_query=numbers("reach,follower_count", "reach"),
        unfold=by_day,
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        unproven=OWN_SUMS,
    ),
    totals(
        "ig_account_insights_totals",
        "Instagram numbers by day",
        table.IG_ACCOUNT_INSIGHTS_TOTALS,
        "views,reach,accounts_engaged,total_interactions,likes,comments,saves,shares,replies,profile_links_taps",
        "reach,accounts_engaged,total_interactions,likes,comments,saves,shares,replies",
        "reach,total_interactions",
    ),
    Stream(
        "ig_follows_daily",
        "Instagram followers won and lost by day",
        path="/{ig}/insights",
        records="data",
        columns=columns(table.IG_FOLLOWS_DAILY),
        query={**TOTALS, "metric": "follows_and_unfollows", "breakdown": "follow_type"},
        slices=one_day_each(),
        unfold=followers,
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        unproven=OWN_SUMS,
    ),
    totals("ig_reposts_daily", "Instagram reposts by day", table.IG_REPOSTS_DAILY, "reposts", optional=True),
    Stream(
        "ig_audience_demographics",
        "Instagram audience",
        path="/{ig}/insights",
        records="data",
        columns=columns(table.IG_AUDIENCE_DEMOGRAPHICS),
        query={"period": "lifetime", "metric_type": "total_value"},
        passes=audience("follower_demographics") + audience("engaged_audience_demographics", timeframe="this_month"),
        unfold=groups,
        snapshot_column="day",
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        may_be_empty=frozenset({"dimension"}),
        unproven="Only the 45 biggest groups are told, so they do not add up to the followers.",
    ),
    Stream(
        "ig_media",
        "Instagram posts",
        path="/{ig}/media",
        records="data",
        columns=columns(table.IG_MEDIA),
        query={
            "fields": "id,ig_id,caption,media_type,media_product_type,permalink,shortcode,timestamp,username,"
            "like_count,comments_count,is_comment_enabled,owner,children{id,media_type}"
        },
        pages=PAGES,
        slices=RECENT,
        unfold=posts,
        needs="ig",
        scope=INSTAGRAM,
        unproven=NO_COUNT,
    ),
    Stream(
        "ig_media_insights",
        "Numbers of Instagram posts",
        path="/{media_id}/insights",
        records="data",
        columns=columns(table.IG_MEDIA_INSIGHTS),
        narrow_query=numbers_of_kind,
        unfold=together,
        answers=(On(404, GONE), On(without_numbers, GONE)),
        parent=Parent("ig_media", {"media_id": "id", "kind": "kind"}, settles=("timestamp", STILL_COUNTING)),
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        unproven=ONE_RECORD,
    ),
    Stream(
        # Apart from the other numbers of a post, because one that a post does not have costs all of its call.
        "ig_media_reposts",
        "Reposts of Instagram posts",
        path="/{media_id}/insights",
        records="data",
        columns=columns(table.IG_MEDIA_REPOSTS),
        query={"metric": "reposts"},
        unfold=together,
        answers=(On(404, GONE), On(without_reposts, GONE)),
        parent=Parent("ig_media", {"media_id": "id"}, settles=("timestamp", STILL_COUNTING)),
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        optional=True,
        unproven=ONE_RECORD,
    ),
    Stream(
        # Only those of the last 24 hours are shown.
        "ig_stories",
        "Instagram stories",
        path="/{ig}/stories",
        records="data",
        columns=columns(table.IG_STORIES),
        query={"fields": "id,ig_id,caption,media_type,media_product_type,permalink,timestamp,username"},
        pages=PAGES,
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM,
        unproven=NO_COUNT,
    ),
    Stream(
        "ig_story_insights",
        "Numbers of Instagram stories",
        path="/{story_id}/insights",
        records="data",
        columns=columns(table.IG_STORY_INSIGHTS),
        narrow_query=numbers(
            "reach,views,replies,shares,follows,profile_visits,navigation,total_interactions",
            "reach,replies,shares,follows,profile_visits,total_interactions",
            "reach,replies",
        ),
        unfold=together,
        answers=(On(404, GONE), On(without_numbers, GONE)),
        parent=Parent("ig_stories", {"story_id": "id"}),
        keep_missing=True,
        needs="ig",
        scope=INSTAGRAM_NUMBERS,
        unproven=ONE_RECORD,
    ),
    Stream(
        "fb_pages",
        "Facebook Pages",
        path="/{account_id}",
        records=ONE,
        columns=columns(table.FB_PAGES),
        query={"fields": "id,name,username,link,category,fan_count,followers_count,about,website,verification_status"},
        snapshot_column="day",
        keep_missing=True,
        scope=PAGE,
        unproven=ONE_RECORD,
    ),
    Stream(
        # 90 days at once are allowed; fewer, because the days of the last window are read again by each run.
        "fb_page_insights_daily",
        "Facebook Page numbers by day",
        path="/{account_id}/insights",
        records="data",
        columns=columns(table.FB_PAGE_INSIGHTS_DAILY),
        query={"period": "day", "since": "{from}", "until": "{after}"},
        slices=Days(30, DELAYED, TWO_YEARS, "date", today=False, write=behind_midnight),
        narrow_query=numbers(
            "page_media_view,page_total_media_view_unique,page_post_engagements,page_total_actions,page_views_total,"
            "page_video_views,page_follows,page_daily_follows_unique,page_daily_unfollows_unique",
            "page_media_view,page_total_media_view_unique,page_post_engagements,page_total_actions",
            "page_media_view,page_post_engagements",
        ),
        unfold=by_day,
        keep_missing=True,
        scope=PAGE_NUMBERS,
        unproven=OWN_SUMS,
    ),
    Stream(
        "fb_posts",
        "Facebook posts",
        path="/{account_id}/published_posts",
        records="data",
        columns=columns(table.FB_POSTS),
        query={
            "fields": "id,message,created_time,updated_time,permalink_url,status_type,is_published,shares,"
            "attachments{type,url}"
        },
        pages=PAGES,
        slices=Since(
            look_back=STILL_COUNTING,
            parameter="since",
            until_parameter="until",
            write=lambda moment: str(int(moment.timestamp())),
        ),
        scope=PAGE,
        unproven=NO_COUNT,
    ),
    Stream(
        "fb_post_insights",
        "Numbers of Facebook posts",
        path="/{post_id}/insights",
        records="data",
        columns=columns(table.FB_POST_INSIGHTS),
        query={"period": "lifetime"},
        narrow_query=numbers(
            "post_media_view,post_total_media_view_unique,post_clicks,post_clicks_by_type,post_reactions_by_type_total",
            "post_media_view,post_clicks,post_reactions_by_type_total",
            "post_media_view",
        ),
        unfold=together,
        answers=(On(404, GONE), On(without_numbers, GONE)),
        parent=Parent("fb_posts", {"post_id": "id"}, settles=("created_time", STILL_COUNTING)),
        scope=PAGE_NUMBERS,
        unproven=ONE_RECORD,
    ),
)
