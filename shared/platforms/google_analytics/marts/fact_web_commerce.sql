SELECT workspace_id, connection_id, 'google_analytics' AS platform, account_id, account_zone AS time_zone, date,
  transactions, purchases, add_to_carts, checkouts, purchase_revenue, refund_amount AS refunds,
  shipping_amount AS shipping, account_currency AS currency, report_notes, _synced_at, _page, _line
FROM raw.google_analytics_ecommerce_daily
WHERE _deleted_at IS NULL
