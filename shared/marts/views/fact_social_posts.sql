-- What posts have gathered by the time they were last looked at: a row for each post, by the day it was published.
-- People are counted in social_post_people. The same post stands here twice where a network is connected itself and
-- through Metricool, too; platform tells them apart.
/*
workspace_id; connection_id; platform; account_id
date date Day on which it was published, in the time zone of the workspace (Metricool's posts: of the brand)
network text Network; post_id text Post id; kind text Kind of post; published_at time When it was published
permalink text Address; text text Its text
views int+ Times played or shown; impressions int+ Times shown; likes int+ Likes, on Facebook reactions of any kind
comments int+ Comments and replies; shares int+ Shares and reposts; saves int+ Saves; clicks float+ Clicks
video_views int+ Views of its video; _synced_at; _page; _line
*/
SELECT
  n.workspace_id, n.connection_id, 'instagram' AS platform, n.account_id,
  SAFE.DATE(n.posted_at, @zone) AS date,
  'instagram' AS network, n.id AS post_id, n.kind, n.posted_at AS published_at, n.permalink, n.caption AS text,
  i.views, CAST(NULL AS INT64) AS impressions, COALESCE(i.likes, n.like_count) AS likes,
  COALESCE(i.comments, n.comments_count) AS comments, i.shares, i.saved AS saves,
  CAST(NULL AS FLOAT64) AS clicks, CAST(NULL AS INT64) AS video_views, n._synced_at, n._page, n._line
FROM raw.instagram_ig_media AS n
LEFT JOIN raw.instagram_ig_media_insights AS i ON i.connection_id = n.connection_id AND i.media_id = n.id
WHERE n._deleted_at IS NULL
UNION ALL
SELECT
  n.workspace_id, n.connection_id, 'instagram', n.account_id,
  SAFE.DATE(n.posted_at, @zone), 'instagram', n.id,
  'STORY', n.posted_at, n.permalink, n.caption, i.views, NULL, NULL, i.replies, i.shares, NULL, NULL, NULL,
  n._synced_at, n._page, n._line
FROM raw.instagram_ig_stories AS n
LEFT JOIN raw.instagram_ig_story_insights AS i ON i.connection_id = n.connection_id AND i.story_id = n.id
WHERE n._deleted_at IS NULL
UNION ALL
SELECT
  n.workspace_id, n.connection_id, 'instagram', n.account_id,
  SAFE.DATE(n.created_time, @zone), 'facebook', n.id,
  n.status_type, n.created_time, n.permalink_url, n.message, i.views, NULL,
  IF(
    i.reactions_by_type IS NULL, NULL,
    COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.like') AS INT64), 0)
    + COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.love') AS INT64), 0)
    + COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.wow') AS INT64), 0)
    + COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.haha') AS INT64), 0)
    + COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.sorry') AS INT64), 0)
    + COALESCE(SAFE_CAST(JSON_VALUE(i.reactions_by_type, '$.anger') AS INT64), 0)
  ), NULL, n.shares, NULL,
  CAST(i.clicks AS FLOAT64), NULL, n._synced_at, n._page, n._line
FROM raw.instagram_fb_posts AS n
LEFT JOIN raw.instagram_fb_post_insights AS i ON i.connection_id = n.connection_id AND i.post_id = n.id
WHERE n._deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'instagram', post_id, type, published_at,
  url, content, views, impressions, likes, comments, shares, saved, clicks, NULL, _synced_at, _page, _line
FROM raw.metricool_instagram_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'instagram', reel_id, 'REELS', published_at,
  url, content, views, impressions, likes, comments, shares, saved, NULL, video_views, _synced_at, _page, _line
FROM raw.metricool_instagram_reels
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'instagram', post_id, 'STORY', published_at,
  permalink, content, NULL, impressions, NULL, replies, NULL, NULL, NULL, NULL, _synced_at, _page, _line
FROM raw.metricool_instagram_stories
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'facebook', post_id, type, published_at,
  link, text, NULL, impressions, reactions, comments, shares, NULL, CAST(clicks AS FLOAT64), video_views,
  _synced_at, _page, _line
FROM raw.metricool_facebook_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'facebook', reel_id, 'REELS', published_at,
  reel_url, description, plays, NULL, reactions, NULL, NULL, NULL, NULL, plays, _synced_at, _page, _line
FROM raw.metricool_facebook_reels
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'facebook', story_id, 'STORY', published_at,
  story_url, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, _synced_at, _page, _line
FROM raw.metricool_facebook_stories
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'tiktok', video_id, type, published_at,
  share_url, description, views, NULL, likes, comments, shares, NULL, NULL, views, _synced_at, _page, _line
FROM raw.metricool_tiktok_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'linkedin', post_id, type, published_at,
  url, description, NULL, impressions, likes, comments, shares, NULL, CAST(clicks AS FLOAT64), video_views,
  _synced_at, _page, _line
FROM raw.metricool_linkedin_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'linkedin', post_id, 'NEWSLETTER',
  published_at, url, description, NULL, impressions, likes, comments, shares, NULL, CAST(clicks AS FLOAT64),
  video_views, _synced_at, _page, _line
FROM raw.metricool_linkedin_newsletters
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'youtube', video_id, video_type,
  published_at, watch_url, title, views, NULL, likes, comments, NULL, NULL, NULL, views, _synced_at, _page, _line
FROM raw.metricool_youtube_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'twitter', tweet_id, 'POST', published_at,
  url, text, NULL, impressions, likes, replies, retweets, NULL, CAST(link_clicks AS FLOAT64), video_views,
  _synced_at, _page, _line
FROM raw.metricool_twitter_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'pinterest', id, media_type, published_at,
  link, title, NULL, impressions, NULL, NULL, NULL, saves, CAST(pin_clicks AS FLOAT64), video_views, _synced_at,
  _page, _line
FROM raw.metricool_pinterest_pins
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'threads', id, media_type, published_at,
  permalink, text, views, NULL, likes, replies, reposts, NULL, NULL, NULL, _synced_at, _page, _line
FROM raw.metricool_threads_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, published_day, 'bluesky', post_id, type, published_at,
  NULL, text, NULL, NULL, likes, replies, reposts, NULL, NULL, NULL, _synced_at, _page, _line
FROM raw.metricool_bluesky_posts
WHERE _deleted_at IS NULL
