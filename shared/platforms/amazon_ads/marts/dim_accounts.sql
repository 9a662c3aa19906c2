SELECT workspace_id, connection_id, 'amazon_ads' AS platform, profile_id AS account_id, account_name,
  timezone AS time_zone, currency_code AS currency, _synced_at, _page, _line
FROM raw.amazon_ads_profiles
