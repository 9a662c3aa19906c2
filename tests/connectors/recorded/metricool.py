"""Metricool as recorded: lists of a window of days without pages, one timeline per metric, networks as they are.

Names and types of fields: Metricool's own Swagger 2.0 document “2.0.0”, of which a copy is public (BrandLite,
InstagramPost, FacebookPost, TikTokPost, TimelineSeries, ScheduledPost, Campaign …). YouTube videos are not in it:
theirs are the fields that public clients read. That answers hold `data` alone, that values of a timeline carry an
offset like +0200 and come in no order, was seen in answers that a user had published; what is refused, and how, in
notes of people who asked (2025-11-14, 2026-07, 2026-08-28). Values are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "app.metricool.com"
CARRIED = "x-mc-auth"  # the header that carries the token
NETWORKS = (
    "instagram",
    "facebook",
    "tiktok",
    "linkedin",
    "youtube",
    "twitter",
    "pinterest",
    "threads",
    "bluesky",
    "gmb",
    "google_ads",
    "facebook_ads",
    "tiktok_ads",
)
ADS = {"google_ads": "adwords", "facebook_ads": "facebookads", "tiktok_ads": "tiktokads"}
VALUES = {
    "account_id": "1234567",
    "account_zone": "Europe/London",
    "account_currency": "",
    "user_id": "7654321",
    "ads": "facebook_ads",
    **{network: network for network in NETWORKS},
}
WHO = {"userId": "7654321", "blogId": "1234567", "timezone": "Europe/London"}
WINDOW = ("2026-08-26", "2026-09-01")  # of seven days, as they are cut
MOVING = timedelta(days=45)
# network → subject → some of its metrics, by the document's list and by what refusals and live answers name
METRICS: Mapping[str, Mapping[str, str]] = {
    "instagram": {
        "account": "followers clicks_total",
        "posts": "count reach saved",
        "reels": "count videoviews",
        "stories": "count reach",
    },
    "facebook": {"account": "likes page_media_view", "posts": "count clicks", "reels": "count", "stories": "count"},
    "tiktok": {"account": "video_views followers_count", "video": "videos views"},
    "linkedin": {"account": "followers deltaFollowers", "posts": "posts clicks", "newsletters": "posts likes"},
    "youtube": {"account": "totalSubscribers views", "videos": "views likes"},
    "twitter": {"account": "postsCount"},
    "pinterest": {"account": "followers IMPRESSION", "pins": "impression pins"},
    "threads": {"account": "followers_count", "posts": "count views"},
    "bluesky": {"account": "followers_count", "posts": "posts_count likes"},
    "gmb": {"business": "business_impressions_maps call_clicks"},
    "google_ads": {"account": "Cost Clicks"},
    "facebook_ads": {"account": "spend clicks"},
    "tiktok_ads": {"account": "cost clicks"},
}
COUNTS = frozenset({"count", "posts", "videos", "pins", "posts_count"})


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def error(status: int, title: str) -> Answer:
    """What bodies of errors look like is not documented; nothing may hang on this one."""
    return said({"status": status, "title": title, "detail": "text"}, status)


def not_valid(asked: str, known: list[str]) -> Answer:
    """As somebody kept it (2025-11-14), and others have it in their notes."""
    said_of = f"Invalid field '{asked}'. Valid values are: [{', '.join(known)}]"
    return said({"status": "BAD_REQUEST", "code": "400", "title": "InvalidEnumBaseException", "detail": said_of}, 400)


REFUSALS = {
    "credential": error(401, "Unauthorized"),
    "permission": error(403, "Forbidden"),
    "gone": error(404, "Not Found"),
    "question": error(400, "Bad Request"),
    "limit": error(429, "Too Many Requests"),
    "fault": error(500, "Internal Server Error"),
}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    """Whoever asks says who they are and for which days, by the names that this call has for them."""
    path, query = request.url.removeprefix(f"https://{HOST}/api"), dict(request.query)
    if request.method != "GET" or request.headers.get("accept") != "application/json":
        return REFUSALS["question"]
    if any(query.get(name) != value for name, value in WHO.items()):
        return REFUSALS["permission"]
    timelines = path == "/v2/analytics/timelines"
    if path != desk.recorded.path and not timelines:
        return REFUSALS["gone"]
    names = ("start", "end") if "scheduler" in path else ("from", "to")
    if desk.recorded.days is not None and not all(_local(query.get(name, "")) for name in names):
        return REFUSALS["question"]
    if timelines:
        return _timeline(desk, query)
    rows = [row for _, row in desk.seen({**query, "from": query.get(names[0], ""), "to": query.get(names[1], "")})]
    return said({"data": rows[: desk.capped] if desk.capped else rows})


def _local(text: str) -> bool:
    try:
        return len(text) == len("2026-09-01T00:00:00") and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _timeline(desk: FakePlatform, query: dict[str, str]) -> Answer:
    names = {asked: name for name, asked in ADS.items()}
    network, subject, metric = query["network"], query.get("subject", ""), query["metric"]
    if metric not in (known := METRICS.get(names.get(network, network), {}).get(subject, "").split()):
        return not_valid(metric, known)
    if desk.recorded.path.endswith("/timelines"):
        rows = [row for _, row in desk.seen(query)]
        values = [{"dateTime": row["dateTime"], "value": row["value"]} for row in rows]
    else:  # how many of what this desk lists
        days = [str(row["_day"]) for row in desk.rows if query["from"][:10] <= row["_day"] <= query["to"][:10]]
        values = [{"dateTime": f"{day}T12:00:00+0100", "value": float(days.count(day))} for day in sorted(set(days))]
    series: Record = {"metric": metric, "values": values}
    if desk.recorded.path.endswith("/timelines"):
        series["aggregate"] = {"aggregation": "sum", "value": 3.0}
    return said({"data": [series]})


# -- how it chooses --------------------------------------------------------------------------------------


def of_day(record: Record, query: Query) -> Record | None:
    day = record.get("_day", "")
    inside = not query.get("from") or query["from"][:10] <= day <= query["to"][:10]
    return {name: value for name, value in record.items() if not name.startswith("_")} if inside else None


def of_metric(record: Record, query: Query) -> Record | None:
    subject, metric = record["_of"]
    if "metric" in query and (query.get("subject"), query["metric"]) != (subject, metric):
        return None
    return of_day(record, query)


def day_number(i: int) -> str:
    return (date.fromisoformat(WINDOW[0]) + timedelta(days=i % 7)).isoformat()


def posts(path: str, key: str, field: str, moment: str, moving: timedelta = MOVING) -> Recorded:
    def vary(i: int) -> Record:
        """Late in the evening of London it is the next day in Madrid."""
        day = day_number(i)
        told = {"dateTime": f"{day}T23:30:00", "timezone": "Europe/London"}
        plain = moment in {"createTime", "createdAt"} and "twitter" not in path
        return {field: f"{10**16 + i}", moment: f"{day}T22:30:00Z" if plain else told, "_day": day}

    def keys(record: Record) -> list[Record]:
        return [{"account_id": "1234567", key: record[field]}]

    return Recorded(
        path if path.startswith("/") else f"/v2/analytics/{path}", "data", ("account_id", key), vary,
        shown=of_day, keys=keys, days=WINDOW, look_back=moving, cut=50,
        plain_numbers=frozenset({"timestamp_ms"}), made=frozenset({"published_day", "published_zone"}),
    )  # fmt: skip


def timelines(network: str) -> Recorded:
    known = [(subject, name) for subject, names in METRICS[network].items() for name in names.split()]

    def vary(i: int) -> Record:
        day = (date.fromisoformat(WINDOW[0]) - timedelta(days=i // len(known) % 60)).isoformat()
        subject, metric = known[i % len(known)]
        told = {"dateTime": f"{day}T12:00:00+0100", "series": metric, "value": float(i)}
        return told | {"_of": [subject, metric], "_day": day}

    def keys(record: Record) -> list[Record]:
        subject, metric = record["_of"]
        told = {"account_id": "1234567", "subject": subject, "metric": metric, "series": metric}
        return [told | {"day": record["_day"]}]

    return Recorded(
        "/v2/analytics/timelines", "data", ("account_id", "subject", "metric", "series", "day"), vary,
        shown=of_metric, keys=keys, days=("2026-07-01", WINDOW[1]), look_back=MOVING,
        made=frozenset({"told_at", "day"}),
    )  # fmt: skip


def brand(i: int) -> Record:
    """The brands of all the user's clients are in one list."""
    return {"id": 1234567 + i}


RECORDED = load("metricool", {
    "brands": Recorded(
        "/v2/settings/brands", "data", ("account_id", "day"), brand, made=frozenset({"networks"}),
        plain_numbers=frozenset({"engagement_ratio"}), wanted=lambda record: record["id"] == 1234567,
        keys=lambda record: [{"account_id": "1234567", "day": "2026-09-03"}],
    ),
    "instagram_posts": posts("posts/instagram", "post_id", "postId", "publishedAt"),
    "instagram_reels": posts("reels/instagram", "reel_id", "reelId", "publishedAt"),
    "instagram_stories": posts("stories/instagram", "post_id", "postId", "publishedAt"),
    "facebook_posts": posts("posts/facebook", "post_id", "postId", "created"),
    "facebook_reels": posts("reels/facebook", "reel_id", "reelId", "created"),
    "facebook_stories": posts("stories/facebook", "story_id", "storyId", "created"),
    "tiktok_posts": posts("posts/tiktok", "video_id", "videoId", "createTime"),
    "linkedin_posts": posts("posts/linkedin", "post_id", "postId", "created"),
    "linkedin_newsletters": posts("newsletters/linkedin", "post_id", "postId", "created"),
    "youtube_posts": posts("posts/youtube", "video_id", "videoId", "publishedAt"),
    "twitter_posts": posts("posts/twitter", "tweet_id", "tweetId", "createdAt"),
    "pinterest_pins": posts("posts/pinterest", "id", "id", "createdAt"),
    "threads_posts": posts("posts/threads", "id", "id", "publishedDate"),
    "bluesky_posts": posts("posts/bluesky", "post_id", "postId", "published"),
    **{f"{network}_timelines": timelines(network) for network in METRICS},
    "scheduled_posts": posts("/v2/scheduler/posts", "id", "id", "publicationDate", timedelta(days=14)),
    "ads_campaigns": Recorded(
        "/v2/advertising/campaigns", "data", ("account_id", "day", "network", "campaign_id"),
        lambda i: {"providerCampaignId": f"{23850 + i}", "_day": WINDOW[0]}, shown=of_day,
        days=(WINDOW[0], WINDOW[0]), look_back=timedelta(days=14), made=frozenset({"day"}),
        keys=lambda record: [{"account_id": "1234567", "day": WINDOW[0], "network": record["network"],
                              "campaign_id": record["providerCampaignId"]}],
    ),
})  # fmt: skip
