-- Which days of which stream were read, from the first to the last that was, as the newest reading of each has it. Of
-- streams that are read by days; what the others cover stands in sync_status.
/*
workspace_id; connection_id; platform; account_id; stream text Stream; source_table text Table of current rows
date date Day, in the time zone of the account
state text read, proved (the platform's own figures agree), differs (they do not), under way, or missing
read_at time When the run began that read it last (empty: it is missing); run_id text That run; _synced_at; _page; _line
level: connection_id, date, stream
*/
WITH stretches AS (
  SELECT r.workspace_id, r.connection_id, r.platform, r.account_id, r.stream, r.source_table, r.account_zone,
    r.started_at, r.run_id, SAFE_CAST(JSON_VALUE(s, '$.first') AS DATE) AS first_day,
    SAFE_CAST(JSON_VALUE(s, '$.last') AS DATE) AS last_day, JSON_VALUE(s, '$.proof') AS proof,
    r._synced_at, r._page, r._line
  FROM raw.tributary_runs AS r, UNNEST(JSON_QUERY_ARRAY(r.days)) AS s
  WHERE r._deleted_at IS NULL
),
readings AS (
  SELECT s.*, day
  FROM stretches AS s, UNNEST(GENERATE_DATE_ARRAY(s.first_day, s.last_day)) AS day
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY s.connection_id, s.stream, day ORDER BY s.started_at DESC, s.run_id, s.first_day
  ) = 1
),
spans AS (
  SELECT workspace_id, connection_id, platform, account_id, stream, source_table,
    MIN(first_day) AS first_day, MAX(last_day) AS last_day
  FROM stretches
  GROUP BY workspace_id, connection_id, platform, account_id, stream, source_table
),
days AS (
  SELECT s.*, day
  FROM spans AS s, UNNEST(GENERATE_DATE_ARRAY(s.first_day, s.last_day)) AS day
)
SELECT
  d.workspace_id, d.connection_id, d.platform, d.account_id, d.stream, d.source_table, d.day AS date,
  CASE
    WHEN r.day IS NULL THEN 'missing'
    WHEN COALESCE(SAFE.DATE(r.started_at, r.account_zone) <= d.day, FALSE) THEN 'under way'
    WHEN r.proof = 'equal' THEN 'proved'
    WHEN r.proof = 'differs' THEN 'differs'
    ELSE 'read'
  END AS state,
  r.started_at AS read_at, r.run_id, r._synced_at, r._page, r._line
FROM days AS d
LEFT JOIN readings AS r ON r.connection_id = d.connection_id AND r.stream = d.stream AND r.day = d.day
