/*
conversions orders within 14 days after a click
conversions_by the day of the click
*/
WITH ads AS (
  SELECT workspace_id, connection_id, account_id, account_zone, date, campaign_id, ad_group_id, ad_id,
    impressions, clicks, cost, orders, order_value, money_in, _deleted_at, _synced_at, _page, _line
  FROM layers.days_of_products(raw.amazon_ads_sp_ads_daily)
  UNION ALL
  SELECT workspace_id, connection_id, account_id, account_zone, date, campaign_id, ad_group_id, ad_id,
    impressions, clicks, cost, orders, order_value, money_in, _deleted_at, _synced_at, _page, _line
  FROM layers.days_of_brands_or_display(raw.amazon_ads_sb_ads_daily)
  UNION ALL
  SELECT workspace_id, connection_id, account_id, account_zone, date, campaign_id, ad_group_id, ad_id,
    impressions, clicks, cost, orders, order_value, money_in, _deleted_at, _synced_at, _page, _line
  FROM layers.days_of_brands_or_display(raw.amazon_ads_sd_ads_daily)
)
SELECT workspace_id, connection_id, 'amazon_ads' AS platform, account_id, account_zone AS time_zone, date,
  'ad' AS level, campaign_id, ad_group_id, ad_id, impressions, clicks, cost, orders AS conversions,
  order_value AS conversion_value, 'click' AS conversions_by, money_in AS currency, _synced_at, _page, _line
FROM ads
WHERE _deleted_at IS NULL
UNION ALL
SELECT workspace_id, connection_id, 'amazon_ads', account_id, account_zone, date,
  'campaign', campaign_id, NULL, NULL, impressions, clicks, cost, orders,
  order_value, 'click', money_in, _synced_at, _page, _line
FROM layers.days_of_campaigns(raw)
WHERE _deleted_at IS NULL
