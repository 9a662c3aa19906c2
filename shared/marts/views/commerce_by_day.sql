-- Shops by day, with the measures that follow from their sums.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the shop; currency
orders int+ Orders placed; items int+ Pieces ordered; gross money+ Total when placed, in currency
goods_net money+ Goods, less discounts and tax, in currency (empty: of an order it is not told)
edited money+ Added to orders afterwards, less taken off, in currency
refunded money+ Money given back, in currency; cancelled money+ Cancelled and never paid, in currency
net money+ gross and edited, less refunded and cancelled, in currency
paid money+ What has been paid so far for the orders of this day, less what was given back on it, in currency
gift_cards money+ Of net what gift cards were sold for, which count again when they are spent, in currency
reporting_currency; gross_converted money+ gross, in reporting_currency (empty: a rate is missing)
net_converted money+ net, in reporting_currency (empty: a rate is missing)
rows_without_rate int+ Rows of which an amount could not be converted, so that converted sums lack them
average_order_value money~ gross for each order, in currency
refund_rate money~ Money given back on this day for each unit of gross of this day
level: connection_id, date, currency
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, date, currency, reporting_currency,
    SUM(orders) AS orders, SUM(items) AS items, SUM(gross) AS gross,
    IF(COUNTIF(goods_net IS NULL) = 0, SUM(goods_net), NULL) AS goods_net, SUM(edited) AS edited,
    SUM(refunded) AS refunded, SUM(cancelled) AS cancelled, SUM(net) AS net, SUM(paid) AS paid,
    SUM(gift_cards) AS gift_cards,
    IF(COUNTIF(gross_converted IS NULL) = 0, SUM(gross_converted), NULL) AS gross_converted,
    IF(COUNTIF(net_converted IS NULL) = 0, SUM(net_converted), NULL) AS net_converted,
    COUNTIF(reporting_currency IS NOT NULL AND net IS NOT NULL AND net_converted IS NULL) AS rows_without_rate
  FROM marts.fact_commerce
  GROUP BY workspace_id, connection_id, platform, account_id, date, currency, reporting_currency
)
SELECT
  workspace_id, connection_id, platform, account_id, date, currency, orders, items, gross, goods_net, edited,
  refunded, cancelled, net, paid, gift_cards, reporting_currency, gross_converted, net_converted, rows_without_rate,
  SAFE_DIVIDE(gross, orders) AS average_order_value,
  SAFE_DIVIDE(refunded, gross) AS refund_rate
FROM sums
