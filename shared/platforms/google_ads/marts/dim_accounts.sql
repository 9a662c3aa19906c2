SELECT workspace_id, connection_id, 'google_ads' AS platform, account_id, name AS account_name, time_zone, currency,
  _synced_at, _page, _line
FROM raw.google_ads_account
