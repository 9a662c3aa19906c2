-- How open rates of campaigns spread within a month: each campaign counts once, whatever its size and however many
-- messages it was sent as.
/*
workspace_id; connection_id; platform; account_id; month date First day of the month in which they were sent
campaigns int+ Campaigns with an open rate; median_open_rate float~ Half of the campaigns have at least this open rate
deviation float~ Standard deviation of the open rates (of a sample, empty for a single campaign)
lowest float~ Lowest open rate; highest float~ Highest open rate
level: connection_id, month
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, DATE_TRUNC(date, MONTH) AS month, campaign_id,
    SAFE_DIVIDE(SUM(mails_opened), SUM(delivered_told)) AS open_rate
  FROM marts.email_by_mailing
  WHERE kind = 'campaign' AND mails_opened IS NOT NULL AND date IS NOT NULL
  GROUP BY workspace_id, connection_id, platform, account_id, month, campaign_id
),
rated AS (
  SELECT *, PERCENTILE_CONT(open_rate, 0.5) OVER (PARTITION BY connection_id, month) AS median
  FROM sums
  WHERE open_rate IS NOT NULL
)
SELECT
  workspace_id, connection_id, platform, account_id, month, COUNT(*) AS campaigns,
  ANY_VALUE(median) AS median_open_rate, STDDEV_SAMP(open_rate) AS deviation,
  MIN(open_rate) AS lowest, MAX(open_rate) AS highest
FROM rated
GROUP BY workspace_id, connection_id, platform, account_id, month
