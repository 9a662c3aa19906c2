-- The time zones that accounts which send mail have had, as far as it was seen and their platform tells one. What was
-- sent or opened is of the day that the account had at that moment, so a zone that changes moves nothing of the past.
/*
workspace_id; connection_id
time_zone text Time zone that the account had
since time When it was first seen to have it (the first one that was seen: the beginning of 1900)
until time When it was seen to have another (the one that it has still: the beginning of 2200)
_synced_at; _page; _line
level: connection_id, since
*/
WITH told AS (
  SELECT workspace_id, connection_id, time_zone, _deleted_at, _synced_at, _page, _line
  FROM arms.email_account_zones
),
changes AS (
  SELECT workspace_id, connection_id, time_zone, _synced_at, _page, _line
  FROM told
  -- A name that BigQuery does not know says nothing: the zone before it goes on.
  WHERE _deleted_at IS NULL AND REGEXP_CONTAINS(time_zone, r'^[A-Za-z]')
    AND SAFE.DATE(TIMESTAMP '2026-01-01 00:00:00+00', time_zone) IS NOT NULL
  QUALIFY COALESCE(time_zone != LAG(time_zone) OVER seen, TRUE)
  WINDOW seen AS (PARTITION BY connection_id ORDER BY _synced_at, _page, _line)
)
SELECT
  workspace_id, connection_id, time_zone,
  IF(LAG(_synced_at) OVER seen IS NULL, TIMESTAMP '1900-01-01 00:00:00+00', _synced_at) AS since,
  COALESCE(LEAD(_synced_at) OVER seen, TIMESTAMP '2200-01-01 00:00:00+00') AS until,
  _synced_at, _page, _line
FROM changes
WINDOW seen AS (PARTITION BY connection_id ORDER BY _synced_at, _page, _line)
