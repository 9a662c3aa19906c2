/*
clicks all clicks, not those on links alone
conversions purchases
conversions_by the day of the purchase, where it was made on the web
*/
-- It leaves out what did not happen: where no purchase is told, there was none.
SELECT n.workspace_id, n.connection_id, 'meta_ads' AS platform, n.account_id, a.timezone_name AS time_zone,
  n.date_start AS date, 'ad' AS level, n.campaign_id, n.adset_id AS ad_group_id, n.ad_id, n.impressions, n.clicks,
  n.spend AS cost, COALESCE(n.purchases, 0) AS conversions, COALESCE(n.purchase_value, 0) AS conversion_value,
  'conversion' AS conversions_by, n.account_currency AS currency, n._synced_at, n._page, n._line
FROM layers.days_with_purchases(raw.meta_ads_insights_ad_daily) AS n
LEFT JOIN raw.meta_ads_ad_account AS a ON a.connection_id = n.connection_id AND a.account_id = n.account_id
WHERE n._deleted_at IS NULL
UNION ALL
SELECT n.workspace_id, n.connection_id, 'meta_ads', n.account_id, a.timezone_name,
  n.date_start, 'campaign', n.campaign_id, NULL, NULL, n.impressions, n.clicks,
  n.spend, COALESCE(n.purchases, 0), COALESCE(n.purchase_value, 0),
  'conversion', n.account_currency, n._synced_at, n._page, n._line
FROM layers.days_with_purchases(raw.meta_ads_insights_campaign_daily) AS n
LEFT JOIN raw.meta_ads_ad_account AS a ON a.connection_id = n.connection_id AND a.account_id = n.account_id
WHERE n._deleted_at IS NULL
