SELECT workspace_id, connection_id, 'meta_ads' AS platform, account_id, date_start AS date, 'campaign' AS level,
  campaign_id, CAST(NULL AS STRING) AS ad_group_id, CAST(NULL AS STRING) AS ad_id, reach, frequency, unique_clicks,
  CAST(NULL AS FLOAT64) AS cumulative_reach, _synced_at, _page, _line
FROM raw.meta_ads_insights_campaign_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'meta_ads', account_id, date_start, 'ad_group',
  campaign_id, adset_id, NULL, reach, frequency, unique_clicks, NULL, _synced_at, _page, _line
FROM raw.meta_ads_insights_adset_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'meta_ads', account_id, date_start, 'ad',
  campaign_id, adset_id, ad_id, reach, frequency, unique_clicks, NULL, _synced_at, _page, _line
FROM raw.meta_ads_insights_ad_daily
WHERE _deleted_at IS NULL
