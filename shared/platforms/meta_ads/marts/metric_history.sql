SELECT n.workspace_id, n.connection_id, 'meta_ads' AS platform, n.account_id, n.date_start AS date,
  n.campaign_id AS item_id, a.time_zone, n._deleted_at IS NOT NULL AS is_gone, TRUE AS is_exact,
  m.metric, m.value, IF(m.is_amount, n.account_currency, NULL) AS currency, n._synced_at, n._page, n._line
FROM layers.days_with_purchases(history.meta_ads_insights_campaign_daily) AS n
LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
CROSS JOIN UNNEST([
  STRUCT('impressions' AS metric, CAST(n.impressions AS FLOAT64) AS value, FALSE AS is_amount),
  STRUCT('clicks' AS metric, CAST(n.clicks AS FLOAT64) AS value, FALSE AS is_amount),
  STRUCT('cost' AS metric, CAST(n.spend AS FLOAT64) AS value, TRUE AS is_amount),
  STRUCT('conversions' AS metric, n.purchases AS value, FALSE AS is_amount),
  STRUCT('conversion_value' AS metric, CAST(n.purchase_value AS FLOAT64) AS value, TRUE AS is_amount)
]) AS m
