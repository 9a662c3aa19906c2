-- What a web site sold on a day as Google Analytics saw it: beside fact_commerce, and never added to it.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the property; transactions int+ Transactions with revenue
purchases int+ Purchases; add_to_carts int+ Times something was put into a cart; checkouts int+ Checkouts begun
purchase_revenue money+ Revenue from purchases, in currency; refunds money+ Refunds, in currency
shipping money+ Shipping, in currency; currency
reporting_currency; purchase_revenue_converted money+ Revenue from purchases, in reporting_currency (empty: no rate)
rate_date; report_notes json Why numbers are not exact, if they are not
_synced_at; _page; _line
*/
SELECT
  f.workspace_id, f.connection_id, 'google_analytics' AS platform, f.account_id, f.account_zone AS time_zone, f.date,
  f.transactions, f.purchases, f.add_to_carts, f.checkouts, f.purchase_revenue, f.refund_amount AS refunds,
  f.shipping_amount AS shipping, f.account_currency AS currency,
  @currency AS reporting_currency,
  IF(
    f.account_currency = @currency, f.purchase_revenue,
    f.purchase_revenue * r.reporting_per_euro / r.currency_per_euro
  ) AS purchase_revenue_converted,
  IF(f.account_currency = @currency, f.date, r.rate_date) AS rate_date,
  f.report_notes, f._synced_at, f._page, f._line
FROM raw.google_analytics_ecommerce_daily AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.account_currency
WHERE f._deleted_at IS NULL
