WITH converting AS (
  -- Metrics that reports were asked by: which count as conversions today. Of a connection that has not read that yet,
  -- all.
  SELECT asked.connection_id, asked.id, known.connection_id IS NULL OR COALESCE(m.counts, FALSE) AS counts
  FROM (
    SELECT connection_id, conversion_metric_id AS id FROM raw.klaviyo_campaign_values_report
    UNION DISTINCT
    SELECT connection_id, conversion_metric_id FROM raw.klaviyo_flow_series_report
  ) AS asked
  LEFT JOIN (SELECT DISTINCT connection_id FROM raw.klaviyo_conversion_metrics) AS known
    ON known.connection_id = asked.connection_id
  LEFT JOIN raw.klaviyo_conversion_metrics AS m
    ON m.connection_id = asked.connection_id AND m.id = asked.id AND m._deleted_at IS NULL
)
SELECT n.workspace_id, n.connection_id, 'klaviyo' AS platform, c.send_time AS moment,
  MIN(n.window_start) OVER mail AS day, 'campaign' AS kind, n.campaign_id, n.campaign_message_id AS message_id,
  SUM(n.recipients) OVER mail AS sends, SUM(n.delivered) OVER mail AS delivered, SUM(n.opens) OVER mail AS opens,
  SUM(n.clicks) OVER mail AS clicks, CAST(NULL AS INT64) AS hard_bounces,
  CAST(NULL AS INT64) AS soft_bounces, SUM(n.bounced_or_failed) OVER mail AS bounces,
  SUM(n.unsubscribes) OVER mail AS unsubscribes, SUM(n.spam_complaints) OVER mail AS complaints,
  CAST(SUM(n.all_conversions) OVER mail AS FLOAT64) AS orders, SUM(n.all_value) OVER mail AS revenue,
  n.account_currency AS currency, n._synced_at, n._page, n._line
FROM (
  -- Each metric that counts as the conversion tells the mails again, beside conversions of its own.
  SELECT r.*, SUM(IF(m.counts, r.conversions, NULL)) OVER told_of AS all_conversions,
    SUM(IF(m.counts, r.conversion_value, NULL)) OVER told_of AS all_value
  FROM raw.klaviyo_campaign_values_report AS r
  LEFT JOIN converting AS m ON m.connection_id = r.connection_id AND m.id = r.conversion_metric_id
  WHERE r._deleted_at IS NULL AND r.send_channel = 'email'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY r.connection_id, r.campaign_id, r.campaign_message_id, r.window_start
    ORDER BY r._synced_at DESC, r._page, r._line
  ) = 1
  WINDOW told_of AS (PARTITION BY r.connection_id, r.campaign_id, r.campaign_message_id, r.window_start)
) AS n
LEFT JOIN raw.klaviyo_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.campaign_id
WHERE TRUE
-- A campaign that goes out across the end of a window has a part in each.
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY n.connection_id, n.campaign_id, n.campaign_message_id ORDER BY n._synced_at DESC, n._page, n._line
) = 1
WINDOW mail AS (PARTITION BY n.connection_id, n.campaign_id, n.campaign_message_id)
UNION ALL
SELECT n.workspace_id, n.connection_id, 'klaviyo', CAST(NULL AS TIMESTAMP), n.day, 'automation',
  n.flow_id, n.flow_message_id, n.recipients, n.delivered,
  n.opens, n.clicks, CAST(NULL AS INT64), CAST(NULL AS INT64), n.bounced_or_failed, n.unsubscribes, n.spam_complaints,
  CAST(SUM(IF(m.counts, n.conversions, NULL)) OVER told_of AS FLOAT64),
  SUM(IF(m.counts, n.conversion_value, NULL)) OVER told_of, n.account_currency, n._synced_at, n._page, n._line
FROM raw.klaviyo_flow_series_report AS n
LEFT JOIN converting AS m ON m.connection_id = n.connection_id AND m.id = n.conversion_metric_id
WHERE n._deleted_at IS NULL AND n.send_channel = 'email'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY n.connection_id, n.day, n.flow_id, n.flow_message_id
  ORDER BY n._synced_at DESC, n._page, n._line
) = 1
WINDOW told_of AS (PARTITION BY n.connection_id, n.day, n.flow_id, n.flow_message_id)
