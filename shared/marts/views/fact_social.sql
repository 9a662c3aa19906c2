-- What profiles did on a day: Instagram and Facebook Pages, and the networks that Metricool repeats. A profile has
-- several rows for a day where its numbers are told in several places, each with some of the measures; platform tells
-- apart what stands here twice. People are counted in social_people, single posts in fact_social_posts; numbers of a
-- day and numbers of posts tell the same things twice, so they are never added.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in that time zone; network text Network, such as instagram or gmb
profile_id text Profile, or Page, id (of Metricool the brand's)
views int+ Times that anything of it was played or shown
interactions int+ Likes, saves, comments, shares and replies, less those taken back (on Facebook clicks, too)
likes int+ Likes, on Facebook and LinkedIn reactions of any kind; comments int+ Comments; shares int+ Shares
saves int+ Saves; replies int+ Replies to stories
clicks int+ Taps on its contact and call-to-action buttons, on LinkedIn all clicks, on Pinterest those that lead away
profile_views int+ Visits of the profile itself
video_views int+ Videos watched; follows int+ New followers; unfollows int+ Lost followers
_synced_at; _page; _line
*/
WITH series AS (
  -- Of all that Metricool tells by day, what happened to the profile on that day and may be added up by Metricool's own
  -- list; no sums over its posts, which it dates otherwise.
  SELECT workspace_id, connection_id, account_id, time_zone, date, network, metric,
    CASE CONCAT(network, ' ', subject, ' ', metric)
      WHEN 'instagram account views' THEN 'views'
      WHEN 'instagram account profile_views' THEN 'profile_views'
      WHEN 'instagram account clicks_total' THEN 'clicks'
      -- Page media views take the place of page impressions.
      WHEN 'facebook account page_media_view' THEN 'views'
      WHEN 'facebook account pageImpressions' THEN 'views'
      WHEN 'facebook account page_actions_post_reactions_total' THEN 'likes'
      WHEN 'facebook account pageViews' THEN 'profile_views'
      WHEN 'facebook account page_daily_follows_unique' THEN 'follows'
      WHEN 'facebook account page_daily_unfollows_unique' THEN 'unfollows'
      WHEN 'tiktok account video_views' THEN 'video_views'
      WHEN 'tiktok account profile_views' THEN 'profile_views'
      WHEN 'tiktok account likes' THEN 'likes'
      WHEN 'tiktok account comments' THEN 'comments'
      WHEN 'tiktok account shares' THEN 'shares'
      -- A company has the first of each two, a person the second.
      WHEN 'linkedin account impressionCount' THEN 'views'
      WHEN 'linkedin account impression' THEN 'views'
      WHEN 'linkedin account likeCount' THEN 'likes'
      WHEN 'linkedin account reaction' THEN 'likes'
      WHEN 'linkedin account commentCount' THEN 'comments'
      WHEN 'linkedin account comment' THEN 'comments'
      WHEN 'linkedin account shareCount' THEN 'shares'
      WHEN 'linkedin account reshare' THEN 'shares'
      WHEN 'linkedin account clickCount' THEN 'clicks'
      WHEN 'youtube account views' THEN 'video_views'
      WHEN 'youtube account subscribersGained' THEN 'follows'
      WHEN 'youtube account subscribersLost' THEN 'unfollows'
      WHEN 'pinterest account IMPRESSION' THEN 'views'
      WHEN 'pinterest account SAVE' THEN 'saves'
      WHEN 'pinterest account OUTBOUND_CLICK' THEN 'clicks'
      WHEN 'bluesky account follow_event' THEN 'follows'
      WHEN 'bluesky account unfollow_event' THEN 'unfollows'
      WHEN 'gmb business business_impressions_total' THEN 'views'
      -- Of the web site, for a call, for the way there. Messages, bookings and orders are another total.
      WHEN 'gmb business clicks_total' THEN 'clicks'
    END AS measure,
    SAFE_CAST(value AS INT64) AS number, _synced_at, _page, _line
  FROM marts.social_series
  WHERE aggregation = 'sum'
  -- A metric may come back under another name than before: then its days stand there under both.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY connection_id, network, subject, metric, date ORDER BY _synced_at DESC, series
  ) = 1
),
measures AS (
  SELECT workspace_id, connection_id, account_id, time_zone, date, network, measure, number, _synced_at, _page, _line
  FROM series
  WHERE measure IS NOT NULL AND number IS NOT NULL
  -- One thing that two metrics tell of a day counts once.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY connection_id, network, date, measure ORDER BY IF(metric = 'pageImpressions', 1, 0), metric
  ) = 1
)
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
UNION ALL
SELECT
  workspace_id, connection_id, 'metricool', account_id, time_zone, date, network, account_id,
  IF(measure = 'views', number, NULL), NULL, IF(measure = 'likes', number, NULL),
  IF(measure = 'comments', number, NULL), IF(measure = 'shares', number, NULL), IF(measure = 'saves', number, NULL),
  NULL, IF(measure = 'clicks', number, NULL), IF(measure = 'profile_views', number, NULL),
  IF(measure = 'video_views', number, NULL), IF(measure = 'follows', number, NULL),
  IF(measure = 'unfollows', number, NULL), _synced_at, _page, _line
FROM measures
