-- Each measure with its average over seven days; days without a row count as none.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
metric text Measure, by its name in the fact; currency text Currency of an amount (empty: it is no amount)
value float+ Value of the day: adds up within a metric and, of amounts, within a currency
average_7d float~ Average of the day and the six days before (empty until seven days are known)
*/
SELECT
  workspace_id, connection_id, platform, account_id, date, metric, currency, value,
  IF(
    DATE_DIFF(date, MIN(date) OVER (PARTITION BY connection_id, metric, currency), DAY) >= 6,
    SUM(value) OVER (
      PARTITION BY connection_id, metric, currency ORDER BY UNIX_DATE(date) RANGE BETWEEN 6 PRECEDING AND CURRENT ROW
    ) / 7,
    NULL
  ) AS average_7d
FROM marts.metrics_by_day
