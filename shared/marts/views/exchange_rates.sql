-- What an amount is worth in the currency of the workspace, by day. A rate holds until the next one, for seven days at
-- most.
/*
workspace_id; date date Day of the amount; currency text Currency of the amount
reporting_currency text Currency of the workspace
currency_per_euro money~ Units of the currency for one euro
reporting_per_euro money~ Units of the workspace's currency for one euro: multiply by it, divide by the other
rate_date date Day on which the older of the two rates was published
level: date, currency
*/
WITH published AS (
  -- The euro is no currency of its own table, whoever wrote it in; nor is a rate that nothing could be divided by.
  SELECT currency, date AS rate_date, per_euro
  FROM shared.exchange_rates
  WHERE currency != 'EUR' AND per_euro > 0
  UNION ALL
  SELECT DISTINCT 'EUR' AS currency, date AS rate_date, CAST(1 AS NUMERIC) AS per_euro
  FROM shared.exchange_rates
),
until_next AS (
  SELECT currency, rate_date, per_euro, LEAD(rate_date) OVER (PARTITION BY currency ORDER BY rate_date) AS next_date
  FROM published
),
daily AS (
  SELECT day AS date, currency, rate_date, per_euro
  FROM until_next, UNNEST(GENERATE_DATE_ARRAY(rate_date, DATE_ADD(rate_date, INTERVAL 6 DAY))) AS day
  WHERE next_date IS NULL OR day < next_date
)
SELECT
  @workspace_id AS workspace_id,
  one.date,
  one.currency,
  other.currency AS reporting_currency,
  one.per_euro AS currency_per_euro,
  other.per_euro AS reporting_per_euro,
  LEAST(one.rate_date, other.rate_date) AS rate_date
FROM daily AS one
JOIN daily AS other ON other.date = one.date AND other.currency = @currency
WHERE one.currency != other.currency
