SELECT n.workspace_id, n.connection_id, 'constant_contact' AS platform, n.last_sent_date AS moment,
  CAST(NULL AS DATE) AS day, 'campaign' AS kind, n.campaign_id, CAST(NULL AS STRING) AS message_id, n.sends,
  n.sends - COALESCE(n.bounces, 0) AS delivered,
  -- Opens and clicks as such are told in another list than the rest.
  s.opens_all AS opens, s.clicks_all AS clicks,
  CAST(NULL AS INT64) AS hard_bounces, CAST(NULL AS INT64) AS soft_bounces, n.bounces, n.optouts AS unsubscribes,
  n.abuse AS complaints, CAST(NULL AS FLOAT64) AS orders, CAST(NULL AS NUMERIC) AS revenue,
  CAST(NULL AS STRING) AS currency, n._synced_at, n._page, n._line
FROM raw.constant_contact_campaign_summaries AS n
LEFT JOIN raw.constant_contact_campaign_stats AS s
  ON s.connection_id = n.connection_id AND s.campaign_id = n.campaign_id AND s._deleted_at IS NULL
LEFT JOIN (SELECT DISTINCT connection_id, campaign_id FROM layers.sent_again) AS again
  ON again.connection_id = n.connection_id AND again.campaign_id = n.campaign_id
WHERE n._deleted_at IS NULL AND again.campaign_id IS NULL
UNION ALL
SELECT n.workspace_id, n.connection_id, 'constant_contact',
  COALESCE(w.sent_at, IF(m.role = 'resend', c.last_sent_date, NULL)), NULL, 'campaign',
  n.campaign_id, n.campaign_activity_id, n.sends, n.sends - COALESCE(n.bounces, 0),
  n.opens_all, n.clicks_all, NULL, NULL, n.bounces, n.optouts, n.abuse, NULL, NULL, NULL,
  n._synced_at, n._page, n._line
FROM layers.sent_again AS n
LEFT JOIN (
  SELECT connection_id, campaign_activity_id, MIN(created_time) AS sent_at
  FROM raw.constant_contact_sends
  WHERE _deleted_at IS NULL
  GROUP BY connection_id, campaign_activity_id
) AS w ON w.connection_id = n.connection_id AND w.campaign_activity_id = n.campaign_activity_id
LEFT JOIN raw.constant_contact_campaign_activities AS m
  ON m.connection_id = n.connection_id AND m.campaign_activity_id = n.campaign_activity_id
LEFT JOIN raw.constant_contact_campaign_summaries AS c
  ON c.connection_id = n.connection_id AND c.campaign_id = n.campaign_id
