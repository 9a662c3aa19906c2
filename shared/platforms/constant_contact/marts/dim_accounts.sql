SELECT workspace_id, connection_id, 'constant_contact' AS platform, encoded_account_id AS account_id,
  organization_name AS account_name, time_zone_id AS time_zone, CAST(NULL AS STRING) AS currency,
  _synced_at, _page, _line
FROM raw.constant_contact_account
