-- How a day's numbers moved: a row for each reading that said something else, and why. A day that is under way fills
-- up, which restates nothing. What first appears a day or more after its day was read without it is restated, too.
/*
workspace_id; connection_id; platform; account_id; date date Day that the number is for, in the time zone of the account
item_id text Campaign id (empty: the number is of the whole property)
metric text Measure; currency text Currency of an amount (empty: it is no amount)
value float~ Value as this reading told it, 0 once the platform told it no longer
value_before float~ Value as the reading before told it (empty: the first, or the first in this currency or zone)
change float+ Value less the one before, the first less none (empty: the one before was of another currency or zone)
is_exact bool Whether the platform calls the number of this reading neither sampled, thresholded nor withheld
reason text day under way, first reading (of the whole day), restated, no longer told, other currency, or other zone
read_at time When the platform said so
days_after int Days between the day itself and this reading, in the time zone of the account
_synced_at; _page; _line
*/
WITH reading AS (
  SELECT n.workspace_id, n.connection_id, 'google_ads' AS platform, n.account_id, n.date, n.campaign_id AS item_id,
    n.account_currency AS money_in, n.account_zone AS time_zone, n._deleted_at IS NOT NULL AS is_gone,
    TRUE AS is_exact, m.metric, m.value, n._synced_at, n._page, n._line
  FROM history.google_ads_campaign_daily AS n, UNNEST([
    STRUCT('impressions' AS metric, CAST(n.impressions AS FLOAT64) AS value),
    STRUCT('clicks' AS metric, CAST(n.clicks AS FLOAT64) AS value),
    STRUCT('cost' AS metric, CAST(n.cost AS FLOAT64) AS value),
    STRUCT('conversions' AS metric, n.conversions AS value),
    STRUCT('conversion_value' AS metric, CAST(n.conversion_value AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'meta_ads', n.account_id, n.date_start, n.campaign_id,
    n.account_currency, a.time_zone, n._deleted_at IS NOT NULL, TRUE, m.metric, m.value, n._synced_at, n._page, n._line
  FROM (
    SELECT *,
      (SELECT MAX(SAFE_CAST(JSON_VALUE(e, '$.value') AS FLOAT64)) FROM UNNEST(JSON_QUERY_ARRAY(actions)) AS e
        WHERE JSON_VALUE(e, '$.action_type') IN ('omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'))
        AS bought,
      (SELECT MAX(SAFE_CAST(JSON_VALUE(e, '$.value') AS FLOAT64)) FROM UNNEST(JSON_QUERY_ARRAY(action_values)) AS e
        WHERE JSON_VALUE(e, '$.action_type') IN ('omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'))
        AS worth
    FROM history.meta_ads_insights_campaign_daily
  ) AS n
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
  CROSS JOIN UNNEST([
    STRUCT('impressions' AS metric, CAST(n.impressions AS FLOAT64) AS value),
    STRUCT('clicks' AS metric, CAST(n.clicks AS FLOAT64) AS value),
    STRUCT('cost' AS metric, CAST(n.spend AS FLOAT64) AS value),
    STRUCT('conversions' AS metric, n.bought AS value),
    STRUCT('conversion_value' AS metric, n.worth AS value)
  ]) AS m
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'amazon_ads', n.account_id, n.date, n.campaign_id,
    n.currency, n.time_zone, n._deleted_at IS NOT NULL, TRUE, m.metric, m.value, n._synced_at, n._page, n._line
  FROM (
    SELECT workspace_id, connection_id, account_id, date, campaign_id, COALESCE(currency, account_currency) AS currency,
      account_zone AS time_zone, impressions, clicks, cost, purchases_14d AS orders, sales_14d AS sales,
      _deleted_at, _synced_at, _page, _line
    FROM history.amazon_ads_sp_campaigns_daily
    UNION ALL
    SELECT workspace_id, connection_id, account_id, date, campaign_id, COALESCE(currency, account_currency),
      account_zone, impressions, clicks, cost, purchases_clicks, sales_clicks, _deleted_at, _synced_at, _page, _line
    FROM history.amazon_ads_sb_campaigns_daily
    UNION ALL
    SELECT workspace_id, connection_id, account_id, date, campaign_id, COALESCE(currency, account_currency),
      account_zone, impressions, clicks, cost, purchases_clicks, sales_clicks, _deleted_at, _synced_at, _page, _line
    FROM history.amazon_ads_sd_campaigns_daily
  ) AS n
  CROSS JOIN UNNEST([
    STRUCT('impressions' AS metric, CAST(n.impressions AS FLOAT64) AS value),
    STRUCT('clicks' AS metric, CAST(n.clicks AS FLOAT64) AS value),
    STRUCT('cost' AS metric, CAST(n.cost AS FLOAT64) AS value),
    STRUCT('conversions' AS metric, CAST(n.orders AS FLOAT64) AS value),
    STRUCT('conversion_value' AS metric, CAST(n.sales AS FLOAT64) AS value)
  ]) AS m
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'google_analytics', n.account_id, n.date, NULL,
    n.account_currency, n.account_zone, n._deleted_at IS NOT NULL, n.report_notes IS NULL, m.metric, m.value,
    n._synced_at, n._page, n._line
  FROM history.google_analytics_daily_overview AS n, UNNEST([
    STRUCT('sessions' AS metric, CAST(n.sessions AS FLOAT64) AS value),
    STRUCT('key_events' AS metric, n.key_events AS value),
    STRUCT('revenue' AS metric, CAST(n.total_revenue AS FLOAT64) AS value)
  ]) AS m
),
valued AS (
  SELECT * EXCEPT (value), IF(is_gone, 0, COALESCE(value, 0)) AS value,
    IF(metric IN ('cost', 'conversion_value', 'revenue'), money_in, NULL) AS currency,
    COALESCE(SAFE.DATE(_synced_at, COALESCE(time_zone, 'UTC')) > date, TRUE) AS is_whole
  FROM reading
),
compared AS (
  SELECT *,
    LAG(value) OVER (
      PARTITION BY connection_id, platform, item_id, metric, date, currency, time_zone
      ORDER BY _synced_at, _page, _line
    ) AS value_before,
    LAG(currency) OVER (
      PARTITION BY connection_id, platform, item_id, metric, date ORDER BY _synced_at, _page, _line
    ) AS currency_before,
    LAG(time_zone) OVER (
      PARTITION BY connection_id, platform, item_id, metric, date ORDER BY _synced_at, _page, _line
    ) AS zone_before,
    SUM(IF(is_whole, 1, 0)) OVER (
      PARTITION BY connection_id, platform, item_id, metric, date ORDER BY _synced_at, _page, _line
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS whole_readings,
    MIN(IF(is_whole, _synced_at, NULL)) OVER (PARTITION BY connection_id, platform, date) AS day_read_at
  FROM valued
),
judged AS (
  SELECT *,
    CASE
      WHEN value_before IS NULL AND currency_before != currency THEN 'other currency'
      WHEN value_before IS NULL AND zone_before != time_zone THEN 'other zone'
      WHEN NOT is_whole THEN 'day under way'
      WHEN is_gone THEN 'no longer told'
      WHEN whole_readings = 1 AND TIMESTAMP_DIFF(_synced_at, day_read_at, HOUR) < 24 THEN 'first reading'
      ELSE 'restated'
    END AS reason
  FROM compared
)
SELECT
  workspace_id, connection_id, platform, account_id, date, item_id, metric, currency, value, value_before,
  IF(reason IN ('other currency', 'other zone'), NULL, value - COALESCE(value_before, 0)) AS change,
  is_exact, reason, _synced_at AS read_at,
  DATE_DIFF(SAFE.DATE(_synced_at, COALESCE(time_zone, 'UTC')), date, DAY) AS days_after,
  _synced_at, _page, _line
FROM judged
WHERE value_before IS NULL OR value != value_before
