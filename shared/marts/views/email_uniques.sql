-- People who opened or clicked a mailing, as the platform tells them for that mailing alone.
/*
workspace_id; connection_id; platform; kind text campaign, or automation; campaign_id
message_id text Message id, where a campaign has several
day date Day of the mails of an automation (empty for campaigns, and for what an automation did before it was read)
unique_opens int~ People who opened; unique_clicks int~ People who clicked
_synced_at; _page; _line
*/
WITH sent_again AS (
  SELECT *
  FROM raw.constant_contact_activity_stats
  WHERE _deleted_at IS NULL AND sends > 0
  QUALIFY COUNT(*) OVER (PARTITION BY connection_id, campaign_id) > 1
)
SELECT workspace_id, connection_id, 'mailchimp' AS platform, 'campaign' AS kind, id AS campaign_id,
  CAST(NULL AS STRING) AS message_id, CAST(NULL AS DATE) AS day, unique_opens, subscriber_clicks AS unique_clicks,
  _synced_at, _page, _line
FROM raw.mailchimp_reports
WHERE _deleted_at IS NULL AND COALESCE(type, '') NOT LIKE 'auto%'
UNION ALL
SELECT workspace_id, connection_id, 'mailchimp', 'automation', campaign_id, NULL, day, mails_opened, mails_clicked,
  _synced_at, _page, _line
FROM marts.email_automation_readings
UNION ALL
SELECT n.workspace_id, n.connection_id, 'constant_contact', 'campaign', n.campaign_id, NULL, NULL, n.opens, n.clicks,
  n._synced_at, n._page, n._line
FROM raw.constant_contact_campaign_summaries AS n
LEFT JOIN (SELECT DISTINCT connection_id, campaign_id FROM sent_again) AS again
  ON again.connection_id = n.connection_id AND again.campaign_id = n.campaign_id
WHERE n._deleted_at IS NULL AND again.campaign_id IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'constant_contact', 'campaign', campaign_id, campaign_activity_id, NULL,
  opens, clicks, _synced_at, _page, _line
FROM sent_again
UNION ALL
SELECT workspace_id, connection_id, 'emailoctopus', 'campaign', id, NULL, NULL, unique_opens, unique_clicks,
  _synced_at, _page, _line
FROM raw.emailoctopus_campaign_summary
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'campaign', campaign_id, campaign_message_id, CAST(NULL AS DATE),
  SUM(opens_unique) OVER mail, SUM(clicks_unique) OVER mail, _synced_at, _page, _line
FROM (
  SELECT *
  FROM raw.klaviyo_campaign_values_report
  WHERE _deleted_at IS NULL AND send_channel = 'email'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY connection_id, campaign_id, campaign_message_id, window_start ORDER BY _synced_at DESC, _page, _line
  ) = 1
)
WHERE TRUE
-- Of a campaign that goes out across the end of a window each person is in one of the two.
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, campaign_id, campaign_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
WINDOW mail AS (PARTITION BY connection_id, campaign_id, campaign_message_id)
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'automation', flow_id, flow_message_id, day,
  opens_unique, clicks_unique, _synced_at, _page, _line
FROM raw.klaviyo_flow_series_report
WHERE _deleted_at IS NULL AND send_channel = 'email'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, day, flow_id, flow_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
