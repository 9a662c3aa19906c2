SELECT workspace_id, connection_id, 'mailchimp' AS platform,
  IF(type LIKE 'auto%', 'automation', 'email') AS kind, id AS campaign_id,
  COALESCE(NULLIF(campaign_title, ''), subject_line) AS name, type, CAST(NULL AS STRING) AS status,
  DATE(send_time) AS date, _synced_at, _page, _line
FROM raw.mailchimp_reports
UNION ALL
SELECT workspace_id, connection_id, 'mailchimp', 'automation', id,
  COALESCE(NULLIF(campaign_title, ''), subject_line), type, NULL, DATE(send_time), _synced_at, _page, _line
FROM raw.mailchimp_automation_reports
