SELECT workspace_id, connection_id, 'metricool' AS platform, 'instagram' AS network, post_id, reach,
  _synced_at, _page, _line
FROM raw.metricool_instagram_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'instagram', reel_id, reach, _synced_at, _page, _line
FROM raw.metricool_instagram_reels
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'instagram', post_id, reach, _synced_at, _page, _line
FROM raw.metricool_instagram_stories
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'facebook', post_id, reach, _synced_at, _page, _line
FROM raw.metricool_facebook_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'facebook', reel_id, reach, _synced_at, _page, _line
FROM raw.metricool_facebook_reels
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'tiktok', video_id, reach, _synced_at, _page, _line
FROM raw.metricool_tiktok_posts
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'linkedin', post_id, reach, _synced_at, _page, _line
FROM raw.metricool_linkedin_posts
WHERE _deleted_at IS NULL
