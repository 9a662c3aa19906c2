SELECT workspace_id, connection_id, 'metricool' AS platform, account_id, label AS account_name,
  account_zone AS time_zone, CAST(NULL AS STRING) AS currency, _synced_at, _page, _line
FROM raw.metricool_brands
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY day DESC) = 1
