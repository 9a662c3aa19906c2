SELECT workspace_id, connection_id, 'klaviyo' AS platform, 'klaviyo_profiles' AS told_in, id AS record_id,
  CAST(NULL AS STRING) AS list_id, email, email_consent AS status,
  -- That nothing is suppressed is not yet consent.
  email_consent = 'SUBSCRIBED' AND can_receive_email AS is_subscribed, created AS since,
  CAST(NULL AS INT64) AS orders, CAST(NULL AS NUMERIC) AS spent, CAST(NULL AS STRING) AS currency,
  FALSE AS is_customer, _synced_at, _page, _line
FROM raw.klaviyo_profiles
WHERE _deleted_at IS NULL
