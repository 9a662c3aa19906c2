-- Accounts that are connected, as their platforms describe them.
/*
workspace_id; connection_id; platform; account_id; account_name text Name of the account
time_zone text Time zone in which its days are counted here, UTC where the platform tells none that is known
currency text Currency of its money, where the platform names one for the account; _synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, 'google_ads' AS platform, account_id, name AS account_name, time_zone, currency,
    _synced_at, _page, _line
  FROM raw.google_ads_account
  UNION ALL
  SELECT workspace_id, connection_id, 'meta_ads', account_id, name, timezone_name, currency, _synced_at, _page, _line
  FROM raw.meta_ads_ad_account
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', profile_id, account_name, timezone, currency_code,
    _synced_at, _page, _line
  FROM raw.amazon_ads_profiles
  UNION ALL
  SELECT workspace_id, connection_id, 'google_analytics', account_id, title, time_zone, currency,
    _synced_at, _page, _line
  FROM raw.google_analytics_properties
  UNION ALL
  SELECT workspace_id, connection_id, 'shopify', shop_id, name, zone, currency, _synced_at, _page, _line
  FROM raw.shopify_shop
  UNION ALL
  SELECT workspace_id, connection_id, 'klaviyo', id, organization_name, timezone, preferred_currency,
    _synced_at, _page, _line
  FROM raw.klaviyo_account
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', account_id, account_name, account_timezone, CAST(NULL AS STRING),
    _synced_at, _page, _line
  FROM raw.mailchimp_account
  UNION ALL
  SELECT workspace_id, connection_id, 'constant_contact', encoded_account_id, organization_name, time_zone_id,
    CAST(NULL AS STRING), _synced_at, _page, _line
  FROM raw.constant_contact_account
  UNION ALL
  -- EmailOctopus does not say whose key it is; its oldest list stands for the account.
  SELECT workspace_id, connection_id, 'emailoctopus', id, name, 'UTC', CAST(NULL AS STRING), _synced_at, _page, _line
  FROM raw.emailoctopus_lists
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY created_at, id) = 1
  UNION ALL
  -- Meta ends every day of a Page at midnight in California.
  SELECT workspace_id, connection_id, 'instagram', id, name, 'America/Los_Angeles', CAST(NULL AS STRING),
    _synced_at, _page, _line
  FROM raw.instagram_fb_pages
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY day DESC) = 1
  UNION ALL
  SELECT workspace_id, connection_id, 'metricool', account_id, label, account_zone, CAST(NULL AS STRING),
    _synced_at, _page, _line
  FROM raw.metricool_brands
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY day DESC) = 1
)
SELECT
  workspace_id, connection_id, platform, account_id, account_name,
  -- A name that BigQuery does not know would fail every view that asks for a day there.
  IF(
    REGEXP_CONTAINS(time_zone, r'^[A-Za-z]') AND SAFE.DATE(TIMESTAMP '2026-01-01 00:00:00+00', time_zone) IS NOT NULL,
    time_zone, 'UTC'
  ) AS time_zone,
  currency, _synced_at, _page, _line
FROM told
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY _synced_at DESC, account_id) = 1
