-- Days of Sponsored Brands or Sponsored Display, with their orders: of those that these two count, the ones after
-- clicks, as Sponsored Products has no others.
SELECT *, CAST(purchases_clicks AS FLOAT64) AS orders, sales_clicks AS order_value,
  COALESCE(currency, account_currency) AS money_in
FROM @rows
