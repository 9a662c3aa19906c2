-- What a shop sold, changed and gave back: a row for each order, edit, refund and order that was cancelled unpaid, by
-- its own day. net is what was ordered in the end, paid or not: paid is what the shop has been given for it. A gift
-- card is in both when it is sold and when it is spent, so less gift_cards they count it once. What web analytics saw
-- of the same sales is in fact_web_commerce; the two are never added.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day on which it was ordered, edited, given back or cancelled, in the shop's time zone
kind text order, edit, refund or cancellation; order_id text Order id; refund_id text Refund id, of refunds
customer_id text Customer id, where the order has one
financial_status text Whether the order is paid today, as the platform says it
taxes_included bool Whether prices of the order hold their tax (empty: it was last read before this was asked)
orders int+ Orders placed: one for an order, otherwise none; items int+ Pieces ordered
goods money+ Goods as ordered, less discounts, with their tax if it is included; discounts money+ Discounts, in currency
shipping money+ Shipping, with its tax if it is included, in currency; tax money+ Tax, in currency
goods_net money+ Goods, less discounts and tax, which goods and shipping share by size where included (empty: not told)
shipping_net money+ Shipping less its tax, in currency (empty: it is not told whether tax is included)
tips money+ Tips, in currency; duties money+ Duties, in currency
gross money+ Total when it was placed: goods_net, shipping_net, tax, tips and duties of an order never edited
edited money+ What was added to the order afterwards, less what was taken off it, in currency
refunded money+ Money given back, in currency
cancelled money+ Of cancelled orders what was neither paid nor given back, in currency
net money+ gross and edited, less refunded and cancelled, in currency
paid money+ Of orders what has been paid for them so far, and of refunds less what was given back, in currency
gift_cards money+ Of net what gift cards were sold for, which count again when they are spent, in currency; currency
reporting_currency; gross_converted money+ gross, in reporting_currency (empty: no rate is known)
net_converted money+ net, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, time_zone, date, kind, order_id, refund_id, customer_id,
    financial_status, taxes_included, orders, items, goods, discounts, shipping, tax, goods_net, shipping_net, tips,
    duties, gross, edited, refunded, cancelled, paid, gift_cards, currency,
    _synced_at, _page, _line
  FROM arms.fact_commerce
),
summed AS (
  SELECT *, gross + edited - refunded - cancelled AS net
  FROM told
)
SELECT
  f.workspace_id, f.connection_id, f.platform, a.account_id, f.time_zone, f.date, f.kind,
  f.order_id, f.refund_id, f.customer_id, f.financial_status, f.taxes_included, f.orders, f.items,
  f.goods, f.discounts, f.shipping, f.tax, f.goods_net, f.shipping_net, f.tips, f.duties,
  f.gross, f.edited, f.refunded, f.cancelled, f.net, f.paid, f.gift_cards, f.currency,
  @currency AS reporting_currency,
  @converted(f.gross) AS gross_converted,
  @converted(f.net) AS net_converted,
  @converted_on AS rate_date,
  f._synced_at, f._page, f._line
FROM summed AS f
LEFT JOIN marts.dim_accounts AS a ON a.connection_id = f.connection_id
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
