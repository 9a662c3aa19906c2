-- People who saw a post by the time it was last looked at, as the network tells them for that post alone.
/*
workspace_id; connection_id; platform; network text Network; post_id text Post id
reach int~ People who saw it at least once; _synced_at; _page; _line
level: connection_id, network, post_id
*/
SELECT workspace_id, connection_id, platform, network, post_id, reach, _synced_at, _page, _line
FROM arms.social_post_people
