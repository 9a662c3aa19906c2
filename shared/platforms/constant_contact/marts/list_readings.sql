SELECT workspace_id, connection_id, 'constant_contact' AS platform, CAST(NULL AS STRING) AS list_id, contact_id,
  -- Those whom the account added have no date of opting in. Whoever is on hold has not left.
  permission_to_send IN ('explicit', 'implicit', 'temp_hold') AND deleted_at IS NULL AND _deleted_at IS NULL AS is_on,
  permission_to_send IN ('explicit', 'implicit', 'temp_hold', 'unsubscribed') AS ever_on,
  COALESCE(opt_in_date, email_created_at, created_at) AS joined_at,
  IF(permission_to_send = 'unsubscribed', opt_out_date, NULL) AS left_at, deleted_at AS left_on,
  email_updated_at AS changed_at, _synced_at, _page, _line
FROM history.constant_contact_contacts
