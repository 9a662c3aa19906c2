SELECT workspace_id, connection_id, 'mailchimp' AS platform, account_id, account_name, account_timezone AS time_zone,
  CAST(NULL AS STRING) AS currency, _synced_at, _page, _line
FROM raw.mailchimp_account
