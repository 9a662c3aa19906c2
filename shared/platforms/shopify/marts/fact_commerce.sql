-- test orders are left out.
/*
date an edit is of the day on which we saw it
financial_status PAID, PENDING, VOIDED and others
*/
WITH lines AS (
  SELECT connection_id, order_id, line_item_id, discounted_total
  FROM raw.shopify_order_line_items
  WHERE is_gift_card
  UNION ALL
  SELECT connection_id, order_id, line_item_id, discounted_total
  FROM raw.shopify_order_line_items_rest
  WHERE is_gift_card AND _deleted_at IS NULL
),
cards AS (
  SELECT connection_id, order_id, SUM(discounted_total) AS sold
  FROM lines
  GROUP BY connection_id, order_id
),
cards_back AS (
  SELECT b.connection_id, b.refund_id, SUM(b.subtotal) AS returned
  FROM raw.shopify_order_refund_lines AS b
  JOIN lines AS l
    ON l.connection_id = b.connection_id AND l.order_id = b.order_id AND l.line_item_id = b.line_item_id
  WHERE b._deleted_at IS NULL
  GROUP BY b.connection_id, b.refund_id
),
placed AS (
  SELECT o.*, COALESCE(o.original_total_price, o.total_price) AS gross, COALESCE(c.sold, 0) AS card_sales,
    IF(
      o.taxes_included, ROUND(o.tax * SAFE_DIVIDE(o.subtotal_price, o.subtotal_price + COALESCE(o.shipping, 0)), 2), 0
    ) AS goods_tax,
    -- In the end: today's total and what was given back of it; of a cancelled order, of which nothing is left, whatever
    -- was paid, or it came to before.
    CASE
      WHEN o.edited IS NOT TRUE THEN COALESCE(o.original_total_price, o.total_price)
      WHEN o.cancelled_at IS NULL THEN o.current_total_price + o.refunded
      ELSE GREATEST(o.total_price, o.net_payment + o.refunded)
    END AS ordered
  FROM raw.shopify_orders AS o
  LEFT JOIN cards AS c ON c.connection_id = o.connection_id AND c.order_id = o.order_id
  WHERE o._deleted_at IS NULL AND o.test IS NOT TRUE
),
-- Shopify tells that an order was edited, and not when: whatever a reading shows for the first time is of its day.
changed AS (
  SELECT h.*, p.gross,
    IF(h.cancelled_at IS NULL, h.current_total_price + h.refunded, GREATEST(h.total_price, h.net_payment + h.refunded))
      AS ordered
  FROM history.shopify_orders AS h
  JOIN placed AS p ON p.connection_id = h.connection_id AND p.order_id = h.order_id
  WHERE h._deleted_at IS NULL AND h.edited
),
edits AS (
  SELECT *, ordered - COALESCE(
    LAG(ordered) OVER (PARTITION BY connection_id, order_id ORDER BY _synced_at, _page, _line), gross
  ) AS more
  FROM changed
)
SELECT workspace_id, connection_id, 'shopify' AS platform, account_zone AS time_zone,
  processed_date AS date, 'order' AS kind,
  order_id, CAST(NULL AS STRING) AS refund_id, customer_id, financial_status, taxes_included, 1 AS orders, items,
  subtotal_price AS goods, discounts, shipping, tax,
  IF(taxes_included IS NULL, NULL, subtotal_price - COALESCE(goods_tax, 0)) AS goods_net,
  IF(taxes_included IS NULL, NULL, COALESCE(shipping, 0) - IF(taxes_included, tax - COALESCE(goods_tax, 0), 0))
    AS shipping_net,
  IF(taxes_included IS NULL, NULL, COALESCE(tips, 0)) AS tips,
  IF(taxes_included IS NULL, NULL, COALESCE(duties, 0)) AS duties,
  gross, CAST(0 AS NUMERIC) AS edited, CAST(0 AS NUMERIC) AS refunded, CAST(0 AS NUMERIC) AS cancelled,
  net_payment + refunded AS paid, card_sales AS gift_cards, currency, _synced_at, _page, _line
FROM placed
UNION ALL
SELECT workspace_id, connection_id, 'shopify', account_zone, SAFE.DATE(updated_at, account_zone), 'edit',
  order_id, NULL, customer_id, financial_status, taxes_included, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, more, 0, 0, 0, 0, currency, _synced_at, _page, _line
FROM edits
WHERE more != 0
UNION ALL
SELECT r.workspace_id, r.connection_id, 'shopify', o.account_zone,
  SAFE.DATE(COALESCE(r.processed_at, r.created_at), o.account_zone),
  'refund', r.order_id, r.refund_id, o.customer_id, o.financial_status, o.taxes_included,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, r.refunded, 0, -r.refunded, -COALESCE(c.returned, 0),
  o.currency, r._synced_at, r._page, r._line
FROM raw.shopify_order_refunds AS r
JOIN raw.shopify_orders AS o ON o.connection_id = r.connection_id AND o.order_id = r.order_id
LEFT JOIN cards_back AS c ON c.connection_id = r.connection_id AND c.refund_id = r.refund_id
WHERE o._deleted_at IS NULL AND o.test IS NOT TRUE AND r.refunded != 0
UNION ALL
-- What was received for an order is its net payment, and what was given back of that again.
SELECT workspace_id, connection_id, 'shopify', account_zone, SAFE.DATE(cancelled_at, account_zone),
  'cancellation', order_id, NULL, customer_id, financial_status, taxes_included, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, ordered - net_payment - refunded, 0, -LEAST(ordered - net_payment - refunded, card_sales),
  currency, _synced_at, _page, _line
FROM placed
WHERE cancelled_at IS NOT NULL AND ordered - net_payment - refunded != 0
