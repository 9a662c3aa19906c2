-- People who visited a web site on a day (Google Analytics), estimated for each day alone: two days share people.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the property
active_users int~ People who were active; total_users int~ People; new_users int+ People who came first
purchasers int~ People who bought; report_notes json Why numbers are not exact, if they are not
_synced_at; _page; _line
*/
SELECT
  d.workspace_id, d.connection_id, 'google_analytics' AS platform, d.account_id, d.date,
  d.active_users, d.total_users, d.new_users, e.purchasers,
  COALESCE(d.report_notes, e.report_notes) AS report_notes, d._synced_at, d._page, d._line
FROM raw.google_analytics_daily_overview AS d
LEFT JOIN raw.google_analytics_ecommerce_daily AS e
  ON e.connection_id = d.connection_id AND e.account_id = d.account_id AND e.date = d.date AND e._deleted_at IS NULL
WHERE d._deleted_at IS NULL
