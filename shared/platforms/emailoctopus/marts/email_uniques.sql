SELECT workspace_id, connection_id, 'emailoctopus' AS platform, 'campaign' AS kind, id AS campaign_id,
  CAST(NULL AS STRING) AS message_id, CAST(NULL AS DATE) AS day, unique_opens, unique_clicks, _synced_at, _page, _line
FROM raw.emailoctopus_campaign_summary
WHERE _deleted_at IS NULL
