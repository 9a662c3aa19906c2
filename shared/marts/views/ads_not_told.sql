-- Campaigns whose numbers the platform tells in no report, so that what they spent stands in no mart. Their
-- budget says what it may be at most.
/*
workspace_id; connection_id; platform; account_id; campaign_id; campaign_name text Name of the campaign
status text Status, as the platform calls it
starts_on date First day, where told; ends_on date Last day, where told
budget money~ What it may spend, in currency, a day or in all
budget_type text What the budget is for: DAILY or LIFETIME
currency; _synced_at; _page; _line
level: connection_id, campaign_id
*/
SELECT workspace_id, connection_id, platform, account_id, campaign_id, campaign_name, status, starts_on, ends_on,
  budget, budget_type, currency,
  _synced_at, _page, _line
FROM arms.ads_not_told
