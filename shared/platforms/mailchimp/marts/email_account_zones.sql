SELECT workspace_id, connection_id, account_timezone AS time_zone, _deleted_at, _synced_at, _page, _line
FROM raw.mailchimp_account
UNION ALL
SELECT workspace_id, connection_id, account_timezone, _deleted_at, _synced_at, _page, _line
FROM history.mailchimp_account
