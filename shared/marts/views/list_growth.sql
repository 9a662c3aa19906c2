-- Who joined and left lists, by day. Over all days it comes to who is on the list, of those of whom the platform tells.
/*
workspace_id; connection_id; platform; account_id
date date Day, in the time zone of the account (empty: before it was known, and not told)
list_id text List, where the platform tells which; joined int+ Joined; gone int+ Left; net int+ Joined less left
known_since date Day of the first reading: before it only those are known who were there then (empty: days are told)
level: connection_id, date, list_id, known_since
*/
SELECT
  workspace_id, connection_id, platform, account_id, date, list_id,
  SUM(IF(kind = 'joined', events, 0)) AS joined,
  SUM(IF(kind = 'left', events, 0)) AS gone,
  SUM(IF(kind = 'joined', events, -events)) AS net,
  known_since
FROM marts.list_changes
GROUP BY workspace_id, connection_id, platform, account_id, date, list_id, known_since
