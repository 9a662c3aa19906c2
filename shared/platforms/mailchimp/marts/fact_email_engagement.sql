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
