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
level: connection_id, date, item_id, metric, currency, read_at
apart: metric, currency
*/
WITH reading AS (
  SELECT workspace_id, connection_id, platform, account_id, date, item_id, time_zone, is_gone, is_exact, metric, value,
    currency,
    _synced_at, _page, _line
  FROM arms.metric_history
),
valued AS (
  SELECT * EXCEPT (value), IF(is_gone, 0, COALESCE(value, 0)) AS value,
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
