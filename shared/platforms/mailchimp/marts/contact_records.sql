/*
spent less shipping and tax
*/
SELECT n.workspace_id, n.connection_id, 'mailchimp' AS platform, 'mailchimp_list_members' AS told_in,
  n.id AS record_id, n.list_id, n.email_address AS email, n.status, n.status = 'subscribed' AS is_subscribed,
  COALESCE(n.timestamp_opt, n.timestamp_signup) AS since, n.ecommerce_orders AS orders,
  n.ecommerce_revenue AS spent, n.ecommerce_currency AS currency, FALSE AS is_customer,
  n._synced_at, n._page, n._line
FROM raw.mailchimp_list_members AS n
LEFT JOIN raw.mailchimp_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
WHERE n._deleted_at IS NULL AND l._deleted_at IS NULL
