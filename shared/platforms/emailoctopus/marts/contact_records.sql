SELECT n.workspace_id, n.connection_id, 'emailoctopus' AS platform, 'emailoctopus_contacts' AS told_in,
  n.id AS record_id, n.list_id, n.email_address AS email, n.status, n.status = 'subscribed' AS is_subscribed,
  n.created_at AS since, CAST(NULL AS INT64) AS orders, CAST(NULL AS NUMERIC) AS spent,
  CAST(NULL AS STRING) AS currency, FALSE AS is_customer, n._synced_at, n._page, n._line
FROM raw.emailoctopus_contacts AS n
LEFT JOIN raw.emailoctopus_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
WHERE n._deleted_at IS NULL AND l._deleted_at IS NULL
