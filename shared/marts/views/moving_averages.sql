-- Each measure with its average over seven days. Days that were read and have no numbers count as none. Where one of
-- the seven was not read, or is under way, there is no average.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
metric text Measure, by its name in the fact; currency text Currency of an amount (empty: it is no amount)
is_covered bool Whether the whole day was read
is_exact bool Whether the platform calls the values of all seven days exact, as in metrics_by_day
value float+ Value of the day: adds up within a metric and, of amounts, within a currency
average_7d float~ Average of the day and the six days before (empty: one of them is not covered)
level: connection_id, date, metric, currency
apart: metric, currency
*/
SELECT
  workspace_id, connection_id, platform, account_id, date, metric, currency, is_covered,
  SUM(IF(is_exact, 0, 1)) OVER (
    PARTITION BY connection_id, metric, currency ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ) = 0 AS is_exact,
  value,
  IF(
    SUM(IF(is_covered, 1, 0)) OVER (
      PARTITION BY connection_id, metric, currency ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) = 7,
    SUM(value) OVER (
      PARTITION BY connection_id, metric, currency ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) / 7,
    NULL
  ) AS average_7d
FROM marts.metrics_every_day
