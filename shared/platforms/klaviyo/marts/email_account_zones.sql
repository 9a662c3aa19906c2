SELECT workspace_id, connection_id, timezone AS time_zone, _deleted_at, _synced_at, _page, _line
FROM raw.klaviyo_account
UNION ALL
SELECT workspace_id, connection_id, timezone, _deleted_at, _synced_at, _page, _line
FROM history.klaviyo_account
