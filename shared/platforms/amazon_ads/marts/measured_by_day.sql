SELECT source_table
FROM UNNEST([
  'amazon_ads_sp_campaigns_daily', 'amazon_ads_sb_campaigns_daily', 'amazon_ads_sd_campaigns_daily'
]) AS source_table
