SELECT workspace_id, connection_id, 'mailchimp' AS platform,
  IF(type LIKE 'auto%', 'automation', 'email') AS kind, id AS campaign_id,
  COALESCE(NULLIF(title, ''), subject_line) AS name, subject_line AS subject, type, status,
  CAST(NULL AS DATE) AS starts_on, CAST(NULL AS DATE) AS ends_on,
  send_time AS sent_at, _deleted_at IS NOT NULL AS is_gone, _synced_at, _page, _line
FROM raw.mailchimp_campaigns
