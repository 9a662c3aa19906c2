-- People whom a profile reached on a day, and who follow it, as the platform tells them for that day alone. A profile
-- has two rows for a day where both are told in different places, each with its own columns.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the profile
network text Network; profile_id text Profile, or Page, id
reach int~ People who saw anything of it on that day; engaged int~ People who did something with it on that day
followers int~ Followers at the end of that day; _synced_at; _page; _line
level: connection_id, date, network, profile_id
*/
SELECT workspace_id, connection_id, platform, account_id, date, network, profile_id, reach, engaged, followers,
  _synced_at, _page, _line
FROM arms.social_people
