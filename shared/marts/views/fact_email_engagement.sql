-- What people did with mails and lists, event by event: opens, clicks, bounces, unsubscribes, complaints, and who
-- joined or left a list. Only what the platform tells person by person is here; the totals are in
-- fact_email_performance.
-- A row is about one person, so it is never published.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of day and hour
date date Day, in the time zone that the account had then
weekday int Day of the week, 1 for Monday to 7 for Sunday
hour int Hour, 0 to 23 (empty where only the day is told)
kind text open, click, bounce, unsubscribe, complaint, joined or left; campaign_id
list_id text List it belongs to, where told; contact_id text Contact id on the platform, where told
events int+ How often: one, unless the platform tells the day's number
_synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, moment, day, kind, campaign_id, list_id, contact_id, events,
    _synced_at, _page, _line
  FROM arms.fact_email_engagement
  UNION ALL
  SELECT workspace_id, connection_id, platform, moment, IF(moment IS NULL, date, NULL), kind, NULL, list_id, contact_id,
    events, _synced_at, _page, _line
  FROM marts.list_changes
),
dated AS (
  SELECT f.*, a.account_id, COALESCE(z.time_zone, a.time_zone) AS time_zone,
    COALESCE(f.day, SAFE.DATE(f.moment, COALESCE(z.time_zone, a.time_zone, 'UTC'))) AS date
  FROM told AS f
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = f.connection_id
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = f.connection_id
      AND COALESCE(f.moment, f._synced_at) >= z.since AND COALESCE(f.moment, f._synced_at) < z.until
)
SELECT
  workspace_id, connection_id, platform, account_id, time_zone, date,
  MOD(EXTRACT(DAYOFWEEK FROM date) + 5, 7) + 1 AS weekday,
  IF(day IS NULL AND date IS NOT NULL, EXTRACT(HOUR FROM moment AT TIME ZONE COALESCE(time_zone, 'UTC')), NULL) AS hour,
  kind, campaign_id, list_id, contact_id, events,
  _synced_at, _page, _line
FROM dated
