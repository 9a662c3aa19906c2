SELECT CONCAT('metricool_', network, '_timelines') AS source_table
FROM UNNEST([
  'instagram', 'facebook', 'tiktok', 'linkedin', 'youtube', 'twitter', 'pinterest', 'threads', 'bluesky', 'gmb'
]) AS network
