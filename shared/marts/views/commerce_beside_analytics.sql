-- What a shop sold, beside what a property of web analytics saw of it, by day: two tellings of the same sales, never
-- to be added. Which property measures which shop is told nowhere, so each shop stands beside each property: choose the
-- pair that belongs together.
/*
workspace_id; date date Day, each in its own time zone; shop_connection_id text Connection of the shop
shop_account_id text Shop id; analytics_connection_id text Connection of the property; property_id text Property id
reporting_currency; shop_orders int~ Orders in the shop
shop_gross money~ Their total when placed, in reporting_currency (empty: a rate is missing)
analytics_purchases int~ Purchases that the property saw
analytics_revenue money~ Revenue from them, in reporting_currency (empty: a rate is missing)
is_exact bool Whether the platform calls none of its numbers sampled, thresholded or withheld
seen_share float~ Purchases that the property saw for each order
level: date, shop_connection_id, analytics_connection_id
*/
WITH sold AS (
  SELECT connection_id, account_id, date, SUM(orders) AS orders,
    IF(COUNTIF(gross_converted IS NULL) = 0, SUM(gross_converted), NULL) AS gross
  FROM marts.fact_commerce
  WHERE kind = 'order'
  GROUP BY connection_id, account_id, date
),
seen AS (
  SELECT connection_id, account_id, date, SUM(purchases) AS purchases,
    IF(
      COUNTIF(purchase_revenue IS NOT NULL AND purchase_revenue_converted IS NULL) = 0,
      SUM(purchase_revenue_converted), NULL
    ) AS revenue,
    LOGICAL_AND(report_notes IS NULL) AS is_exact
  FROM marts.fact_web_commerce
  GROUP BY connection_id, account_id, date
),
shops AS (
  SELECT DISTINCT connection_id, account_id, TRUE AS is_there
  FROM sold
),
properties AS (
  SELECT DISTINCT connection_id, account_id, TRUE AS is_there
  FROM seen
),
pairs AS (
  SELECT s.connection_id AS shop, s.account_id AS shop_account, p.connection_id AS property,
    p.account_id AS property_account
  FROM shops AS s
  FULL JOIN properties AS p ON p.is_there = s.is_there
),
days AS (
  SELECT p.shop, p.shop_account, p.property, p.property_account, s.date
  FROM pairs AS p
  JOIN sold AS s ON s.connection_id = p.shop
  UNION DISTINCT
  SELECT p.shop, p.shop_account, p.property, p.property_account, a.date
  FROM pairs AS p
  JOIN seen AS a ON a.connection_id = p.property AND a.account_id = p.property_account
)
SELECT
  @workspace_id AS workspace_id, d.date, d.shop AS shop_connection_id, d.shop_account AS shop_account_id,
  d.property AS analytics_connection_id, d.property_account AS property_id,
  @currency AS reporting_currency,
  s.orders AS shop_orders, s.gross AS shop_gross, a.purchases AS analytics_purchases, a.revenue AS analytics_revenue,
  a.is_exact, SAFE_DIVIDE(a.purchases, s.orders) AS seen_share
FROM days AS d
LEFT JOIN sold AS s ON s.connection_id = d.shop AND s.date = d.date
LEFT JOIN seen AS a ON a.connection_id = d.property AND a.account_id = d.property_account AND a.date = d.date
