SELECT workspace_id, connection_id, 'shopify' AS platform, 'shopify_customers' AS told_in, customer_id AS record_id,
  CAST(NULL AS STRING) AS list_id, email, email_marketing_state AS status,
  email_marketing_state = 'SUBSCRIBED' AS is_subscribed, created_at AS since, orders, amount_spent AS spent, currency,
  TRUE AS is_customer, _synced_at, _page, _line
FROM raw.shopify_customers
WHERE _deleted_at IS NULL
