SELECT workspace_id, connection_id, 'klaviyo' AS platform, 'campaign' AS kind, campaign_id,
  campaign_message_id AS message_id, CAST(NULL AS DATE) AS day, SUM(opens_unique) OVER mail AS unique_opens,
  SUM(clicks_unique) OVER mail AS unique_clicks, _synced_at, _page, _line
FROM (
  SELECT *
  FROM raw.klaviyo_campaign_values_report
  WHERE _deleted_at IS NULL AND send_channel = 'email'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY connection_id, campaign_id, campaign_message_id, window_start ORDER BY _synced_at DESC, _page, _line
  ) = 1
)
WHERE TRUE
-- Of a campaign that goes out across the end of a window each person is in one of the two.
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, campaign_id, campaign_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
WINDOW mail AS (PARTITION BY connection_id, campaign_id, campaign_message_id)
UNION ALL
SELECT workspace_id, connection_id, 'klaviyo', 'automation', flow_id, flow_message_id, day,
  opens_unique, clicks_unique, _synced_at, _page, _line
FROM raw.klaviyo_flow_series_report
WHERE _deleted_at IS NULL AND send_channel = 'email'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, day, flow_id, flow_message_id ORDER BY _synced_at DESC, _page, _line
) = 1
