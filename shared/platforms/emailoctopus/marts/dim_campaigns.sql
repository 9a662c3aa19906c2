SELECT workspace_id, connection_id, 'emailoctopus' AS platform, 'email' AS kind, id AS campaign_id, name, subject,
  'campaign' AS type, status, CAST(NULL AS DATE) AS starts_on, CAST(NULL AS DATE) AS ends_on, sent_at,
  _deleted_at IS NOT NULL AS is_gone, _synced_at, _page, _line
FROM raw.emailoctopus_campaigns
