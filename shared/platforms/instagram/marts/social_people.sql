/*
followers on Instagram when it was last read then
*/
SELECT
  workspace_id, connection_id, 'instagram' AS platform, account_id, date, 'instagram' AS network, ig AS profile_id,
  reach, accounts_engaged AS engaged, CAST(NULL AS INT64) AS followers, _synced_at, _page, _line
FROM raw.instagram_ig_account_insights_totals
WHERE _deleted_at IS NULL
UNION ALL
-- How many there are is told for the moment of reading. Earlier releases wrote the day that London had.
SELECT
  workspace_id, connection_id, 'instagram', account_id, LEAST(day, SAFE.DATE(_synced_at, 'America/Los_Angeles')),
  'instagram', id, NULL, NULL, followers_count, _synced_at, _page, _line
FROM raw.instagram_ig_accounts
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'instagram', account_id, date, 'facebook', account_id,
  viewers, NULL, followers, _synced_at, _page, _line
FROM raw.instagram_fb_page_insights_daily
WHERE _deleted_at IS NULL
