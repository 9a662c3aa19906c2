SELECT n.workspace_id, n.connection_id, 'mailchimp' AS platform, n.list_id, e.kind, n.day, e.events,
  n._synced_at, n._page, n._line
FROM raw.mailchimp_list_activity AS n, UNNEST([
  STRUCT('joined' AS kind, COALESCE(n.subs, 0) + COALESCE(n.other_adds, 0) AS events),
  STRUCT('left' AS kind, COALESCE(n.unsubs, 0) + COALESCE(n.other_removes, 0) AS events)
]) AS e
WHERE n._deleted_at IS NULL AND e.events != 0
