-- Ads by day and account, with the measures that follow from their sums.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account; currency
impressions int+ Times shown; clicks int+ Clicks; cost money+ Spent, in currency
conversions float+ Conversions, as in fact_ad_performance; conversion_value money+ Their worth, in currency
conversions_by text Day that they are counted on: click or conversion, as in fact_ad_performance
reporting_currency; cost_converted money+ Spent, in reporting_currency (empty: a rate is missing)
conversion_value_converted money+ Worth of the conversions, in reporting_currency (empty: a rate is missing)
rows_without_rate int+ Rows of which an amount could not be converted, so that converted sums lack them
ctr float~ Clicks for each time shown; cpc money~ Spent for each click, in currency
cpm money~ Spent for a thousand times shown, in currency; cpa float~ Spent for each conversion, in currency
roas money~ Worth of the conversions for each unit spent; conversion_rate float~ Conversions for each click
level: connection_id, date, currency, conversions_by
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, date, currency, reporting_currency, conversions_by,
    SUM(impressions) AS impressions, SUM(clicks) AS clicks, SUM(cost) AS cost,
    SUM(conversions) AS conversions, SUM(conversion_value) AS conversion_value,
    IF(COUNTIF(cost IS NOT NULL AND cost_converted IS NULL) = 0, SUM(cost_converted), NULL) AS cost_converted,
    IF(
      COUNTIF(conversion_value IS NOT NULL AND conversion_value_converted IS NULL) = 0,
      SUM(conversion_value_converted), NULL
    ) AS conversion_value_converted,
    COUNTIF(
      reporting_currency IS NOT NULL AND (
        (cost IS NOT NULL AND cost_converted IS NULL)
        OR (conversion_value IS NOT NULL AND conversion_value_converted IS NULL)
      )
    ) AS rows_without_rate
  FROM marts.fact_ad_performance
  GROUP BY workspace_id, connection_id, platform, account_id, date, currency, reporting_currency, conversions_by
)
SELECT
  workspace_id, connection_id, platform, account_id, date, currency,
  impressions, clicks, cost, conversions, conversion_value, conversions_by,
  reporting_currency, cost_converted, conversion_value_converted, rows_without_rate,
  SAFE_DIVIDE(clicks, impressions) AS ctr,
  SAFE_DIVIDE(cost, clicks) AS cpc,
  SAFE_DIVIDE(cost * 1000, impressions) AS cpm,
  SAFE_DIVIDE(cost, conversions) AS cpa,
  SAFE_DIVIDE(conversion_value, cost) AS roas,
  SAFE_DIVIDE(conversions, clicks) AS conversion_rate
FROM sums
