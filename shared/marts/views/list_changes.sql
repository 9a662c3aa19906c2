-- Who joined and who left a list. What a platform says of a person is how things stand today, so its readings are
-- compared one after another, and what was seen to change keeps its day whatever is said later. A moment that the
-- platform tells counts if it lies between the two readings. A list that is deleted takes nobody away with it.
/*
workspace_id; connection_id; platform; account_id
date date Day, in the time zone that the account had then (empty: before it was known, and not told)
moment time When it was, as the platform tells it (empty: it tells the day alone, or it was seen on that day)
kind text joined or left; list_id text List, where the platform tells which
contact_id text Contact id on the platform, where it tells of people
events int+ How often: one, unless the platform tells the day's number
known_since date Day of the first reading: before it only those are known who were there then (empty: days are told)
_synced_at; _page; _line
*/
WITH readings AS (
  -- Those whom the account added have no date of opting in. Whoever is on hold has not left.
  SELECT workspace_id, connection_id, 'constant_contact' AS platform, CAST(NULL AS STRING) AS list_id, contact_id,
    permission_to_send IN ('explicit', 'implicit', 'temp_hold') AND deleted_at IS NULL AND _deleted_at IS NULL AS is_on,
    permission_to_send IN ('explicit', 'implicit', 'temp_hold', 'unsubscribed') AS ever_on,
    COALESCE(opt_in_date, email_created_at, created_at) AS joined_at,
    IF(permission_to_send = 'unsubscribed', opt_out_date, NULL) AS left_at, deleted_at AS left_on,
    email_updated_at AS changed_at, _synced_at, _page, _line
  FROM history.constant_contact_contacts
  UNION ALL
  -- Who is not confirmed yet has not joined.
  SELECT workspace_id, connection_id, 'emailoctopus', list_id, id, status = 'subscribed' AND _deleted_at IS NULL,
    status IN ('subscribed', 'unsubscribed'), created_at, IF(status = 'unsubscribed', last_updated_at, NULL), NULL,
    last_updated_at, _synced_at, _page, _line
  FROM history.emailoctopus_contacts
  UNION ALL
  -- It tells when somebody joined the last time: whoever did so between two readings had left before.
  SELECT n.workspace_id, n.connection_id, 'klaviyo', n.list_id, n.profile_id, n._deleted_at IS NULL, TRUE,
    n.joined_group_at, IF(n._deleted_at IS NULL, n.joined_group_at, NULL), NULL, NULL, n._synced_at, n._page, n._line
  FROM history.klaviyo_list_members AS n
  LEFT JOIN raw.klaviyo_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
  WHERE NOT (n._deleted_at IS NOT NULL AND l._deleted_at IS NOT NULL AND l._synced_at < n._deleted_at)
),
compared AS (
  SELECT *,
    COALESCE(LAG(is_on) OVER life, FALSE) AS was_on,
    LAG(_synced_at) OVER life AS read_before,
    MIN(_synced_at) OVER (PARTITION BY platform, connection_id, list_id) AS watched_from
  FROM readings
  WINDOW life AS (
    PARTITION BY platform, connection_id, list_id, contact_id ORDER BY _synced_at, _page, _line
  )
),
between_two AS (
  -- Moments that the reading before could have told of are none of this change.
  SELECT * EXCEPT (joined_at, left_at, changed_at),
    IF(read_before >= joined_at, NULL, joined_at) AS joined_at,
    IF(read_before >= left_at, NULL, left_at) AS left_at,
    IF(read_before >= changed_at, NULL, changed_at) AS changed_at
  FROM compared
),
seen AS (
  SELECT c.*, e.kind, e.moment, e.day
  FROM between_two AS c, UNNEST([
    STRUCT('joined' AS kind, COALESCE(joined_at, IF(read_before IS NULL, NULL, changed_at)) AS moment,
      CAST(NULL AS DATE) AS day, is_on AND NOT was_on AS is_seen),
    STRUCT('left' AS kind, IF(left_at IS NULL AND left_on IS NULL, changed_at, left_at) AS moment,
      IF(left_at IS NULL, left_on, NULL) AS day, was_on AND NOT COALESCE(is_on, FALSE) AS is_seen)
  ]) AS e
  WHERE e.is_seen
    OR (was_on AND is_on AND left_at IS NOT NULL)
    -- Of whom the first reading tells that they had come and gone.
    OR (
      read_before IS NULL AND ever_on AND NOT is_on AND joined_at IS NOT NULL
      AND (left_at IS NOT NULL OR left_on IS NOT NULL)
    )
),
told AS (
  SELECT workspace_id, connection_id, platform, list_id, contact_id, kind, moment, day, 1 AS events,
    read_before, watched_from, _synced_at, _page, _line
  FROM seen
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'mailchimp', n.list_id, NULL, e.kind, NULL, n.day, e.events,
    NULL, NULL, n._synced_at, n._page, n._line
  FROM raw.mailchimp_list_activity AS n, UNNEST([
    STRUCT('joined' AS kind, COALESCE(n.subs, 0) + COALESCE(n.other_adds, 0) AS events),
    STRUCT('left' AS kind, COALESCE(n.unsubs, 0) + COALESCE(n.other_removes, 0) AS events)
  ]) AS e
  WHERE n._deleted_at IS NULL AND e.events != 0
),
dated AS (
  SELECT t.*, a.account_id,
    SAFE.DATE(t.moment, COALESCE(z.time_zone, a.time_zone, 'UTC')) AS told_on,
    SAFE.DATE(t._synced_at, COALESCE(z.time_zone, a.time_zone, 'UTC')) AS seen_on,
    SAFE.DATE(t.watched_from, COALESCE(w.time_zone, a.time_zone, 'UTC')) AS known_since
  FROM told AS t
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = t.connection_id
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = t.connection_id
      AND COALESCE(t.moment, t._synced_at) >= z.since AND COALESCE(t.moment, t._synced_at) < z.until
  LEFT JOIN marts.email_account_zones AS w
    ON w.connection_id = t.connection_id AND t.watched_from >= w.since AND t.watched_from < w.until
)
SELECT
  workspace_id, connection_id, platform, account_id,
  COALESCE(day, told_on, IF(read_before IS NULL AND seen_on = known_since, NULL, seen_on)) AS date,
  moment, kind, list_id, contact_id, events, known_since, _synced_at, _page, _line
FROM dated
