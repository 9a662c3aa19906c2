SELECT n.workspace_id, n.connection_id, 'klaviyo' AS platform, n.datetime AS moment, CAST(NULL AS DATE) AS day,
  CASE LOWER(m.name)
    WHEN 'opened email' THEN 'open'
    WHEN 'clicked email' THEN 'click'
    WHEN 'bounced email' THEN 'bounce'
    WHEN 'marked email as spam' THEN 'complaint'
    ELSE 'unsubscribe'
  END AS kind,
  -- The mail of a campaign names it as its message; that of an automation names the automation, too.
  COALESCE(JSON_VALUE(n.event_properties, '$."$flow"'), JSON_VALUE(n.event_properties, '$."$message"')) AS campaign_id,
  CAST(NULL AS STRING) AS list_id, n.profile_id AS contact_id, 1 AS events, n._synced_at, n._page, n._line
FROM raw.klaviyo_events AS n
JOIN raw.klaviyo_metrics AS m ON m.connection_id = n.connection_id AND m.id = n.metric_id
WHERE n._deleted_at IS NULL AND LOWER(m.name) IN (
  'opened email', 'clicked email', 'bounced email', 'marked email as spam', 'unsubscribed from email marketing'
)
