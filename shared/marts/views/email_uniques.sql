-- People who opened or clicked a mailing, as the platform tells them for that mailing alone.
/*
workspace_id; connection_id; platform; kind text campaign, or automation; campaign_id
message_id text Message id, where a campaign has several
day date Day of the mails of an automation (empty for campaigns, and for what an automation did before it was read)
unique_opens int~ People who opened; unique_clicks int~ People who clicked
_synced_at; _page; _line
level: connection_id, day, kind, campaign_id, message_id
*/
SELECT workspace_id, connection_id, platform, kind, campaign_id, message_id, day, unique_opens, unique_clicks,
  _synced_at, _page, _line
FROM arms.email_uniques
