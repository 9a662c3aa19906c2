-- The measures that may be added up, one to a row: by day, account and currency, out of all facts.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
metric text Measure, by its name in the fact, and by who tells it where several tell of one thing, such as revenue
currency text Currency of an amount (empty: it is no amount)
is_exact bool Whether the platform calls none of the value sampled, thresholded or withheld
value float+ Value of the day: adds up within a metric and, of amounts, within a currency
level: connection_id, date, metric, currency
apart: metric, currency
*/
WITH told AS (
  SELECT f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, f.currency AS money_in, TRUE AS is_exact,
    m.metric, m.value
  FROM marts.fact_ad_performance AS f, UNNEST([
    STRUCT('impressions' AS metric, CAST(f.impressions AS FLOAT64) AS value),
    STRUCT('clicks' AS metric, CAST(f.clicks AS FLOAT64) AS value),
    STRUCT('cost' AS metric, CAST(f.cost AS FLOAT64) AS value),
    STRUCT('conversions' AS metric, f.conversions AS value),
    STRUCT('conversion_value' AS metric, CAST(f.conversion_value AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, f.currency, TRUE, m.metric, m.value
  FROM marts.fact_email_performance AS f, UNNEST([
    STRUCT('sends' AS metric, CAST(f.sends AS FLOAT64) AS value),
    STRUCT('opens' AS metric, CAST(f.opens AS FLOAT64) AS value),
    STRUCT('email_revenue' AS metric, CAST(f.revenue AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, f.currency, f.report_notes IS NULL,
    m.metric, m.value
  FROM marts.fact_web_traffic AS f, UNNEST([
    STRUCT('sessions' AS metric, CAST(f.sessions AS FLOAT64) AS value),
    STRUCT('key_events' AS metric, f.key_events AS value),
    STRUCT('web_revenue' AS metric, CAST(f.revenue AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, f.currency, TRUE, m.metric, m.value
  FROM marts.fact_commerce AS f, UNNEST([
    STRUCT('orders' AS metric, CAST(f.orders AS FLOAT64) AS value),
    STRUCT('gross' AS metric, CAST(f.gross AS FLOAT64) AS value),
    STRUCT('net' AS metric, CAST(f.net AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, NULL, TRUE,
    IF(f.is_repeated, CONCAT(f.platform, '_', m.metric), m.metric), m.value
  FROM marts.fact_social AS f, UNNEST([
    STRUCT('views' AS metric, CAST(f.views AS FLOAT64) AS value),
    STRUCT('interactions' AS metric, CAST(f.interactions AS FLOAT64) AS value),
    STRUCT('follows' AS metric, CAST(f.follows AS FLOAT64) AS value)
  ]) AS m
),
named AS (
  SELECT workspace_id, connection_id, platform, account_id, date, metric, value, is_exact,
    IF(metric IN ('cost', 'conversion_value', 'email_revenue', 'web_revenue', 'gross', 'net'), money_in, NULL)
      AS currency
  FROM told
  WHERE value IS NOT NULL AND date IS NOT NULL
)
SELECT workspace_id, connection_id, platform, account_id, date, metric, currency, LOGICAL_AND(is_exact) AS is_exact,
  SUM(value) AS value
FROM named
GROUP BY workspace_id, connection_id, platform, account_id, date, metric, currency
