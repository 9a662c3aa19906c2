SELECT n.workspace_id, n.connection_id, 'klaviyo' AS platform, n.list_id, n.profile_id AS contact_id,
  n._deleted_at IS NULL AS is_on, TRUE AS ever_on, n.joined_group_at AS joined_at,
  -- It tells when somebody joined the last time: whoever did so between two readings had left before.
  IF(n._deleted_at IS NULL, n.joined_group_at, NULL) AS left_at, CAST(NULL AS DATE) AS left_on,
  CAST(NULL AS TIMESTAMP) AS changed_at, n._synced_at, n._page, n._line
FROM history.klaviyo_list_members AS n
LEFT JOIN raw.klaviyo_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
WHERE NOT (n._deleted_at IS NOT NULL AND l._deleted_at IS NOT NULL AND l._synced_at < n._deleted_at)
