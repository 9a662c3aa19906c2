SELECT n.workspace_id, n.connection_id, 'amazon_ads' AS platform, n.account_id, n.date, n.campaign_id AS item_id,
  n.account_zone AS time_zone, n._deleted_at IS NOT NULL AS is_gone, TRUE AS is_exact,
  m.metric, m.value, IF(m.is_amount, n.money_in, NULL) AS currency, n._synced_at, n._page, n._line
FROM layers.days_of_campaigns(history) AS n
CROSS JOIN UNNEST([
  STRUCT('impressions' AS metric, CAST(n.impressions AS FLOAT64) AS value, FALSE AS is_amount),
  STRUCT('clicks' AS metric, CAST(n.clicks AS FLOAT64) AS value, FALSE AS is_amount),
  STRUCT('cost' AS metric, CAST(n.cost AS FLOAT64) AS value, TRUE AS is_amount),
  STRUCT('conversions' AS metric, n.orders AS value, FALSE AS is_amount),
  STRUCT('conversion_value' AS metric, CAST(n.order_value AS FLOAT64) AS value, TRUE AS is_amount)
]) AS m
