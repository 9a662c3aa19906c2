SELECT c.workspace_id, c.connection_id, 'constant_contact' AS platform, 'email' AS kind, c.campaign_id, c.name,
  d.subject, c.type, c.current_status AS status, CAST(NULL AS DATE) AS starts_on, CAST(NULL AS DATE) AS ends_on,
  s.last_sent_date AS sent_at, c._deleted_at IS NOT NULL AS is_gone, c._synced_at, c._page, c._line
FROM raw.constant_contact_email_campaigns AS c
LEFT JOIN (
  SELECT connection_id, campaign_id, subject
  FROM raw.constant_contact_activity_detail
  WHERE role = 'primary_email' AND _deleted_at IS NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id, campaign_id ORDER BY _synced_at DESC, _line) = 1
) AS d ON d.connection_id = c.connection_id AND d.campaign_id = c.campaign_id
LEFT JOIN raw.constant_contact_campaign_summaries AS s
  ON s.connection_id = c.connection_id AND s.campaign_id = c.campaign_id
