SELECT workspace_id, connection_id, 'google_ads' AS platform, 'ads' AS kind, campaign_id, name,
  CAST(NULL AS STRING) AS subject, channel_type AS type, status,
  COALESCE(SAFE.DATE(starts_at, account_zone), DATE(starts_at)) AS starts_on,
  COALESCE(SAFE.DATE(ends_at, account_zone), DATE(ends_at)) AS ends_on,
  CAST(NULL AS TIMESTAMP) AS sent_at, _deleted_at IS NOT NULL AS is_gone, _synced_at, _page, _line
FROM raw.google_ads_campaigns
