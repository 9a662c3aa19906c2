SELECT workspace_id, connection_id, 'constant_contact' AS platform, 'constant_contact_contacts' AS told_in,
  contact_id AS record_id, CAST(NULL AS STRING) AS list_id, email, permission_to_send AS status,
  permission_to_send IN ('explicit', 'implicit') AS is_subscribed, created_at AS since,
  CAST(NULL AS INT64) AS orders, CAST(NULL AS NUMERIC) AS spent, CAST(NULL AS STRING) AS currency,
  FALSE AS is_customer, _synced_at, _page, _line
FROM raw.constant_contact_contacts
WHERE _deleted_at IS NULL AND deleted_at IS NULL
