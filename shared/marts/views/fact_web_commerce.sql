-- What a web site sold on a day as web analytics saw it: beside fact_commerce, and never added to it.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the property; transactions int+ Transactions with revenue
purchases int+ Purchases; add_to_carts int+ Times something was put into a cart; checkouts int+ Checkouts begun
purchase_revenue money+ Revenue from purchases, in currency; refunds money+ Refunds, in currency
shipping money+ Shipping, in currency; currency
reporting_currency; purchase_revenue_converted money+ Revenue from purchases, in reporting_currency (empty: no rate)
rate_date; report_notes json Why numbers are not exact, if they are not
_synced_at; _page; _line
level: connection_id, date
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, account_id, time_zone, date, transactions, purchases, add_to_carts,
    checkouts, purchase_revenue, refunds, shipping, currency, report_notes,
    _synced_at, _page, _line
  FROM arms.fact_web_commerce
)
SELECT
  f.workspace_id, f.connection_id, f.platform, f.account_id, f.time_zone, f.date, f.transactions, f.purchases,
  f.add_to_carts, f.checkouts, f.purchase_revenue, f.refunds, f.shipping, f.currency,
  @currency AS reporting_currency,
  @converted(f.purchase_revenue) AS purchase_revenue_converted,
  @converted_on AS rate_date,
  f.report_notes, f._synced_at, f._page, f._line
FROM told AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
