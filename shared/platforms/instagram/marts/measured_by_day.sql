SELECT source_table
FROM UNNEST([
  'instagram_ig_account_insights_totals', 'instagram_ig_follows_daily', 'instagram_fb_page_insights_daily'
]) AS source_table
