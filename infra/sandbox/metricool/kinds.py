"""What Metricool shows of each kind of post, and the metrics that it knows, as its own document names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# network → its name among the networks of a brand, and in the older list of brands
NETWORKS: Mapping[str, tuple[str, str]] = {
    "instagram": ("instagramData", "instagram"),
    "facebook": ("facebookData", "facebookPageId"),
    "tiktok": ("tiktokData", "tiktok"),
    "linkedin": ("linkedinData", "linkedinCompany"),
    "youtube": ("youtubeData", "youtube"),
    "twitter": ("twitterData", "twitter"),
    "pinterest": ("pinterestData", "pinterest"),
    "threads": ("threadsData", "threads"),
    "bluesky": ("blueskyData", "bluesky"),
    "gmb": ("gbpData", "gmb"),
    "facebookads": ("facebookAdsData", "facebookAds"),
    "adwords": ("googleAdsData", "adwords"),
    "tiktokads": ("tiktokAdsData", "tiktokads"),
}


@dataclass(frozen=True)
class Kind:
    """`moment`: the field that says when it was published; `plain`: as a text instead of an object.

    `rare`: numbers that only some have, such as what was paid for. `subject`: under which timelines count it.
    """

    path: str  # below /v2/analytics/
    id: str
    moment: str
    numbers: str
    texts: str = ""
    rare: str = ""
    rates: str = ""
    plain: bool = False
    subject: str = ""
    operation: str = ""  # as errors name the call

    @property
    def network(self) -> str:
        return self.path.partition("/")[2]


KINDS: Mapping[str, Kind] = {
    "instagram_posts": Kind(
        "posts/instagram", "postId", "publishedAt",
        "likes comments shares saved interactions reach views impressionsTotal impressions",
        "userId businessId type filter url content imageUrl",
        "impressionsPaid reachPaid videoViewsPaid videoViewsTotal postClicksPaid postInteractionsPaid",
        "engagement spend clicks", subject="posts", operation="getInstagramPosts",
    ),
    "instagram_reels": Kind(
        "reels/instagram", "reelId", "publishedAt",
        "likes comments shares saved interactions reach views impressionsTotal reposts videoViews durationSeconds",
        "userId businessId type filter url content imageUrl",
        "impressionsPaid reachPaid videoViewsPaid videoViewsTotal postClicksPaid postInteractionsPaid impressions",
        "engagement averageWatchTime videoViewTotalTime reelsSkipRate spend", subject="reels",
        operation="getInstagramReels",
    ),
    "instagram_stories": Kind(
        "stories/instagram", "postId", "publishedAt", "exits impressions reach replies tapsForward tapsBack",
        "businessId type owner content thumbnailUrl mediaUrl permalink", "impressionsPaid impressionsTotal reachPaid",
        subject="stories", operation="getInstagramStories",
    ),
    "facebook_posts": Kind(
        "posts/facebook", "postId", "created",
        "shares comments reactions like love wow haha sorry anger impressions impressionsOrganic impressionsUnique "
        "impressionsUniqueOrganic clicks linkclicks videoViews videoViewsOrganic videoTimeWatched",
        "pageId link text type picture ownerScreenName ownerDisplayName ownerPicture internalSearchId",
        "impressionsPaid impressionsUniquePaid videoViewsPaid", "engagement spend", subject="posts",
        operation="getFacebookPosts",
    ),
    "facebook_reels": Kind(
        "reels/facebook", "reelId", "created",
        "blueReelsPlayCount postImpressionsUnique postVideoReactions postVideoSocialActions",
        "pageId description videoUrl thumbnailUrl reelUrl", "",
        "length postVideoAvgTimeWatchedSeconds postVideoViewTimeSeconds engagement", subject="reels",
        operation="getFacebookReels",
    ),
    "facebook_stories": Kind(
        "stories/facebook", "storyId", "created", "", "pageId mediaType mediaId storyUrl thumbnailUrl",
        subject="stories", operation="getFacebookStories",
    ),
    "tiktok_posts": Kind(
        "posts/tiktok", "videoId", "createTime",
        "duration height width likeCount commentCount shareCount viewCount reach",
        "openId type coverImageUrl shareUrl videoDescription title embedLink", "",
        "engagement fullVideoWatchedRate totalTimeWatched averageTimeWatched", plain=True, subject="video",
        operation="getTikTokPosts",
    ),
    "linkedin_posts": Kind(
        "posts/linkedin", "postId", "created",
        "clicks comments likes shares impressions uniqueImpressions videoViews viewers timeWatched "
        "timeWatchedForVideoViews like praise entertainment empathy interest appreciation",
        "companyId url description title picture comment type", "", "engagement", subject="posts",
        operation="getLinkedinPosts",
    ),
    "linkedin_newsletters": Kind(
        "newsletters/linkedin", "postId", "created", "clicks comments likes shares impressions uniqueImpressions",
        "companyId url description title type", "", "engagement", subject="newsletters",
        operation="getLinkedinNewsletters",
    ),
    "youtube_posts": Kind(
        "posts/youtube", "videoId", "publishedAt", "views likes comments",
        "title description videoType watchUrl thumbnailUrl", operation="getYoutubePosts",
    ),
    "twitter_posts": Kind(
        "posts/twitter", "tweetId", "createdAt",
        "organicImpressions totalImpressions organicLikes totalLikes organicRetweets totalRetweets organicReplies "
        "totalReplies totalQuotes organicLinkClicks totalLinkClicks organicProfileClicks totalProfileClicks "
        "organicVideoViews totalVideoViews",
        "text url username picture",
        "promotedImpressions promotedLikes promotedRetweets promotedReplies promotedLinkClicks promotedProfileClicks "
        "promotedVideoViews", "totalEngagement", operation="getTwitterPosts",
    ),
    "pinterest_pins": Kind(
        "posts/pinterest", "id", "createdAt",
        "impressions saves pinClicks outboundClicks videoMrcViews videoAvgWatchTime",
        "accountId link title description altText boardId boardSectionId boardOwner mediaType imageUrl", "",
        "videoV50WatchTime quartile95PercentViews", plain=True, subject="pins", operation="getPins",
    ),
    "threads_posts": Kind(
        "posts/threads", "id", "publishedDate", "views likes replies reposts quotes shares",
        "providerUserId text mediaUrl mediaType thumbnailUrl owner shortCode permalink", "", "engagement",
        subject="posts", operation="getThreadsPosts",
    ),
    "bluesky_posts": Kind(
        "posts/bluesky", "postId", "published", "likes replies reposts quotes",
        "mediaUrl providerUserId handle type text thumbnail", subject="posts", operation="getBlueskyPosts",
    ),
}  # fmt: skip

# network → subject → metrics: the document's list, and above it what refusals and live answers were seen to name
# (docs/platforms/metricool.md says which, and when).
METRICS: Mapping[str, Mapping[str, str]] = {
    "instagram": {
        "account": "followers friends postsCount postsInteractions email_contacts get_directions_clicks "
        "phone_call_clicks text_message_clicks clicks_total impressions reach views profile_views website_clicks "
        "delta_followers accounts_engaged",
        "posts": "count interactions engagement reach impressions likes comments saved shares",
        "reels": "count comments likes saved shares engagement impressions reach interactions videoviews",
        "stories": "count exits impressions reach replies tapsforward tapsback",
    },
    "facebook": {
        "account": "page_posts_impressions page_actions_post_reactions_total postsCount postsInteractions likes "
        "pageFollows pageImpressions pageViews page_daily_follows_unique page_daily_unfollows_unique page_media_view",
        "posts": "count interactions engagement impressionsunique impressions clicks comments shares reactions",
        "reels": "blue_reels_play_count post_impressions_unique post_video_likes_by_reaction_type "
        "post_video_social_actions engagement count",
        "stories": "count",
    },
    "tiktok": {
        "account": "video_views profile_views followers_count followers_delta_count likes comments shares",
        "video": "videos views comments shares interactions likes reach engagement averageVideoViews",
    },
    "linkedin": {
        "account": "followers paidFollowers companyImpressions deltaFollowers impressionCount shareCount clickCount "
        "likeCount commentCount postsCount",
        "posts": "posts clicks likes comments shares engagement impressions interactions",
        "newsletters": "posts clicks likes comments shares engagement impressions interactions",
    },
    "youtube": {
        "account": "totalSubscribers views totalVideos subscribersGained subscribersLost",
        "videos": "views interactions likes dislikes comments shares",
    },
    "twitter": {"account": "postsCount"},
    "pinterest": {
        "account": "followers,following,delta followers,IMPRESSION,ENGAGEMENT,SAVE,PIN_CLICK,OUTBOUND_CLICK",
        "pins": "impression save pin_click outbound_click video_mrc_view video_avg_watch_time video_v50_watch_time "
        "quartile_95_percent_view pins",
    },
    "threads": {
        "account": "followers_count delta_followers",
        "posts": "count views likes replies reposts engagement quotes interactions shares",
    },
    "bluesky": {
        "account": "followers_count follows_count count follow_event unfollow_event",
        "posts": "posts_count interactions likes replies reposts quotes",
    },
    "gmb": {
        "business": "business_impressions_maps business_impressions_search business_impressions_total "
        "business_direction_requests call_clicks website_clicks clicks_total business_conversations "
        "business_bookings business_food_orders business_actions_total",
    },
    "adwords": {
        "account": "Impressions Clicks Conversions Cost ConversionValue AllConversions AllConversionValue",
    },
    "facebookads": {"account": "spend impressions clicks reach"},
    "tiktokads": {"account": "cost impressions clicks conversions"},
}
PERSONAL = {  # of a person on LinkedIn instead of a company
    "account": "followers deltaFollowers reaction comment reshare impression",
    "posts": "count comment reshare impression reaction engagement interactions",
}
# What only the document knows, and how it names what live answers name otherwise ("": it does not know that).
ONLY_DOCUMENTED = {("youtube", "account"): ("estimatedMinutesWatched",)}
DOCUMENTED = {
    ("instagram", "posts", "saved"): "saves",
    ("facebook", "stories", "count"): "storiesCount",
    ("youtube", "account", "views"): "totalViews",
    ("youtube", "account", "totalVideos"): "",
}
DOCUMENTED_SUBJECTS = {("tiktok", "video"): "videos"}
WITHOUT_SUBJECT = {"tiktok": "video", "youtube": "videos"}  # the others then answer with a 500

COUNTS = frozenset({"count", "posts", "videos", "pins", "posts_count"})
ANSWERED = {"saves": "saved"}  # metrics that come back by another name
SUBJECTS = {(kind.network, kind.subject): name for name, kind in KINDS.items() if kind.subject}

Asked = tuple[str, str]  # subject and metric


def known(network: str, personal: bool, words: str) -> dict[Asked, Asked]:
    """Everything that can be asked of a network, as it is asked → as live answers name it."""
    found: dict[Asked, Asked] = {}
    subjects = PERSONAL if personal and network == "linkedin" else METRICS.get(network, {})
    for subject, text in subjects.items():
        names = text.split(",") if "," in text else text.split()
        if words == "live":
            found |= {(subject, name): (subject, name) for name in names}
            continue
        said = DOCUMENTED_SUBJECTS.get((network, subject), subject)
        told = {name: DOCUMENTED.get((network, subject, name), name) for name in names}
        told |= {name: name for name in ONLY_DOCUMENTED.get((network, subject), ())}
        found |= {(said, asked): (subject, name) for name, asked in told.items() if asked}
    return found
