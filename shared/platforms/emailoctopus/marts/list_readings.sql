SELECT workspace_id, connection_id, 'emailoctopus' AS platform, list_id, id AS contact_id,
  -- Who is not confirmed yet has not joined.
  status = 'subscribed' AND _deleted_at IS NULL AS is_on, status IN ('subscribed', 'unsubscribed') AS ever_on,
  created_at AS joined_at, IF(status = 'unsubscribed', last_updated_at, NULL) AS left_at,
  CAST(NULL AS DATE) AS left_on, last_updated_at AS changed_at, _synced_at, _page, _line
FROM history.emailoctopus_contacts
