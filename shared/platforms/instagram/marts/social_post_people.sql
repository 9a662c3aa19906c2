SELECT workspace_id, connection_id, 'instagram' AS platform, 'instagram' AS network, media_id AS post_id, reach,
  _synced_at, _page, _line
FROM raw.instagram_ig_media_insights
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'instagram', 'instagram', story_id, reach, _synced_at, _page, _line
FROM raw.instagram_ig_story_insights
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'instagram', 'facebook', post_id, viewers, _synced_at, _page, _line
FROM raw.instagram_fb_post_insights
WHERE _deleted_at IS NULL
