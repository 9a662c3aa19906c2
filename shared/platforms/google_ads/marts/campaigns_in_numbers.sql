SELECT workspace_id, connection_id, 'google_ads' AS platform, 'ads' AS kind, campaign_id, campaign_name AS name,
  channel_type AS type, campaign_status AS status, date, _synced_at, _page, _line
FROM raw.google_ads_campaign_daily
