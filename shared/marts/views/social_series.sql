-- Values by day of each network, as platforms tell them that gather many networks, and how these make one number of
-- several days. They repeat what the networks' own connections tell.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the brand; network text Network, such as tiktok or gmb
subject text What is counted: the account, its posts, its reels and so on; metric text Metric as it was asked for
series text The same as the platform calls it; value float~ Value of the day
aggregation text What the platform makes of several days: sum, avg or last (empty: its list does not have this metric)
_synced_at; _page; _line
level: connection_id, date, network, subject, metric
*/
SELECT workspace_id, connection_id, platform, account_id, time_zone, date, network, subject, metric, series, value,
  aggregation,
  _synced_at, _page, _line
FROM arms.social_series
