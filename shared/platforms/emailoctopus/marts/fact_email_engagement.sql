SELECT workspace_id, connection_id, 'emailoctopus' AS platform, occurred_at AS moment, CAST(NULL AS DATE) AS day,
  CASE status
    WHEN 'opened' THEN 'open'
    WHEN 'clicked' THEN 'click'
    WHEN 'bounced' THEN 'bounce'
    WHEN 'unsubscribed' THEN 'unsubscribe'
    ELSE 'complaint'
  END AS kind,
  campaign_id, CAST(NULL AS STRING) AS list_id, contact_id, 1 AS events, _synced_at, _page, _line
FROM raw.emailoctopus_campaign_contact_reports
WHERE _deleted_at IS NULL AND status IN ('opened', 'clicked', 'bounced', 'unsubscribed', 'complained')
