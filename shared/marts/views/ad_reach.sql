-- People whom ads reached on a day, as the platform estimates them for each level. Two campaigns reach the same person.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the account
level text campaign, ad_group or ad: look at one level at a time; campaign_id
ad_group_id text Ad group, or ad set, id; ad_id text Ad id
reach int~ People who saw it at least once on that day, estimated; frequency float~ Impressions for each of them
unique_clicks int~ People who clicked; cumulative_reach float~ People reached so far, where told
_synced_at; _page; _line
level: connection_id, date, level, campaign_id, ad_group_id, ad_id
*/
SELECT workspace_id, connection_id, platform, account_id, date, level, campaign_id, ad_group_id, ad_id, reach,
  frequency, unique_clicks, cumulative_reach,
  _synced_at, _page, _line
FROM arms.ad_reach
