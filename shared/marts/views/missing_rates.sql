-- Amounts that could not be converted because no rate is known: nothing is dropped or added without a word. Empty where
-- the workspace has no currency to convert into.
/*
workspace_id; fact text Fact that holds them; platform; date date Day of the amounts; currency
rows_affected int+ Rows without a converted amount; amount money+ What they come to, in currency
level: fact, platform, date, currency
*/
SELECT workspace_id, 'fact_ad_performance' AS fact, platform, date, currency, COUNT(*) AS rows_affected,
  SUM(cost) AS amount
FROM marts.fact_ad_performance
WHERE reporting_currency IS NOT NULL AND cost IS NOT NULL AND cost_converted IS NULL
GROUP BY workspace_id, platform, date, currency
UNION ALL
SELECT workspace_id, 'fact_email_performance', platform, date, currency, COUNT(*), SUM(revenue)
FROM marts.fact_email_performance
WHERE reporting_currency IS NOT NULL AND revenue IS NOT NULL AND revenue_converted IS NULL
GROUP BY workspace_id, platform, date, currency
UNION ALL
SELECT workspace_id, 'fact_web_traffic', platform, date, currency, COUNT(*), SUM(revenue)
FROM marts.fact_web_traffic
WHERE reporting_currency IS NOT NULL AND revenue IS NOT NULL AND revenue_converted IS NULL
GROUP BY workspace_id, platform, date, currency
UNION ALL
SELECT workspace_id, 'fact_commerce', platform, date, currency, COUNT(*), SUM(net)
FROM marts.fact_commerce
WHERE reporting_currency IS NOT NULL AND net IS NOT NULL AND net_converted IS NULL
GROUP BY workspace_id, platform, date, currency
UNION ALL
SELECT workspace_id, 'fact_web_commerce', platform, date, currency, COUNT(*), SUM(purchase_revenue)
FROM marts.fact_web_commerce
WHERE reporting_currency IS NOT NULL AND purchase_revenue IS NOT NULL AND purchase_revenue_converted IS NULL
GROUP BY workspace_id, platform, date, currency
