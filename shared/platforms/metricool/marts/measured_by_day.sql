SELECT source_table
FROM UNNEST([
  'metricool_instagram_timelines', 'metricool_facebook_timelines', 'metricool_tiktok_timelines',
  'metricool_linkedin_timelines', 'metricool_youtube_timelines', 'metricool_twitter_timelines',
  'metricool_pinterest_timelines', 'metricool_threads_timelines', 'metricool_bluesky_timelines',
  'metricool_gmb_timelines'
]) AS source_table
