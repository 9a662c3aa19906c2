SELECT workspace_id, connection_id, 'instagram' AS platform, id AS account_id, name AS account_name,
  -- Meta ends every day of a Page at midnight in California.
  'America/Los_Angeles' AS time_zone, CAST(NULL AS STRING) AS currency, _synced_at, _page, _line
FROM raw.instagram_fb_pages
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY day DESC) = 1
