SELECT n.workspace_id, n.connection_id, 'constant_contact' AS platform, 'campaign' AS kind, n.campaign_id,
  CAST(NULL AS STRING) AS message_id, CAST(NULL AS DATE) AS day, n.opens AS unique_opens, n.clicks AS unique_clicks,
  n._synced_at, n._page, n._line
FROM raw.constant_contact_campaign_summaries AS n
LEFT JOIN (SELECT DISTINCT connection_id, campaign_id FROM layers.sent_again) AS again
  ON again.connection_id = n.connection_id AND again.campaign_id = n.campaign_id
WHERE n._deleted_at IS NULL AND again.campaign_id IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'constant_contact', 'campaign', campaign_id, campaign_activity_id, NULL,
  opens, clicks, _synced_at, _page, _line
FROM layers.sent_again
