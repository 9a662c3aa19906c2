SELECT 'google_ads_campaign_daily' AS source_table
