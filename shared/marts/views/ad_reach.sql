-- People whom ads reached on a day, as the platform estimates them for each level. Two campaigns reach the same person.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
level text campaign, ad_group or ad: look at one level at a time; campaign_id
ad_group_id text Ad group, or ad set, id; ad_id text Ad id
reach int~ People who saw it at least once on that day, estimated; frequency float~ Impressions for each of them
unique_clicks int~ People who clicked; cumulative_reach float~ People reached so far (Amazon, Sponsored Display)
_synced_at; _page; _line
*/
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
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', account_id, date, 'campaign',
  campaign_id, NULL, NULL, NULL, impressions_frequency_average, NULL, cumulative_reach, _synced_at, _page, _line
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
