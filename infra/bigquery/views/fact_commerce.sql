-- What a shop sold and gave back (Shopify): a row for each order, refund and order that was cancelled unpaid, by its
-- own day. Test orders are left out. Google Analytics' view of the same sales is in fact_web_commerce; the two are
-- never added.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day on which it was ordered, given back or cancelled, in the time zone of the shop
kind text order, refund or cancellation; order_id text Order id; refund_id text Refund id, of refunds
customer_id text Customer id, where the order has one
orders int+ Orders placed: one for an order, otherwise none; items int+ Pieces ordered
goods money+ Goods as ordered, less discounts, in currency; discounts money+ Discounts, in currency
shipping money+ Shipping, in currency; tax money+ Tax, in currency
gross money+ Total as ordered: goods, shipping and tax, less discounts, in currency
refunded money+ Money given back, in currency
cancelled money+ Of cancelled orders what was never paid, in currency
net money+ gross less refunded and cancelled, in currency; currency
reporting_currency; gross_converted money+ gross, in reporting_currency (empty: no rate is known)
net_converted money+ net, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, account_zone AS time_zone, processed_date AS date, 'order' AS kind,
    order_id, CAST(NULL AS STRING) AS refund_id, customer_id, 1 AS orders, items,
    subtotal_price AS goods, discounts, shipping, tax, total_price AS gross,
    CAST(0 AS NUMERIC) AS refunded, CAST(0 AS NUMERIC) AS cancelled, total_price AS net,
    currency, _synced_at, _page, _line
  FROM raw.shopify_orders
  WHERE _deleted_at IS NULL AND test IS NOT TRUE
  UNION ALL
  SELECT r.workspace_id, r.connection_id, o.account_zone,
    SAFE.DATE(COALESCE(r.processed_at, r.created_at), o.account_zone),
    'refund', r.order_id, r.refund_id, o.customer_id, 0, 0, 0, 0, 0, 0, 0, r.refunded, 0, -r.refunded,
    o.currency, r._synced_at, r._page, r._line
  FROM raw.shopify_order_refunds AS r
  JOIN raw.shopify_orders AS o ON o.connection_id = r.connection_id AND o.order_id = r.order_id
  WHERE o._deleted_at IS NULL AND o.test IS NOT TRUE AND r.refunded != 0
  UNION ALL
  -- What was received for an order is its net payment, and what was given back of that again.
  SELECT workspace_id, connection_id, account_zone, SAFE.DATE(cancelled_at, account_zone),
    'cancellation', order_id, NULL, customer_id, 0, 0, 0, 0, 0, 0, 0,
    0, total_price - net_payment - refunded, -(total_price - net_payment - refunded),
    currency, _synced_at, _page, _line
  FROM raw.shopify_orders
  WHERE _deleted_at IS NULL AND test IS NOT TRUE AND cancelled_at IS NOT NULL
    AND total_price - net_payment - refunded != 0
)
SELECT
  f.workspace_id, f.connection_id, 'shopify' AS platform, a.account_id, f.time_zone, f.date, f.kind,
  f.order_id, f.refund_id, f.customer_id, f.orders, f.items,
  f.goods, f.discounts, f.shipping, f.tax, f.gross, f.refunded, f.cancelled, f.net, f.currency,
  @currency AS reporting_currency,
  IF(f.currency = @currency, f.gross, f.gross * r.reporting_per_euro / r.currency_per_euro) AS gross_converted,
  IF(f.currency = @currency, f.net, f.net * r.reporting_per_euro / r.currency_per_euro) AS net_converted,
  IF(f.currency = @currency, f.date, r.rate_date) AS rate_date,
  f._synced_at, f._page, f._line
FROM told AS f
LEFT JOIN marts.dim_accounts AS a ON a.connection_id = f.connection_id
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
