-- People who saw a post by the time it was last looked at, as the network tells them for that post alone.
/*
workspace_id; connection_id; platform; network text Network; post_id text Post id
reach int~ People who saw it at least once; _synced_at; _page; _line
*/
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
UNION ALL
SELECT workspace_id, connection_id, 'metricool', 'instagram', post_id, reach, _synced_at, _page, _line
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
