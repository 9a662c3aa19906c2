-- People who opened or clicked a mailing, as the platform tells them for that mailing alone.
/*
workspace_id; connection_id; platform; kind text campaign, or automation; campaign_id
message_id text Message id, where a campaign has several
day date Day of the mails of an automation, where told by day (empty for campaigns)
unique_opens int~ People who opened; unique_clicks int~ People who clicked
_synced_at; _page; _line
*/
SELECT workspace_id, connection_id, 'mailchimp' AS platform,
  IF(type LIKE 'automation%', 'automation', 'campaign') AS kind, id AS campaign_id, CAST(NULL AS STRING) AS message_id,
  CAST(NULL AS DATE) AS day, unique_opens, subscriber_clicks AS unique_clicks, _synced_at, _page, _line
FROM raw.mailchimp_reports
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'constant_contact', 'campaign', campaign_id, NULL, NULL, opens, clicks,
  _synced_at, _page, _line
FROM raw.constant_contact_campaign_summaries
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'emailoctopus', 'campaign', id, NULL, NULL, unique_opens, unique_clicks,
  _synced_at, _page, _line
FROM raw.emailoctopus_campaign_summary
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'campaign', campaign_id, campaign_message_id, CAST(NULL AS DATE),
  opens_unique, clicks_unique, _synced_at, _page, _line
FROM raw.klaviyo_campaign_values_report
WHERE _deleted_at IS NULL AND send_channel = 'email'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, campaign_id, campaign_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'automation', flow_id, flow_message_id, day,
  opens_unique, clicks_unique, _synced_at, _page, _line
FROM raw.klaviyo_flow_series_report
WHERE _deleted_at IS NULL AND send_channel = 'email'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, day, flow_id, flow_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
