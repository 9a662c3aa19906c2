/*
interactions on Facebook clicks, too
*/
SELECT
  workspace_id, connection_id, 'instagram' AS platform, account_id, account_zone AS time_zone, date,
  'instagram' AS network, ig AS profile_id, views, total_interactions AS interactions, likes, comments, shares, saves,
  replies, profile_links_taps AS clicks, CAST(NULL AS INT64) AS profile_views, CAST(NULL AS INT64) AS video_views,
  CAST(NULL AS INT64) AS follows, CAST(NULL AS INT64) AS unfollows, FALSE AS is_repeated,
  _synced_at, _page, _line
FROM raw.instagram_ig_account_insights_totals
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'instagram', account_id, account_zone, date,
  'instagram', ig, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, follows, unfollows, FALSE, _synced_at, _page, _line
FROM raw.instagram_ig_follows_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'instagram', account_id, account_zone, date,
  'facebook', account_id, views, engagements, NULL, NULL, NULL, NULL,
  NULL, actions, page_views, video_views, follows, unfollows, FALSE, _synced_at, _page, _line
FROM raw.instagram_fb_page_insights_daily
WHERE _deleted_at IS NULL
