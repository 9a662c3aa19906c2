/*
likes on Facebook reactions of any kind
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
