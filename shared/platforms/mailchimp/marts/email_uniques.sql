SELECT workspace_id, connection_id, 'mailchimp' AS platform, 'campaign' AS kind, id AS campaign_id,
  CAST(NULL AS STRING) AS message_id, CAST(NULL AS DATE) AS day, unique_opens, subscriber_clicks AS unique_clicks,
  _synced_at, _page, _line
FROM raw.mailchimp_reports
WHERE _deleted_at IS NULL AND COALESCE(type, '') NOT LIKE 'auto%'
UNION ALL
SELECT workspace_id, connection_id, 'mailchimp', 'automation', campaign_id, NULL, day, mails_opened, mails_clicked,
  _synced_at, _page, _line
FROM marts.email_automation_readings
