SELECT workspace_id, connection_id, 'meta_ads' AS platform, 'ads' AS kind, campaign_id, campaign_name AS name,
  objective AS type, CAST(NULL AS STRING) AS status, date_start AS date,
  _synced_at, _page, _line
FROM raw.meta_ads_insights_campaign_daily
