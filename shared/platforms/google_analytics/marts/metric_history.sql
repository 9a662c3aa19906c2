SELECT n.workspace_id, n.connection_id, 'google_analytics' AS platform, n.account_id, n.date,
  CAST(NULL AS STRING) AS item_id, n.account_zone AS time_zone, n._deleted_at IS NOT NULL AS is_gone,
  n.report_notes IS NULL AS is_exact, m.metric, m.value, IF(m.is_amount, n.account_currency, NULL) AS currency,
  n._synced_at, n._page, n._line
FROM history.google_analytics_daily_overview AS n, UNNEST([
  STRUCT('sessions' AS metric, CAST(n.sessions AS FLOAT64) AS value, FALSE AS is_amount),
  STRUCT('key_events' AS metric, n.key_events AS value, FALSE AS is_amount),
  STRUCT('revenue' AS metric, CAST(n.total_revenue AS FLOAT64) AS value, TRUE AS is_amount)
]) AS m
