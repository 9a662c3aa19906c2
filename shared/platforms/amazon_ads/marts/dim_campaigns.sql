SELECT workspace_id, connection_id, 'amazon_ads' AS platform, 'ads' AS kind, campaign_id, name,
  CAST(NULL AS STRING) AS subject, 'Sponsored Products' AS type, state AS status, start_date AS starts_on,
  end_date AS ends_on, CAST(NULL AS TIMESTAMP) AS sent_at, _deleted_at IS NOT NULL AS is_gone, _synced_at, _page, _line
FROM raw.amazon_ads_sp_campaigns
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, name, NULL, 'Sponsored Brands', state,
  start_date, end_date, NULL, _deleted_at IS NOT NULL, _synced_at, _page, _line
FROM raw.amazon_ads_sb_campaigns
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, name, NULL, 'Sponsored Display', state,
  start_date, end_date, NULL, _deleted_at IS NOT NULL, _synced_at, _page, _line
FROM raw.amazon_ads_sd_campaigns
