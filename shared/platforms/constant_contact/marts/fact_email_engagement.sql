SELECT n.workspace_id, n.connection_id, 'constant_contact' AS platform, n.created_time AS moment,
  CAST(NULL AS DATE) AS day, n.kind, c.campaign_id, CAST(NULL AS STRING) AS list_id, n.contact_id, 1 AS events,
  n._synced_at, n._page, n._line
FROM (
  SELECT workspace_id, connection_id, 'open' AS kind, campaign_activity_id, contact_id, created_time,
    _synced_at, _page, _line
  FROM raw.constant_contact_opens
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'click', campaign_activity_id, contact_id, created_time,
    _synced_at, _page, _line
  FROM raw.constant_contact_clicks
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'bounce', campaign_activity_id, contact_id, created_time,
    _synced_at, _page, _line
  FROM raw.constant_contact_bounces
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'unsubscribe', campaign_activity_id, contact_id, created_time,
    _synced_at, _page, _line
  FROM raw.constant_contact_optouts
  WHERE _deleted_at IS NULL
) AS n
LEFT JOIN raw.constant_contact_campaign_activities AS c
  ON c.connection_id = n.connection_id AND c.campaign_activity_id = n.campaign_activity_id
