SELECT c.workspace_id, c.connection_id, 'klaviyo' AS platform, 'email' AS kind, c.id AS campaign_id, c.name, m.subject,
  c.channel AS type, c.status, CAST(NULL AS DATE) AS starts_on, CAST(NULL AS DATE) AS ends_on, c.send_time AS sent_at,
  c._deleted_at IS NOT NULL OR c.archived IS TRUE AS is_gone, c._synced_at, c._page, c._line
FROM raw.klaviyo_campaigns AS c
LEFT JOIN (
  SELECT connection_id, campaign_id, subject
  FROM raw.klaviyo_campaign_messages
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id, campaign_id ORDER BY message_id) = 1
) AS m ON m.connection_id = c.connection_id AND m.campaign_id = c.id
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'automation', id, name, NULL, 'flow', status, NULL,
  NULL, created, _deleted_at IS NOT NULL OR archived IS TRUE, _synced_at, _page, _line
FROM raw.klaviyo_flows
