SELECT workspace_id, connection_id, 'meta_ads' AS platform, account_id, name AS account_name,
  timezone_name AS time_zone, currency, _synced_at, _page, _line
FROM raw.meta_ads_ad_account
