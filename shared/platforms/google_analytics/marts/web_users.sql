SELECT
  d.workspace_id, d.connection_id, 'google_analytics' AS platform, d.account_id, d.date,
  d.active_users, d.total_users, d.new_users, e.purchasers,
  COALESCE(d.report_notes, e.report_notes) AS report_notes, d._synced_at, d._page, d._line
FROM raw.google_analytics_daily_overview AS d
LEFT JOIN raw.google_analytics_ecommerce_daily AS e
  ON e.connection_id = d.connection_id AND e.account_id = d.account_id AND e.date = d.date AND e._deleted_at IS NULL
WHERE d._deleted_at IS NULL
