-- Campaigns of all three products by day, current rows or all that were read.
SELECT workspace_id, connection_id, account_id, account_zone, date, 'Sponsored Products' AS product, campaign_id,
  campaign_name, campaign_status, impressions, clicks, cost, orders, order_value, money_in, _deleted_at,
  _synced_at, _page, _line
FROM layers.days_of_products(@rows.amazon_ads_sp_campaigns_daily)
UNION ALL
SELECT workspace_id, connection_id, account_id, account_zone, date, 'Sponsored Brands', campaign_id,
  campaign_name, campaign_status, impressions, clicks, cost, orders, order_value, money_in, _deleted_at,
  _synced_at, _page, _line
FROM layers.days_of_brands_or_display(@rows.amazon_ads_sb_campaigns_daily)
UNION ALL
SELECT workspace_id, connection_id, account_id, account_zone, date, 'Sponsored Display', campaign_id,
  campaign_name, campaign_status, impressions, clicks, cost, orders, order_value, money_in, _deleted_at,
  _synced_at, _page, _line
FROM layers.days_of_brands_or_display(@rows.amazon_ads_sd_campaigns_daily)
