-- When people open and click: by day of the week and hour, in the time zone of the account.
/*
workspace_id; connection_id; platform; account_id; date date Day
weekday int Day of the week, 1 for Monday to 7 for Sunday
hour int Hour, 0 to 23; opens int+ Opens; clicks int+ Clicks
level: connection_id, date, hour
*/
SELECT
  workspace_id, connection_id, platform, account_id, date, weekday, hour,
  SUM(IF(kind = 'open', events, 0)) AS opens, SUM(IF(kind = 'click', events, 0)) AS clicks
FROM marts.fact_email_engagement
WHERE kind IN ('open', 'click') AND hour IS NOT NULL
GROUP BY workspace_id, connection_id, platform, account_id, date, weekday, hour
