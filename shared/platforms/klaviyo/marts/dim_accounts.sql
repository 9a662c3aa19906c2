SELECT workspace_id, connection_id, 'klaviyo' AS platform, id AS account_id, organization_name AS account_name,
  timezone AS time_zone, preferred_currency AS currency, _synced_at, _page, _line
FROM raw.klaviyo_account
