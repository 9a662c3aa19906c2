SELECT workspace_id, connection_id, 'emailoctopus' AS platform, id AS account_id, name AS account_name,
  -- EmailOctopus does not say whose key it is; its oldest list stands for the account.
  'UTC' AS time_zone, CAST(NULL AS STRING) AS currency, _synced_at, _page, _line
FROM raw.emailoctopus_lists
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY created_at, id) = 1
