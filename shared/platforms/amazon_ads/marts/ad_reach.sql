/*
cumulative_reach of Sponsored Display
*/
SELECT workspace_id, connection_id, 'amazon_ads' AS platform, account_id, date, 'campaign' AS level,
  campaign_id, CAST(NULL AS STRING) AS ad_group_id, CAST(NULL AS STRING) AS ad_id, CAST(NULL AS INT64) AS reach,
  impressions_frequency_average AS frequency, CAST(NULL AS INT64) AS unique_clicks, cumulative_reach,
  _synced_at, _page, _line
FROM raw.amazon_ads_sd_campaigns_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', account_id, date, 'ad_group',
  campaign_id, ad_group_id, NULL, NULL, impressions_frequency_average, NULL, cumulative_reach, _synced_at, _page, _line
FROM raw.amazon_ads_sd_ad_groups_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', account_id, date, 'ad',
  campaign_id, ad_group_id, ad_id, NULL, impressions_frequency_average, NULL, cumulative_reach, _synced_at, _page, _line
FROM raw.amazon_ads_sd_ads_daily
WHERE _deleted_at IS NULL
