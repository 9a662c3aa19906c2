-- What ads did on a day, at the finest level that the platform tells for a campaign and day: ads, otherwise the
-- campaign. Where the ads do not come to what the platform says of the campaign itself, because they were read at
-- another time or are told in part, a row of level rest has what is missing, or less than nothing where they come to
-- more. So the sum over all rows is the sum over all campaigns, as far as told.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the account; level text ad, campaign where no ads are told, or rest
campaign_id; ad_group_id text Ad group, or ad set, id; ad_id text Ad id
impressions int+ Times shown; clicks int+ Clicks; cost money+ Spent, in currency
conversions float+ Conversions, as the platform counts them
conversion_value money+ Worth of these conversions, in currency; currency
conversions_by text Day that they are counted on: click or conversion
reporting_currency; cost_converted money+ Spent, in reporting_currency (empty: no rate is known)
conversion_value_converted money+ Worth of the conversions, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
level: connection_id, date, level, campaign_id, ad_group_id, ad_id
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, account_id, time_zone, date, level, campaign_id, ad_group_id, ad_id,
    impressions, clicks, cost, conversions, conversion_value, conversions_by, currency,
    _synced_at, _page, _line
  FROM arms.fact_ad_performance
),
beside AS (
  -- Each campaign beside what its ads come to. Days stand in the partition, so that a question about certain days is
  -- only asked of these.
  SELECT *,
    SUM(IF(level = 'ad', 1, 0)) OVER own AS ads,
    SUM(IF(level = 'ad', impressions, 0)) OVER own AS ads_impressions,
    SUM(IF(level = 'ad', clicks, 0)) OVER own AS ads_clicks,
    SUM(IF(level = 'ad', cost, 0)) OVER own AS ads_cost,
    SUM(IF(level = 'ad', conversions, 0)) OVER own AS ads_conversions,
    SUM(IF(level = 'ad', conversion_value, 0)) OVER own AS ads_conversion_value
  FROM told
  WINDOW own AS (PARTITION BY connection_id, campaign_id, date)
),
parts AS (
  SELECT * EXCEPT (
      level, impressions, clicks, cost, conversions, conversion_value, ads, ads_impressions, ads_clicks, ads_cost,
      ads_conversions, ads_conversion_value
    ),
    IF(level = 'campaign' AND ads > 0, 'rest', level) AS level,
    IF(level = 'campaign', impressions - COALESCE(ads_impressions, 0), impressions) AS impressions,
    IF(level = 'campaign', clicks - COALESCE(ads_clicks, 0), clicks) AS clicks,
    IF(level = 'campaign', cost - COALESCE(ads_cost, 0), cost) AS cost,
    -- Parts of conversions do not always come to the whole in the last of their digits.
    IF(level = 'campaign', ROUND(conversions - COALESCE(ads_conversions, 0), 6), conversions) AS conversions,
    IF(level = 'campaign', conversion_value - COALESCE(ads_conversion_value, 0), conversion_value)
      AS conversion_value
  FROM beside
),
finest AS (
  SELECT *
  FROM parts
  WHERE level != 'rest' OR COALESCE(impressions, 0) != 0 OR COALESCE(clicks, 0) != 0 OR COALESCE(cost, 0) != 0
    OR COALESCE(conversions, 0) != 0 OR COALESCE(conversion_value, 0) != 0
)
SELECT
  f.workspace_id, f.connection_id, f.platform, f.account_id, f.time_zone, f.date, f.level,
  f.campaign_id, f.ad_group_id, f.ad_id, f.impressions, f.clicks, f.cost, f.conversions, f.conversion_value, f.currency,
  f.conversions_by,
  @currency AS reporting_currency,
  @converted(f.cost) AS cost_converted,
  @converted(f.conversion_value) AS conversion_value_converted,
  @converted_on AS rate_date,
  f._synced_at, f._page, f._line
FROM finest AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
