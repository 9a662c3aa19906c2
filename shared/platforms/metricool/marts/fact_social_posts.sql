/*
date the day that its brand had
likes on Facebook reactions of any kind
*/
SELECT
  workspace_id, connection_id, 'metricool' AS platform, account_id, published_day AS date, 'instagram' AS network,
  post_id, type AS kind, published_at, url AS permalink, content AS text, views, impressions, likes, comments, shares,
  saved AS saves, clicks, CAST(NULL AS INT64) AS video_views, _synced_at, _page, _line
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
