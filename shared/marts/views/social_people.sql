-- People whom a profile reached on a day, and who follow it, as the platform tells them for that day alone.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the profile
network text instagram or facebook; profile_id text Profile, or Page, id
reach int~ People who saw anything of it on that day; engaged int~ People who did something with it on that day
followers int~ Followers at the end of that day, of Instagram when it was last read then; _synced_at; _page; _line
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
