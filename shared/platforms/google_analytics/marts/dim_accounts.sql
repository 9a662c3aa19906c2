SELECT workspace_id, connection_id, 'google_analytics' AS platform, account_id, title AS account_name, time_zone,
  currency, _synced_at, _page, _line
FROM raw.google_analytics_properties
