-- What posts have gathered by the time they were last looked at: a row for each post, by the day it was published.
-- People are counted in social_post_people. The same post stands here twice where a network is connected itself and
-- through another platform, too; platform tells them apart.
/*
workspace_id; connection_id; platform; account_id
date date Day on which it was published, in the time zone of the workspace
network text Network; post_id text Post id; kind text Kind of post; published_at time When it was published
permalink text Address; text text Its text
views int+ Times played or shown; impressions int+ Times shown; likes int+ Likes, or reactions of any kind
comments int+ Comments and replies; shares int+ Shares and reposts; saves int+ Saves; clicks float+ Clicks
video_views int+ Views of its video; _synced_at; _page; _line
level: connection_id, network, post_id
apart: platform
*/
SELECT workspace_id, connection_id, platform, account_id, date, network, post_id, kind, published_at, permalink, text,
  views, impressions, likes, comments, shares, saves, clicks, video_views,
  _synced_at, _page, _line
FROM arms.fact_social_posts
