-- Each measure by week, beside the week before.
/*
workspace_id; connection_id; platform; account_id; week date Monday of the ISO week
days int~ Days of the week that have numbers: fewer than seven in a week that is not over
metric text Measure, by its name in the fact; currency text Currency of an amount (empty: it is no amount)
value float+ Value of the week; value_before float+ Value of the week before (empty: it has no numbers)
change float+ Value less that of the week before; change_share float~ The change for each unit of the week before
*/
WITH weeks AS (
  SELECT
    workspace_id, connection_id, platform, account_id, DATE_TRUNC(date, WEEK(MONDAY)) AS week,
    COUNT(DISTINCT date) AS days, metric, currency, SUM(value) AS value
  FROM marts.metrics_by_day
  GROUP BY workspace_id, connection_id, platform, account_id, week, metric, currency
)
SELECT
  w.workspace_id, w.connection_id, w.platform, w.account_id, w.week, w.days, w.metric, w.currency, w.value,
  b.value AS value_before, w.value - b.value AS change, SAFE_DIVIDE(w.value - b.value, b.value) AS change_share
FROM weeks AS w
LEFT JOIN weeks AS b
  ON b.connection_id = w.connection_id AND b.metric = w.metric AND COALESCE(b.currency, '') = COALESCE(w.currency, '')
  AND DATE_DIFF(w.week, b.week, DAY) = 7
