SELECT 'meta_ads_insights_campaign_daily' AS source_table
