-- What profiles did on a day, in the networks themselves and as platforms repeat them. A profile has several rows for
-- a day where its numbers are told in several places, each with some of the measures; platform tells apart what
-- stands here twice. People are counted in social_people, single posts in fact_social_posts; numbers of a day and
-- numbers of posts tell the same things twice, so they are never added.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in that time zone; network text Network, such as tiktok or gmb
profile_id text Profile, or Page, id
views int+ Times that anything of it was played or shown
interactions int+ Likes, saves, comments, shares and replies, less those taken back
likes int+ Likes, or reactions of any kind; comments int+ Comments; shares int+ Shares
saves int+ Saves; replies int+ Replies to stories
clicks int+ Taps on its contact and call-to-action buttons
profile_views int+ Visits of the profile itself
video_views int+ Videos watched; follows int+ New followers; unfollows int+ Lost followers
is_repeated bool Whether a platform repeats here what the network, connected itself, tells too
_synced_at; _page; _line
apart: is_repeated
*/
SELECT workspace_id, connection_id, platform, account_id, time_zone, date, network, profile_id, views, interactions,
  likes, comments, shares, saves, replies, clicks, profile_views, video_views, follows, unfollows, is_repeated,
  _synced_at, _page, _line
FROM arms.fact_social
