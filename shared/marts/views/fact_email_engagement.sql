-- What people did with mails and lists, event by event: opens, clicks, bounces, unsubscribes, complaints, and who
-- joined or left a list. Only what the platform tells person by person is here; the totals are in
-- fact_email_performance.
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
  SELECT workspace_id, connection_id, 'mailchimp' AS platform, timestamp AS moment, CAST(NULL AS DATE) AS day,
    action AS kind, campaign_id, list_id, email_id AS contact_id, 1 AS events, _synced_at, _page, _line
  FROM raw.mailchimp_email_activity
  WHERE _deleted_at IS NULL AND action IN ('open', 'click', 'bounce')
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', timestamp, NULL, 'unsubscribe', campaign_id, list_id, email_id, 1,
    _synced_at, _page, _line
  FROM raw.mailchimp_unsubscribes
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', date, NULL, 'complaint', campaign_id, list_id, email_id, 1,
    _synced_at, _page, _line
  FROM raw.mailchimp_abuse_reports
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'constant_contact', n.created_time, NULL, n.kind, c.campaign_id, NULL,
    n.contact_id, 1, n._synced_at, n._page, n._line
  FROM (
    SELECT workspace_id, connection_id, 'open' AS kind, campaign_activity_id, contact_id, created_time,
      _synced_at, _page, _line
    FROM raw.constant_contact_opens
    WHERE _deleted_at IS NULL
    UNION ALL
    SELECT workspace_id, connection_id, 'click', campaign_activity_id, contact_id, created_time,
      _synced_at, _page, _line
    FROM raw.constant_contact_clicks
    WHERE _deleted_at IS NULL
    UNION ALL
    SELECT workspace_id, connection_id, 'bounce', campaign_activity_id, contact_id, created_time,
      _synced_at, _page, _line
    FROM raw.constant_contact_bounces
    WHERE _deleted_at IS NULL
    UNION ALL
    SELECT workspace_id, connection_id, 'unsubscribe', campaign_activity_id, contact_id, created_time,
      _synced_at, _page, _line
    FROM raw.constant_contact_optouts
    WHERE _deleted_at IS NULL
  ) AS n
  LEFT JOIN raw.constant_contact_campaign_activities AS c
    ON c.connection_id = n.connection_id AND c.campaign_activity_id = n.campaign_activity_id
  UNION ALL
  SELECT workspace_id, connection_id, 'emailoctopus', occurred_at, NULL,
    CASE status
      WHEN 'opened' THEN 'open'
      WHEN 'clicked' THEN 'click'
      WHEN 'bounced' THEN 'bounce'
      WHEN 'unsubscribed' THEN 'unsubscribe'
      ELSE 'complaint'
    END,
    campaign_id, NULL, contact_id, 1, _synced_at, _page, _line
  FROM raw.emailoctopus_campaign_contact_reports
  WHERE _deleted_at IS NULL AND status IN ('opened', 'clicked', 'bounced', 'unsubscribed', 'complained')
  UNION ALL
  -- The mail of a campaign names it as its message; that of an automation names the automation, too.
  SELECT n.workspace_id, n.connection_id, 'klaviyo', n.datetime, NULL,
    CASE LOWER(m.name)
      WHEN 'opened email' THEN 'open'
      WHEN 'clicked email' THEN 'click'
      WHEN 'bounced email' THEN 'bounce'
      WHEN 'marked email as spam' THEN 'complaint'
      ELSE 'unsubscribe'
    END,
    COALESCE(JSON_VALUE(n.event_properties, '$."$flow"'), JSON_VALUE(n.event_properties, '$."$message"')),
    NULL, n.profile_id, 1, n._synced_at, n._page, n._line
  FROM raw.klaviyo_events AS n
  JOIN raw.klaviyo_metrics AS m ON m.connection_id = n.connection_id AND m.id = n.metric_id
  WHERE n._deleted_at IS NULL AND LOWER(m.name) IN (
    'opened email', 'clicked email', 'bounced email', 'marked email as spam', 'unsubscribed from email marketing'
  )
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
