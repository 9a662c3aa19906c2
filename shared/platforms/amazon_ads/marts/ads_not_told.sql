-- campaigns of the old Sponsored Brands.
SELECT workspace_id, connection_id, 'amazon_ads' AS platform, account_id, campaign_id, name AS campaign_name,
  state AS status, start_date AS starts_on, end_date AS ends_on, budget, budget_type, account_currency AS currency,
  _synced_at, _page, _line
FROM raw.amazon_ads_sb_campaigns
WHERE _deleted_at IS NULL AND is_multi_ad_groups_enabled IS FALSE
