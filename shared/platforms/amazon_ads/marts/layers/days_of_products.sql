-- Days of Sponsored Products, with their orders: they count orders after clicks only.
SELECT *, CAST(purchases_14d AS FLOAT64) AS orders, sales_14d AS order_value,
  COALESCE(currency, account_currency) AS money_in
FROM @rows
