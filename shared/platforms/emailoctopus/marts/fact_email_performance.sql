SELECT n.workspace_id, n.connection_id, 'emailoctopus' AS platform, c.sent_at AS moment, CAST(NULL AS DATE) AS day,
  'campaign' AS kind, n.id AS campaign_id, CAST(NULL AS STRING) AS message_id, n.sent AS sends,
  n.sent - COALESCE(n.hard_bounces, 0) - COALESCE(n.soft_bounces, 0) AS delivered,
  n.opens, n.clicks, n.hard_bounces, n.soft_bounces,
  COALESCE(n.hard_bounces, 0) + COALESCE(n.soft_bounces, 0) AS bounces,
  n.unsubscribed AS unsubscribes, n.complained AS complaints, CAST(NULL AS FLOAT64) AS orders,
  CAST(NULL AS NUMERIC) AS revenue, CAST(NULL AS STRING) AS currency, n._synced_at, n._page, n._line
FROM raw.emailoctopus_campaign_summary AS n
LEFT JOIN raw.emailoctopus_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.id
WHERE n._deleted_at IS NULL
