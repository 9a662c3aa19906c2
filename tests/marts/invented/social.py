"""Profiles by day, posts, and the people who saw them; on the networks themselves and as Metricool repeats them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.marts.golden import ZONE
from tests.marts.invented.book import DAYS, GONE, Account, Book, moment

CALIFORNIA = "America/Los_Angeles"  # where Instagram and Pages count their days

# network → subject and metric → what that is in the fact. Nothing else of the timelines is in it.
SERIES: Mapping[str, Mapping[str, str]] = {
    "instagram": {"account views": "views", "account profile_views": "profile_views", "account clicks_total": "clicks"},
    "facebook": {
        "account page_media_view": "views", "account pageViews": "profile_views",
        "account page_actions_post_reactions_total": "likes", "account page_daily_follows_unique": "follows",
        "account page_daily_unfollows_unique": "unfollows",
    },
    "tiktok": {
        "account video_views": "video_views", "account profile_views": "profile_views", "account likes": "likes",
        "account comments": "comments", "account shares": "shares",
    },
    "linkedin": {
        "account impressionCount": "views", "account clickCount": "clicks", "account likeCount": "likes",
        "account commentCount": "comments", "account shareCount": "shares",
    },
    "youtube": {
        "account views": "video_views", "account subscribersGained": "follows", "account subscribersLost": "unfollows",
    },
    "pinterest": {"account IMPRESSION": "views", "account SAVE": "saves", "account OUTBOUND_CLICK": "clicks"},
    "bluesky": {"account follow_event": "follows", "account unfollow_event": "unfollows"},
    "gmb": {"business business_impressions_total": "views", "business clicks_total": "clicks"},
    "threads": {}, "twitter": {},
}  # fmt: skip
# Of people, of a moment, or a second telling of the same.
OTHERS = ("account followers", "account reach", "posts likes", "posts views", "account postsInteractions")

# table → network, id, and the measures that it has, by the names of their columns
POSTS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "instagram_posts": ("instagram", "post_id", {
        "views": "views", "impressions": "impressions", "likes": "likes", "comments": "comments", "shares": "shares",
        "saves": "saved", "clicks": "clicks"}),
    "instagram_reels": ("instagram", "reel_id", {"views": "views", "video_views": "video_views", "saves": "saved"}),
    "instagram_stories": ("instagram", "post_id", {"impressions": "impressions", "comments": "replies"}),
    "facebook_posts": ("facebook", "post_id", {"likes": "reactions", "impressions": "impressions"}),
    "facebook_reels": ("facebook", "reel_id", {"views": "plays", "video_views": "plays"}),
    "facebook_stories": ("facebook", "story_id", {}),
    "tiktok_posts": ("tiktok", "video_id", {"views": "views", "video_views": "views", "shares": "shares"}),
    "linkedin_posts": ("linkedin", "post_id", {"likes": "likes", "clicks": "clicks"}),
    "linkedin_newsletters": ("linkedin", "post_id", {"likes": "likes", "clicks": "clicks"}),
    "youtube_posts": ("youtube", "video_id", {"views": "views", "video_views": "views", "likes": "likes"}),
    "twitter_posts": ("twitter", "tweet_id", {"shares": "retweets", "clicks": "link_clicks", "comments": "replies"}),
    "pinterest_pins": ("pinterest", "id", {"saves": "saves", "clicks": "pin_clicks"}),
    "threads_posts": ("threads", "id", {"views": "views", "shares": "reposts", "comments": "replies"}),
    "bluesky_posts": ("bluesky", "post_id", {"likes": "likes", "shares": "reposts"}),
}  # fmt: skip
POST_NUMBERS = {
    "instagram_ig_media_insights": "media_id", "instagram_ig_story_insights": "story_id",
    "instagram_fb_post_insights": "post_id",
}  # fmt: skip
# Those that tell whom a post reached.
REACHING = (
    "instagram_posts", "instagram_reels", "instagram_stories", "facebook_posts", "facebook_reels", "tiktok_posts",
    "linkedin_posts",
)  # fmt: skip


def write(book: Book) -> None:
    for account in book.accounts("instagram"):
        for number, day in enumerate(DAYS):
            book.put("instagram_fb_pages", account, id=account.id, name=f"Name {number}", day=day)
        _profiles(book, account)
        _own_posts(book, account)
    for account in book.accounts("metricool"):
        for number, day in enumerate(DAYS):
            brand = {"account_id": account.id, "label": f"Name {number}", "account_zone": account.zone}
            book.put("metricool_brands", account, **brand, day=day)
        _series(book, account)
        _repeated_posts(book, account)


def _profiles(book: Book, account: Account) -> None:
    for day in DAYS:
        dice = book.dice(account, day)
        place = {"account_id": account.id, "account_zone": CALIFORNIA, "date": day}
        key = (account.platform, account.connection)
        told = {name: dice.randint(0, 99) for name in ("views", "likes", "comments", "shares", "saves", "replies")}
        both, taps, reach = dice.randint(0, 99), dice.randint(0, 9), dice.randint(0, 999)
        row = {**told, "total_interactions": both, "profile_links_taps": taps, "reach": reach, "accounts_engaged": 5}
        book.put("instagram_ig_account_insights_totals", account, ig="I", **place, **row)
        book.put("instagram_ig_account_insights_totals", account, ig="gone", **place, **row, _deleted_at=GONE)
        book.note("fact_social", (*key, "instagram", day), **told, interactions=both, clicks=taps)
        book.note("social_people", (*key, "instagram", day), reach=reach, engaged=5, followers=9)
        won = {"follows": dice.randint(0, 9), "unfollows": dice.randint(0, 9)}
        book.put("instagram_ig_follows_daily", account, ig="I", **place, **won)
        book.put("instagram_ig_follows_daily", account, ig="gone", **place, **won, _deleted_at=GONE)
        book.note("fact_social", (*key, "instagram", day), **won)
        told = {name: dice.randint(0, 99) for name in ("views", "video_views", "follows", "unfollows")}
        both, taps, visits, viewers = (dice.randint(0, 99) for _ in range(4))
        row = {**told, "engagements": both, "actions": taps, "page_views": visits, "viewers": viewers, "followers": 7}
        book.put("instagram_fb_page_insights_daily", account, **place, **row)
        gone = {"account_id": "gone", "_deleted_at": GONE}
        book.put("instagram_fb_page_insights_daily", account, **place | row | gone)
        book.put("instagram_ig_accounts", account, id="I", account_id=account.id, day=day, followers_count=9)
        book.put("instagram_ig_accounts", account, **gone, id="gone", day=day, followers_count=9)
        book.note("fact_social", (*key, "facebook", day), **told, interactions=both, clicks=taps, profile_views=visits)
        book.note("social_people", (*key, "facebook", day), reach=viewers, engaged=0, followers=7)


def _own_posts(book: Book, account: Account) -> None:
    """A post whose numbers have not been read (yet) is a post all the same. A story has the id of a picture."""
    for number in range(6):
        shape = book.shape("posts", account.connection, number)
        day, known = shape.choice(DAYS), shape.random() < 0.8
        dice = book.dice(account, day)
        told = {name: dice.randint(0, 99) for name in ("views", "likes", "comments", "shares")}
        reach, clicks, told_at = dice.randint(0, 999), dice.randint(0, 9), moment(day, ZONE, dice)[0]
        key = (account.platform, account.connection, "instagram", day)
        picture = {"account_id": account.id, "posted_at": told_at}
        for table in ("instagram_ig_media", "instagram_ig_stories"):
            book.put(table, account, **picture, id=f"i{number}")
            book.put(table, account, **picture, id=f"i{number}-gone", _deleted_at=GONE)
        page = {"id": f"f{number}", "account_id": account.id, "created_time": told_at, "shares": told["shares"]}
        book.put("instagram_fb_posts", account, **page)
        book.put("instagram_fb_posts", account, **page | {"id": f"f{number}-gone"}, _deleted_at=GONE)
        book.note("fact_social_posts", (*key[:2], "facebook", day), rows=1, shares=told["shares"])
        book.note("fact_social_posts", key, rows=2)
        if not known:
            continue
        book.put("instagram_ig_media_insights", account, media_id=f"i{number}", **told, reach=reach)
        of_story = {"views": told["views"], "replies": told["comments"], "shares": told["shares"], "reach": reach}
        book.put("instagram_ig_story_insights", account, story_id=f"i{number}", **of_story)
        for table, named in POST_NUMBERS.items():
            book.put(table, account, **{named: f"i{number}-gone"}, _deleted_at=GONE)
        kinds = {"like": told["likes"], "love": told["comments"]}
        numbers = {"views": told["views"], "clicks": clicks, "viewers": reach + 1}
        book.put("instagram_fb_post_insights", account, post_id=f"f{number}", reactions_by_type=kinds, **numbers)
        book.note("fact_social_posts", key, **{name: 2 * told[name] for name in ("views", "comments", "shares")})
        book.note("fact_social_posts", key, likes=told["likes"])
        loved = told["likes"] + told["comments"]
        book.note("fact_social_posts", (*key[:2], "facebook", day), views=told["views"], likes=loved, clicks=clicks)
        book.note("social_post_people", (*key[:3], f"i{number}"), rows=2, reach=2 * reach)
        book.note("social_post_people", (*key[:2], "facebook", f"f{number}"), reach=reach + 1)


def _series(book: Book, account: Account) -> None:
    for network, known in SERIES.items():
        for what in (*known, *OTHERS):
            subject, _, metric = what.partition(" ")
            for day in DAYS:
                value = book.dice(account, day).randint(0, 99)
                row = {"account_id": account.id, "account_zone": account.zone, "day": day, "subject": subject}
                row |= {"metric": metric, "series": metric, "value": float(value)}
                book.put(f"metricool_{network}_timelines", account, **row)
                book.put(f"metricool_{network}_timelines", account, **row | {"series": "gone"}, _deleted_at=GONE)
                key = (account.platform, account.connection, network)
                book.note("social_series", (*key, subject, metric, day), value=value)
                if what in known:
                    book.note("fact_social", (*key, day), **{known[what]: value})


def _repeated_posts(book: Book, account: Account) -> None:
    for table, (network, named, measures) in POSTS.items():
        for number in range(3):
            day = book.shape(table, account.connection, number).choice(DAYS)
            dice = book.dice(account, day)
            numbers = {column: dice.randint(0, 99) for column in sorted(set(measures.values()))}
            told_at = moment(day, account.zone, dice)[0]
            row = {"account_id": account.id, "published_day": day, "published_at": told_at, **numbers}
            key, reach = (account.platform, account.connection, network), dice.randint(0, 999)
            if table in REACHING:
                row["reach"] = reach
                book.note("social_post_people", (*key, f"{table}{number}"), reach=reach)
            book.put(f"metricool_{table}", account, **row, **{named: f"{table}{number}"})
            book.put(f"metricool_{table}", account, **row, **{named: f"{table}{number}-gone"}, _deleted_at=GONE)
            book.note("fact_social_posts", (*key, day), rows=1)
            book.note("fact_social_posts", (*key, day), **{name: numbers[told] for name, told in measures.items()})
