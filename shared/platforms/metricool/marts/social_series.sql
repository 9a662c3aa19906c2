-- days of posts, reels, stories, videos and pins are sums over what was published on that day, by now; those of an
-- account are what happened then.
WITH listed AS (
  -- By the list of fields of Metricool's connector for Looker Studio (vicampuzano/metricool-mcp,
  -- data/data-studio-fields.yaml, 2026-04-22). It sums reach, too: the same people then count once for each day.
  SELECT l.network, l.subject, l.aggregation, metric
  FROM UNNEST([
    STRUCT('instagram' AS network, 'account' AS subject, 'last' AS aggregation, 'followers,friends' AS metrics),
    STRUCT('instagram', 'account', 'sum', 'delta_followers,postsCount,postsInteractions,email_contacts,clicks_total'),
    STRUCT('instagram', 'account', 'sum', 'get_directions_clicks,phone_call_clicks,text_message_clicks'),
    STRUCT('instagram', 'account', 'sum', 'website_clicks,profile_views,reach,views'),
    STRUCT('instagram', 'posts', 'sum', 'count,reach,likes,saved,impressions,comments,shares,interactions'),
    STRUCT('instagram', 'posts', 'avg', 'engagement'),
    STRUCT('instagram', 'reels', 'sum', 'count,reach,likes,saved,videoviews,comments,shares,interactions'),
    STRUCT('instagram', 'reels', 'avg', 'engagement'),
    STRUCT('instagram', 'stories', 'sum', 'count,impressions,reach,replies,exits,tapsforward,tapsback'),
    STRUCT('facebook', 'account', 'last', 'likes,pageFollows'),
    STRUCT('facebook', 'account', 'sum', 'page_media_view,pageImpressions,pageViews,page_posts_impressions,postsCount'),
    STRUCT('facebook', 'account', 'sum', 'page_actions_post_reactions_total,postsInteractions'),
    STRUCT('facebook', 'account', 'sum', 'page_daily_follows_unique,page_daily_unfollows_unique'),
    STRUCT('facebook', 'posts', 'sum', 'count,impressionsunique,impressions,interactions'),
    STRUCT('facebook', 'posts', 'sum', 'clicks,reactions,comments,shares'),
    STRUCT('facebook', 'posts', 'avg', 'engagement'),
    STRUCT('facebook', 'reels', 'sum', 'count,blue_reels_play_count,post_impressions_unique'),
    STRUCT('facebook', 'reels', 'sum', 'post_video_likes_by_reaction_type,post_video_social_actions'),
    STRUCT('facebook', 'reels', 'avg', 'engagement'),
    STRUCT('facebook', 'stories', 'sum', 'count'),
    STRUCT('tiktok', 'account', 'last', 'followers_count'),
    STRUCT('tiktok', 'account', 'sum', 'video_views,profile_views,followers_delta_count,likes,comments,shares'),
    STRUCT('tiktok', 'video', 'sum', 'videos,views,comments,shares,interactions,likes,reach'),
    STRUCT('tiktok', 'video', 'avg', 'engagement'),
    STRUCT('linkedin', 'account', 'last', 'followers'),
    STRUCT('linkedin', 'account', 'sum', 'paidFollowers,deltaFollowers,companyImpressions,impressionCount,shareCount'),
    STRUCT('linkedin', 'account', 'sum', 'clickCount,likeCount,commentCount,postsCount'),
    STRUCT('linkedin', 'account', 'sum', 'reaction,comment,reshare,impression'),
    STRUCT('linkedin', 'posts', 'sum', 'posts,clicks,likes,impressions,comments,shares,interactions'),
    STRUCT('linkedin', 'posts', 'sum', 'count,reaction,comment,reshare,impression'),
    STRUCT('linkedin', 'posts', 'avg', 'engagement'),
    STRUCT('linkedin', 'newsletters', 'sum', 'posts,clicks,likes,impressions,comments,shares,interactions'),
    STRUCT('linkedin', 'newsletters', 'avg', 'engagement'),
    STRUCT('youtube', 'account', 'last', 'totalSubscribers'),
    STRUCT('youtube', 'account', 'sum', 'views,totalVideos,subscribersGained,subscribersLost'),
    STRUCT('youtube', 'videos', 'sum', 'views,likes,dislikes,comments,shares'),
    STRUCT('twitter', 'account', 'sum', 'postsCount'),
    STRUCT('pinterest', 'account', 'last', 'followers,following'),
    STRUCT('pinterest', 'account', 'sum', 'delta followers,IMPRESSION,SAVE,PIN_CLICK,OUTBOUND_CLICK'),
    STRUCT('pinterest', 'pins', 'sum', 'impression,save,pin_click,outbound_click,pins'),
    STRUCT('threads', 'account', 'last', 'followers_count'),
    STRUCT('threads', 'account', 'sum', 'delta_followers'),
    STRUCT('threads', 'posts', 'sum', 'count,views,likes,replies,reposts,quotes,shares,interactions'),
    STRUCT('threads', 'posts', 'avg', 'engagement'),
    STRUCT('bluesky', 'account', 'last', 'followers_count,follows_count'),
    STRUCT('bluesky', 'account', 'sum', 'count,follow_event,unfollow_event'),
    STRUCT('bluesky', 'posts', 'sum', 'posts_count,interactions,replies,reposts,quotes'),
    STRUCT('bluesky', 'posts', 'last', 'likes'),
    STRUCT('gmb', 'business', 'sum', 'business_impressions_maps,business_impressions_search'),
    STRUCT('gmb', 'business', 'sum', 'business_impressions_total,business_actions_total'),
    STRUCT('gmb', 'business', 'sum', 'business_direction_requests,call_clicks,website_clicks,clicks_total'),
    STRUCT('gmb', 'business', 'sum', 'business_conversations,business_bookings,business_food_orders')
  ]) AS l, UNNEST(SPLIT(l.metrics, ',')) AS metric
),
told AS (
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'instagram' AS network, subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_instagram_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'facebook', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_facebook_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'tiktok', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_tiktok_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'linkedin', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_linkedin_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'youtube', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_youtube_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'twitter', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_twitter_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'pinterest', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_pinterest_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'threads', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_threads_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'bluesky', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_bluesky_timelines
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT
    workspace_id, connection_id, account_id, account_zone, day, 'gmb', subject, metric, series,
    value, _synced_at, _page, _line
  FROM raw.metricool_gmb_timelines
  WHERE _deleted_at IS NULL
)
SELECT
  t.workspace_id, t.connection_id, 'metricool' AS platform, t.account_id, t.account_zone AS time_zone, t.day AS date,
  t.network, t.subject, t.metric, t.series, t.value,
  l.aggregation, t._synced_at, t._page, t._line
FROM told AS t
LEFT JOIN listed AS l ON l.network = t.network AND l.subject = t.subject AND l.metric = t.metric
