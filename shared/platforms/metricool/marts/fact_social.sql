/*
profile_id of its brand
likes on LinkedIn reactions of any kind
clicks on LinkedIn all clicks, on Pinterest those that lead away
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
  workspace_id, connection_id, 'metricool' AS platform, account_id, time_zone, date, network, account_id AS profile_id,
  IF(measure = 'views', number, NULL) AS views, CAST(NULL AS INT64) AS interactions,
  IF(measure = 'likes', number, NULL) AS likes, IF(measure = 'comments', number, NULL) AS comments,
  IF(measure = 'shares', number, NULL) AS shares, IF(measure = 'saves', number, NULL) AS saves,
  CAST(NULL AS INT64) AS replies, IF(measure = 'clicks', number, NULL) AS clicks,
  IF(measure = 'profile_views', number, NULL) AS profile_views,
  IF(measure = 'video_views', number, NULL) AS video_views, IF(measure = 'follows', number, NULL) AS follows,
  IF(measure = 'unfollows', number, NULL) AS unfollows, TRUE AS is_repeated, _synced_at, _page, _line
FROM measures
