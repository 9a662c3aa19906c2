SELECT workspace_id, connection_id, time_zone_id AS time_zone, _deleted_at, _synced_at, _page, _line
FROM raw.constant_contact_account
UNION ALL
SELECT workspace_id, connection_id, time_zone_id, _deleted_at, _synced_at, _page, _line
FROM history.constant_contact_account
