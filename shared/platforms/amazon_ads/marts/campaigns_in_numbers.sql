SELECT workspace_id, connection_id, 'amazon_ads' AS platform, 'ads' AS kind, campaign_id, campaign_name AS name,
  product AS type, campaign_status AS status, date, _synced_at, _page, _line
FROM layers.days_of_campaigns(raw)
