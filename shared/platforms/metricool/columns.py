"""Columns of Metricool's tables. Numbers of a post are what it has gathered by the time Metricool last looked."""

BRANDS = """
account_id* text Brand number
day* date Day of reading
userId=user_id text Number of the user whose token reads it
ownerUserId=owner_user_id text Number of the user who owns it
ownerUsername=owner_username text Name of that user
label text Name of the brand
title text Title of its web site
description text Description
image text Address of its picture
timezone=account_zone text Time zone that its days are counted in
engagementRatio=engagement_ratio int Engagement is told per so many people reached or following, often 100 or 1000
networks texts Networks that are connected
networksData=networks_data json Accounts on these networks
isShared=is_shared bool Whether another user shares it
brandRole=brand_role json Role of the user and what it allows
joinDate=joined_at time When it was made
firstConnectionDate=first_connected_at time When its first network was connected
"""

# What every post has; its own fields follow.
POST = """
account_id* text Brand number
account_zone text Time zone that its days are counted in
published_day date Day of publication in that time zone
"""

INSTAGRAM_POSTS = """
postId=post_id* text Post id
userId=username text Name of the account
businessId=business_id text Instagram account id
type text Kind: image, video or album
publishedAt=published_at time When it was published
filter text Filter
url text Address
content text Caption
imageUrl=image_url text Address of its picture
hashtags texts Hashtags
likes int+ Likes
comments int+ Comments
shares int+ Shares
saved int+ Saves
interactions int+ All of these
engagement float~ Interactions per engagement_ratio (see brands) people reached
reach int~ People who saw it
views int+ Views
impressions int+ Times shown
impressionsTotal=impressions_total int+ Times shown, paid ones included
impressionsPaid=impressions_paid int+ Times shown for money
reachPaid=reach_paid int~ People reached for money
videoViewsTotal=video_views_total int+ Views of its video
videoViewsPaid=video_views_paid int+ Paid views of its video
postClicksPaid=clicks_paid int+ Paid clicks
postInteractionsPaid=interactions_paid int+ Paid interactions
spend float~ Spent on it, in the currency of an ad account that is not told
clicks float+ Clicks
published_zone text Time zone in which Metricool told the moment
"""

INSTAGRAM_REELS = """
reelId=reel_id* text Reel id
userId=username text Name of the account
businessId=business_id text Instagram account id
type text Kind
publishedAt=published_at time When it was published
filter text Filter
url text Address
content text Caption
imageUrl=image_url text Address of its picture
likes int+ Likes
comments int+ Comments
shares int+ Shares
saved int+ Saves
reposts int+ Reposts
interactions int+ Likes, comments, shares and saves
engagement float~ Interactions per engagement_ratio (see brands) people reached
reach int~ People who saw it
views int+ Views
videoViews=video_views int+ Plays
impressions int+ Times shown
impressionsTotal=impressions_total int+ Times shown, paid ones included
impressionsPaid=impressions_paid int+ Times shown for money
reachPaid=reach_paid int~ People reached for money
videoViewsTotal=video_views_total int+ Views, paid ones included
videoViewsPaid=video_views_paid int+ Paid views
postClicksPaid=clicks_paid int+ Paid clicks
postInteractionsPaid=interactions_paid int+ Paid interactions
spend float~ Spent on it, in the currency of an ad account that is not told
averageWatchTime=average_watch_time float~ Watched on average
videoViewTotalTime=total_watch_time float+ Watched in all
durationSeconds=duration_seconds int~ Length in seconds
reelsSkipRate=skip_rate float~ Share of people who skipped it
published_zone text Time zone in which Metricool told the moment
"""

INSTAGRAM_STORIES = """
postId=post_id* text Story id
businessId=business_id text Instagram account id
type text Kind
publishedAt=published_at time When it was published
owner text Name of the account
content text Caption
thumbnailUrl=thumbnail_url text Address of its small picture
mediaUrl=media_url text Address of the picture or video
permalink text Address
impressions int+ Times shown
reach int~ People who saw it
replies int+ Replies
exits int+ Times somebody left
tapsForward=taps_forward int+ Taps to the next
tapsBack=taps_back int+ Taps to the one before
impressionsPaid=impressions_paid int+ Times shown for money
impressionsTotal=impressions_total int+ Times shown, paid ones included
reachPaid=reach_paid int~ People reached for money
published_zone text Time zone in which Metricool told the moment
"""

FACEBOOK_POSTS = """
postId=post_id* text Post id
pageId=page_id text Page id
created=published_at time When it was published
timestamp=timestamp_ms int The same moment as told in milliseconds
link text Address
text text Text
type text Kind
picture text Address of its picture
shares int+ Shares
comments int+ Comments
reactions int+ Reactions of any kind
like=likes int+ Likes
love int+ Loves
wow int+ Wows
haha int+ Hahas
sorry int+ Sorrys
anger int+ Angers
impressions int+ Times shown
impressionsPaid=impressions_paid int+ Times shown for money
impressionsOrganic=impressions_organic int+ Times shown for free
impressionsUnique=reach int~ People who saw it
impressionsUniquePaid=reach_paid int~ People reached for money
impressionsUniqueOrganic=reach_organic int~ People reached for free
clicks int+ Clicks
linkclicks=link_clicks int+ Clicks on its link
engagement float~ Interactions per engagement_ratio (see brands) people reached
videoViews=video_views int+ Views of its video
videoViewsPaid=video_views_paid int+ Paid views
videoViewsOrganic=video_views_organic int+ Free views
videoTimeWatched=video_time_watched int+ Watched in all
spend float~ Spent on it, in the currency of an ad account that is not told
ownerScreenName=owner_screen_name text Short name of its author
ownerDisplayName=owner_display_name text Name of its author
ownerPicture=owner_picture text Address of the author's picture
internalSearchId=internal_search_id text Metricool's id of it
published_zone text Time zone in which Metricool told the moment
"""

FACEBOOK_REELS = """
reelId=reel_id* text Reel id
pageId=page_id text Page id
created=published_at time When it was published
description text Text
videoUrl=video_url text Address of the video
length float~ Length in seconds
thumbnailUrl=thumbnail_url text Address of its small picture
reelUrl=reel_url text Address
blueReelsPlayCount=plays int+ Plays
postImpressionsUnique=reach int~ People who saw it
postVideoAvgTimeWatchedSeconds=average_seconds_watched float~ Seconds watched on average
postVideoViewTimeSeconds=seconds_watched float+ Seconds watched in all
postVideoReactions=reactions int+ Reactions
postVideoSocialActions=social_actions int+ Comments and shares
engagement float~ Interactions per engagement_ratio (see brands) people reached
published_zone text Time zone in which Metricool told the moment
"""

FACEBOOK_STORIES = """
storyId=story_id* text Story id
pageId=page_id text Page id
created=published_at time When it was published
mediaType=media_type text Picture or video
mediaId=media_id text Id of that
storyUrl=story_url text Address
thumbnailUrl=thumbnail_url text Address of its small picture
published_zone text Time zone in which Metricool told the moment
"""

TIKTOK_POSTS = """
videoId=video_id* text Video id
openId=open_id text Account id
type text Kind
createTime=published_at time When it was published
title text Title
videoDescription=description text Text
shareUrl=share_url text Address
embedLink=embed_url text Address to embed it
coverImageUrl=cover_url text Address of its picture
duration int~ Length in seconds
height int~ Height in pixels
width int~ Width in pixels
likeCount=likes int+ Likes
commentCount=comments int+ Comments
shareCount=shares int+ Shares
viewCount=views int+ Views
engagement float~ Interactions per engagement_ratio (see brands) people reached
reach int~ People who saw it
fullVideoWatchedRate=full_watch_rate float~ Share of views to the end
totalTimeWatched=total_watch_time float+ Watched in all
averageTimeWatched=average_watch_time float~ Watched on average
impressionSources=impression_sources json Shares of where it was seen: forYou, follow, hashtag, sound, profile, search
"""

LINKEDIN_POSTS = """
postId=post_id* text Post id
companyId=company_id text Company or person id
created=published_at time When it was published
url text Address
title text Title
description text Text
picture text Address of its picture
comment text Text around a share
type text Kind
clicks int+ Clicks
comments int+ Comments
likes int+ Reactions
shares int+ Shares
impressions int+ Times shown
uniqueImpressions=reach int~ People who saw it
engagement float~ Interactions per engagement_ratio (see brands) people reached
videoViews=video_views int+ Views of its video
viewers int~ People who watched
timeWatched=time_watched int+ Watched in all
timeWatchedForVideoViews=time_watched_for_views int+ Watched in what counts as views
like=reaction_like int+ Likes
praise=reaction_praise int+ Praises
entertainment=reaction_funny int+ Laughs
empathy=reaction_love int+ Loves
interest=reaction_insightful int+ Insightful
appreciation=reaction_support int+ Supports
published_zone text Time zone in which Metricool told the moment
"""

YOUTUBE_POSTS = """
videoId=video_id* text Video id
title text Title
description text Text
videoType=video_type text Kind: SHORT or another
publishedAt=published_at time When it was published
watchUrl=watch_url text Address
thumbnailUrl=thumbnail_url text Address of its small picture
views int+ Views
likes int+ Likes
comments int+ Comments
published_zone text Time zone in which Metricool told the moment
"""

TWITTER_POSTS = """
tweetId=tweet_id* text Post id
text text Text
createdAt=published_at time When it was published
created=created_at time When it was made
updatedAt=updated_at time When its numbers were last looked at
url text Address
username text Name of the account
promoted bool Whether money was spent on it
truncated bool Whether the text is cut
picture text Address of its picture
organicImpressions=impressions_organic int+ Times shown for free
promotedImpressions=impressions_promoted int+ Times shown for money
totalImpressions=impressions int+ Times shown
organicLikes=likes_organic int+ Likes for free
promotedLikes=likes_promoted int+ Likes for money
totalLikes=likes int+ Likes
organicRetweets=retweets_organic int+ Retweets for free
promotedRetweets=retweets_promoted int+ Retweets for money
totalRetweets=retweets int+ Retweets
organicReplies=replies_organic int+ Replies for free
promotedReplies=replies_promoted int+ Replies for money
totalReplies=replies int+ Replies
totalQuotes=quotes int+ Quotes
organicLinkClicks=link_clicks_organic int+ Clicks on its link for free
promotedLinkClicks=link_clicks_promoted int+ Clicks on its link for money
totalLinkClicks=link_clicks int+ Clicks on its link
organicProfileClicks=profile_clicks_organic int+ Clicks on the profile for free
promotedProfileClicks=profile_clicks_promoted int+ Clicks on the profile for money
totalProfileClicks=profile_clicks int+ Clicks on the profile
organicVideoViews=video_views_organic int+ Views of its video for free
promotedVideoViews=video_views_promoted int+ Views of its video for money
totalVideoViews=video_views int+ Views of its video
totalEngagement=engagement float~ Interactions per engagement_ratio (see brands) times shown
published_zone text Time zone in which Metricool told the moment
"""

PINTEREST_PINS = """
id* text Pin id
accountId=pinterest_account text Pinterest account
createdAt=published_at time When it was published
link text Address it leads to
title text Title
description text Text
altText=alt_text text Text for those who cannot see it
boardId=board_id text Board id
boardSectionId=board_section_id text Section of the board
boardOwner=board_owner text Owner of the board
mediaType=media_type text Kind
imageUrl=image_url text Address of its picture
impressions int+ Times shown
saves int+ Saves
pinClicks=pin_clicks int+ Clicks on it
outboundClicks=outbound_clicks int+ Clicks on its link
videoMrcViews=video_views int+ Views of its video
videoAvgWatchTime=average_watch_time int~ Watched on average
videoV50WatchTime=watch_time float+ Watched in all
quartile95PercentViews=views_nearly_to_end float+ Views to nearly the end
"""

THREADS_POSTS = """
id* text Post id
providerUserId=threads_account text Threads account id
publishedDate=published_at time When it was published
text text Text
mediaUrl=media_url text Address of its picture
mediaType=media_type text Kind
thumbnailUrl=thumbnail_url text Address of its small picture
owner text Owner
shortCode=short_code text Short code
isQuotePost=is_quote bool Whether it quotes another
permalink text Address
views int+ Views
likes int+ Likes
replies int+ Replies
reposts int+ Reposts
quotes int+ Quotes
shares int+ Shares
engagement float~ Interactions per engagement_ratio (see brands) views
published_zone text Time zone in which Metricool told the moment
"""

BLUESKY_POSTS = """
postId=post_id* text Post id
providerUserId=bluesky_account text Bluesky account id
handle text Name of the account
type text Kind
text text Text
published=published_at time When it was published
mediaUrl=media_url text Address of its picture
thumbnail text Address of its small picture
likes int+ Likes
replies int+ Replies
reposts int+ Reposts
quotes int+ Quotes
published_zone text Time zone in which Metricool told the moment
"""

TIMELINE = """
account_id* text Brand number
subject* text What is counted: the account, its posts, its reels and so on
metric* text Metric as it was asked for
series* text The same as Metricool calls it
day* date Day in the brand's time zone
told_at time Moment that stands for the day
value float~ Value of the day
aggregation text How Metricool makes one number of several days, where it says so
network text Network
account_zone text Time zone that its days are counted in
"""

SCHEDULED_POSTS = """
account_id* text Brand number
id* text Number of the plan
uuid text The same for ever
publicationDate=published_at time When it is to be published
published_day date That day in the brand's time zone
published_zone text Time zone in which Metricool told the moment
account_zone text Time zone that its days are counted in
creationDate=created_at time When it was planned
text text Text
firstCommentText=first_comment text First comment
providers json Networks it goes to, with status and address on each
draft bool Whether it is a draft
autoPublish=auto_publish bool Whether Metricool publishes it by itself
media texts Addresses of its pictures
creatorUserMail=creator text Who planned it
parentId=parent_id text Plan that it follows in a thread
creatorUserId=creator_id text Number of that user
brandName=brand_name text Brand it was planned for
targetBrandId=target_brand text Number of that brand
copiedFrom=copied_from text Plan it was copied from
libraryPostId=library_post text Text of the library it was made from
mediaAltText=alt_texts texts Texts for the blind
videoThumbnailUrl=thumbnail_url text Address of its small picture
location json Place it names
shortener bool Whether its links are made short
instagramData=for_instagram json Settings for Instagram
facebookData=for_facebook json Settings for Facebook
twitterData=for_twitter json Settings for X
pinterestData=for_pinterest json Settings for Pinterest
youtubeData=for_youtube json Settings for YouTube
tiktokData=for_tiktok json Settings for TikTok
linkedinData=for_linkedin json Settings for LinkedIn
gmbData=for_gmb json Settings for Google
threadsData=for_threads json Settings for Threads
blueskyData=for_bluesky json Settings for Bluesky
smartLinkData=smart_link json Link page it is on
autolistData=autolist json List that repeats it
postApprovalData=approval json Who has approved it
descendants json What follows it in a thread
"""

ADS_CAMPAIGNS = """
account_id* text Brand number
day* date Day in the brand's time zone
network* text Ad platform
providerCampaignId=campaign_id* text Campaign id there
name text Name
status text Status: ACTIVE, PAUSED or REMOVED
objective text Goal
created=created_at time When it was made
updated=updated_at time When it was last changed
start=starts_at time When it begins
stop=stops_at time When it ends
dailyBudget=daily_budget money~ Most it may spend in a day
lifetimeBudget=lifetime_budget money~ Most it may spend in all
currency text Currency of budgets and of what metrics say was spent
biddingStrategyType=bidding_strategy text Bidding strategy
metrics json What it did on that day, by the names of its network
account_zone text Time zone that its days are counted in
"""

# What people wrote to each other about a plan, and settings of the editor.
NO_PLANS = frozenset(
    (
        "notes",
        "hasNotReadNotes",
        "saveExternalMediaFiles",
        "videoCoverMilliseconds",
        "creatorAgencyUserMail",
        "creatorAgencyId",
        "creatorAgencyUserId",
    )
)
