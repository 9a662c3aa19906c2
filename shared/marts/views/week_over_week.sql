-- Each measure by week, beside the week before, also where one of them has nothing. Weeks are compared when both were
-- read whole.
/*
workspace_id; connection_id; platform; account_id; week date Monday of the ISO week
days int~ Days of the week that were read whole: fewer than seven in a week that is not over, or has gaps
metric text Measure, by its name in the fact; currency text Currency of an amount (empty: it is no amount)
is_exact bool Whether the platform calls the values of both weeks exact, as in metrics_by_day
value float+ Value of the week: adds up within a metric and, of amounts, within a currency
value_before float+ Value of the week before (empty: it was not read whole)
change float+ Value less that of the week before (empty: one of the two was not read whole)
change_share float~ The change for each unit of the week before
level: connection_id, week, metric, currency
apart: metric, currency
*/
WITH weeks AS (
  SELECT
    workspace_id, connection_id, platform, account_id, DATE_TRUNC(date, WEEK(MONDAY)) AS week,
    COUNTIF(is_covered) AS days, metric, currency, LOGICAL_AND(is_exact) AS is_exact, SUM(value) AS value
  FROM marts.metrics_every_day
  GROUP BY workspace_id, connection_id, platform, account_id, week, metric, currency
)
SELECT
  w.workspace_id, w.connection_id, w.platform, w.account_id, w.week, w.days, w.metric, w.currency,
  w.is_exact AND COALESCE(b.is_exact, TRUE) AS is_exact, w.value,
  b.value AS value_before,
  IF(w.days = 7, w.value - b.value, NULL) AS change,
  IF(w.days = 7, SAFE_DIVIDE(w.value - b.value, b.value), NULL) AS change_share
FROM weeks AS w
LEFT JOIN weeks AS b
  ON b.connection_id = w.connection_id AND b.metric = w.metric AND COALESCE(b.currency, '') = COALESCE(w.currency, '')
  AND DATE_DIFF(w.week, b.week, DAY) = 7 AND b.days = 7
