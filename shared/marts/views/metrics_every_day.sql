-- metrics_by_day without holes: a row for every day from the first to the last that is known of a connection. A day
-- that was read and of which nothing is told has 0; one that was not read, or is under way, is not covered.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
metric text Measure, as in metrics_by_day; currency text Currency of an amount (empty: it is no amount)
is_covered bool Whether the whole day was read; is_exact bool Whether the platform calls the value exact, as there
value float+ Value of the day, or 0: adds up within a metric and, of amounts, within a currency
level: connection_id, date, metric, currency
apart: metric, currency
*/
WITH measured AS (
  -- The tables of the streams that the measures by day come from, and that are read by days.
  SELECT source_table
  FROM arms.measured_by_day
),
read_days AS (
  SELECT connection_id, date, LOGICAL_AND(state NOT IN ('missing', 'under way')) AS is_covered
  FROM marts.coverage_by_day
  WHERE source_table IN (SELECT source_table FROM measured)
  GROUP BY connection_id, date
),
read_spans AS (
  SELECT connection_id, MIN(date) AS first_day, MAX(date) AS last_day
  FROM read_days
  GROUP BY connection_id
),
-- What is not read by days is whole until the day before it was last read whole.
whole_until AS (
  SELECT r.connection_id, DATE_SUB(DATE(MAX(r.started_at)), INTERVAL 1 DAY) AS last_day
  FROM raw.tributary_runs AS r
  WHERE r._deleted_at IS NULL AND r.state = 'completed' AND r.reason NOT IN ('backfill', 'replay')
    AND r.started_at BETWEEN TIMESTAMP '2000-01-01 00:00:00+00' AND CURRENT_TIMESTAMP()
  GROUP BY r.connection_id
),
measures AS (
  SELECT workspace_id, connection_id, platform, account_id, metric, currency
  FROM marts.metrics_by_day
  GROUP BY workspace_id, connection_id, platform, account_id, metric, currency
),
told_spans AS (
  SELECT connection_id, MIN(date) AS first_day, MAX(date) AS last_day
  FROM marts.metrics_by_day
  WHERE date BETWEEN DATE '2000-01-01' AND DATE_ADD(CURRENT_DATE(), INTERVAL 1 DAY)
  GROUP BY connection_id
),
spans AS (
  SELECT t.connection_id, r.connection_id IS NOT NULL AS is_by_days,
    LEAST(t.first_day, COALESCE(r.first_day, t.first_day)) AS first_day,
    GREATEST(t.last_day, COALESCE(r.last_day, w.last_day, t.last_day)) AS last_day
  FROM told_spans AS t
  LEFT JOIN read_spans AS r ON r.connection_id = t.connection_id
  LEFT JOIN whole_until AS w ON w.connection_id = t.connection_id
),
days AS (
  SELECT s.connection_id, s.is_by_days, day
  FROM spans AS s, UNNEST(GENERATE_DATE_ARRAY(s.first_day, s.last_day)) AS day
),
covered AS (
  SELECT d.connection_id, d.day, COALESCE(r.is_covered, NOT d.is_by_days) AS is_covered
  FROM days AS d
  LEFT JOIN read_days AS r ON r.connection_id = d.connection_id AND r.date = d.day
)
SELECT
  m.workspace_id, m.connection_id, m.platform, m.account_id, c.day AS date, m.metric, m.currency, c.is_covered,
  COALESCE(v.is_exact, TRUE) AS is_exact,
  IF(c.is_covered, COALESCE(v.value, 0), v.value) AS value
FROM measures AS m
JOIN covered AS c ON c.connection_id = m.connection_id
LEFT JOIN marts.metrics_by_day AS v
  ON v.connection_id = m.connection_id AND v.metric = m.metric AND COALESCE(v.currency, '') = COALESCE(m.currency, '')
  AND v.date = c.day
