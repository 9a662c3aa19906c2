-- What a profile did on a day (Instagram and Facebook Pages). People are counted in social_people, single posts in
-- fact_social_posts; numbers of a day and numbers of posts tell the same things twice, so they are never added.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in that time zone; network text instagram or facebook; profile_id text Profile, or Page, id
views int+ Times that anything of it was played or shown
interactions int+ Likes, saves, comments, shares and replies, less those taken back (on Facebook clicks, too)
likes int+ Likes; comments int+ Comments; shares int+ Shares; saves int+ Saves; replies int+ Replies to stories
clicks int+ Taps on its contact and call-to-action buttons; profile_views int+ Visits of the profile itself
video_views int+ Videos watched; follows int+ New followers; unfollows int+ Lost followers
_synced_at; _page; _line
*/
SELECT
  workspace_id, connection_id, 'instagram' AS platform, account_id, account_zone AS time_zone, date,
  'instagram' AS network, ig AS profile_id, views, total_interactions AS interactions, likes, comments, shares, saves,
  replies, profile_links_taps AS clicks, CAST(NULL AS INT64) AS profile_views, CAST(NULL AS INT64) AS video_views,
  CAST(NULL AS INT64) AS follows, CAST(NULL AS INT64) AS unfollows, _synced_at, _page, _line
FROM raw.instagram_ig_account_insights_totals
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'instagram', account_id, account_zone, date,
  'instagram', ig, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, follows, unfollows, _synced_at, _page, _line
FROM raw.instagram_ig_follows_daily
WHERE _deleted_at IS NULL
UNION ALL
SELECT
  workspace_id, connection_id, 'instagram', account_id, account_zone, date,
  'facebook', account_id, views, engagements, NULL, NULL, NULL, NULL,
  NULL, actions, page_views, video_views, follows, unfollows, _synced_at, _page, _line
FROM raw.instagram_fb_page_insights_daily
WHERE _deleted_at IS NULL
