-- Who joined and left lists, by day.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
list_id text List, where the platform tells which; joined int+ Joined; gone int+ Left; net int+ Joined less left
*/
SELECT
  workspace_id, connection_id, platform, account_id, date, list_id,
  SUM(IF(kind = 'joined', events, 0)) AS joined,
  SUM(IF(kind = 'left', events, 0)) AS gone,
  SUM(IF(kind = 'joined', events, -events)) AS net
FROM marts.fact_email_engagement
WHERE kind IN ('joined', 'left')
GROUP BY workspace_id, connection_id, platform, account_id, date, list_id
