-- What shops sold, beside what Google Analytics saw of it, by day: two tellings of the same sales, never to be added.
/*
workspace_id; date date Day, each in its own time zone; reporting_currency
shop_orders int+ Orders in shops
shop_gross money+ Their total as ordered, in reporting_currency (empty: a rate is missing)
analytics_purchases int+ Purchases that Google Analytics saw
analytics_revenue money+ Revenue from them, in reporting_currency (empty: a rate is missing)
seen_share float~ Purchases that Google Analytics saw for each order
*/
WITH shops AS (
  SELECT date, SUM(orders) AS orders, IF(COUNTIF(gross_converted IS NULL) = 0, SUM(gross_converted), NULL) AS gross
  FROM marts.fact_commerce
  WHERE kind = 'order'
  GROUP BY date
),
analytics AS (
  SELECT date, SUM(purchases) AS purchases,
    IF(
      COUNTIF(purchase_revenue IS NOT NULL AND purchase_revenue_converted IS NULL) = 0,
      SUM(purchase_revenue_converted), NULL
    ) AS revenue
  FROM marts.fact_web_commerce
  GROUP BY date
)
SELECT
  @workspace_id AS workspace_id,
  COALESCE(s.date, a.date) AS date,
  @currency AS reporting_currency,
  s.orders AS shop_orders,
  s.gross AS shop_gross,
  a.purchases AS analytics_purchases,
  a.revenue AS analytics_revenue,
  SAFE_DIVIDE(a.purchases, s.orders) AS seen_share
FROM shops AS s
FULL JOIN analytics AS a ON a.date = s.date
