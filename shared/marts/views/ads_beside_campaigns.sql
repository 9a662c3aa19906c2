-- Campaigns and days of which the ads do not come to what the platform says of the campaign itself. fact_ad_performance
-- has the difference as rows of level rest, so that its sums are those of the campaigns.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account; campaign_id
currency; ads int+ Ads that are told for that day; campaign_cost money+ Spent, as the campaign tells it, in currency
ads_cost money+ Spent, as its ads tell it, in currency; rest_cost money+ The difference, in currency
rest_share money~ The difference for each unit that the campaign tells
rest_impressions int+ Difference in times shown; rest_clicks int+ Difference in clicks
rest_conversions float+ Difference in conversions
rest_conversion_value money+ Difference in the worth of conversions, in currency
ads_read_at time When the newest of its ads was read; campaign_read_at time When the campaign was read
level: connection_id, date, campaign_id, currency
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, date, campaign_id, currency,
    COUNTIF(level = 'ad') AS ads, SUM(cost) AS campaign_cost,
    SUM(IF(level = 'ad', cost, 0)) AS ads_cost, SUM(IF(level = 'rest', cost, 0)) AS rest_cost,
    SUM(IF(level = 'rest', impressions, 0)) AS rest_impressions, SUM(IF(level = 'rest', clicks, 0)) AS rest_clicks,
    SUM(IF(level = 'rest', conversions, 0)) AS rest_conversions,
    SUM(IF(level = 'rest', conversion_value, 0)) AS rest_conversion_value,
    MAX(IF(level = 'ad', _synced_at, NULL)) AS ads_read_at,
    MAX(IF(level = 'rest', _synced_at, NULL)) AS campaign_read_at
  FROM marts.fact_ad_performance
  GROUP BY workspace_id, connection_id, platform, account_id, date, campaign_id, currency
)
SELECT
  workspace_id, connection_id, platform, account_id, date, campaign_id, currency, ads, campaign_cost, ads_cost,
  rest_cost, SAFE_DIVIDE(rest_cost, campaign_cost) AS rest_share, rest_impressions, rest_clicks, rest_conversions,
  rest_conversion_value, ads_read_at, campaign_read_at
FROM sums
WHERE campaign_read_at IS NOT NULL
