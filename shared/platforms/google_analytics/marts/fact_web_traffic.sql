SELECT workspace_id, connection_id, 'google_analytics' AS platform, account_id, account_zone AS time_zone, date,
  channel_group, source, medium, campaign_id, campaign_name, sessions, engaged_sessions, new_users, events, key_events,
  engagement_seconds, total_revenue AS revenue, purchase_revenue, account_currency AS currency, report_notes,
  _synced_at, _page, _line
FROM raw.google_analytics_traffic_acquisition
WHERE _deleted_at IS NULL
