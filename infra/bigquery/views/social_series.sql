-- Values by day as Metricool tells them for each network. Whether a value may be added up differs by metric and is not
-- told, so none of them is added here. They repeat what the networks' own connections tell.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the brand; network text Network, such as instagram or gmb
subject text What is counted: the account, its posts, its reels and so on; metric text Metric as it was asked for
series text The same as Metricool calls it; value float~ Value of the day
_synced_at; _page; _line
*/
SELECT
  workspace_id, connection_id, 'metricool' AS platform, account_id, account_zone AS time_zone, day AS date,
  'instagram' AS network, subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_instagram_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'facebook', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_facebook_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'tiktok', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_tiktok_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'linkedin', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_linkedin_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'youtube', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_youtube_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'pinterest', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_pinterest_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'threads', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_threads_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'bluesky', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_bluesky_timelines
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, account_zone, day,
  'gmb', subject, metric, series, value, _synced_at, _page, _line
FROM raw.metricool_gmb_timelines
WHERE _deleted_at IS NULL
