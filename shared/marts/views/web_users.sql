-- People who visited a web site on a day, estimated for each day alone: two days share people.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the property
active_users int~ People who were active; total_users int~ People; new_users int+ People who came first
purchasers int~ People who bought; report_notes json Why numbers are not exact, if they are not
_synced_at; _page; _line
level: connection_id, date
*/
SELECT workspace_id, connection_id, platform, account_id, date, active_users, total_users, new_users, purchasers,
  report_notes,
  _synced_at, _page, _line
FROM arms.web_users
