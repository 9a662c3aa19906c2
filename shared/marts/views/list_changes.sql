-- Who joined and who left a list. What a platform says of a person is how things stand today, so its readings are
-- compared one after another, and what was seen to change keeps its day whatever is said later. A moment that the
-- platform tells counts if it lies between the two readings. A list that is deleted takes nobody away with it.
-- A row is about one person, so it is never published.
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
  SELECT workspace_id, connection_id, platform, list_id, contact_id, is_on, ever_on, joined_at, left_at, left_on,
    changed_at,
    _synced_at, _page, _line
  FROM arms.list_readings
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
-- Some tell days instead of people.
told_by_day AS (
  SELECT workspace_id, connection_id, platform, list_id, kind, day, events, _synced_at, _page, _line
  FROM arms.list_changes
),
told AS (
  SELECT workspace_id, connection_id, platform, list_id, contact_id, kind, moment, day, 1 AS events,
    read_before, watched_from, _synced_at, _page, _line
  FROM seen
  UNION ALL
  SELECT workspace_id, connection_id, platform, list_id, NULL, kind, NULL, day, events, NULL, NULL,
    _synced_at, _page, _line
  FROM told_by_day
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
