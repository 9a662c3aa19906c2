SELECT c.workspace_id, c.connection_id, 'meta_ads' AS platform, 'ads' AS kind, c.id AS campaign_id, c.name,
  CAST(NULL AS STRING) AS subject, c.objective AS type, c.effective_status AS status,
  COALESCE(SAFE.DATE(c.start_time, a.timezone_name), DATE(c.start_time)) AS starts_on,
  COALESCE(SAFE.DATE(c.stop_time, a.timezone_name), DATE(c.stop_time)) AS ends_on,
  CAST(NULL AS TIMESTAMP) AS sent_at, c._deleted_at IS NOT NULL AS is_gone, c._synced_at, c._page, c._line
FROM raw.meta_ads_campaigns AS c
LEFT JOIN raw.meta_ads_ad_account AS a ON a.connection_id = c.connection_id AND a.account_id = c.account_id
