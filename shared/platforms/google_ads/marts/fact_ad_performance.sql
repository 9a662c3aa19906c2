-- campaigns of Performance Max have no ads.
/*
conversions of primary actions
conversions_by the day of the click
*/
SELECT workspace_id, connection_id, 'google_ads' AS platform, account_id, account_zone AS time_zone, date,
  'ad' AS level, campaign_id, ad_group_id, ad_id, impressions, clicks, cost, conversions, conversion_value,
  'click' AS conversions_by, account_currency AS currency, _synced_at, _page, _line
FROM raw.google_ads_ad_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'google_ads', account_id, account_zone, date,
  'campaign', campaign_id, NULL, NULL, impressions, clicks, cost, conversions, conversion_value,
  'click', account_currency, _synced_at, _page, _line
FROM raw.google_ads_campaign_daily
WHERE _deleted_at IS NULL
