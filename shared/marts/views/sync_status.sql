-- What each run read, stream by stream: how fresh it is, which time it covers, and what proves it. Day by day the same
-- stands in coverage_by_day.
/*
workspace_id; connection_id; platform; account_id; stream text Stream; source_table text Table of current rows
day date Day of the run (UTC); is_newest bool Whether no later run read this stream
state text completed, failed or partly
reason text Why it ran: schedule, operator, backfill and so on
rows_read int+ Rows that were read; pages int+ Pages; calls int+ Calls to the platform
proof text What the platform's own figures say: equal, equal so far (not all was read), differs by, or not given
records_told int~ Records that the platform says there are, where it tells
records_read int~ Records that were read of these
covers_from time Beginning of the newest days that were read without a gap, for streams read by days
covers_until time End of them, or the beginning of the run where the last of them was under way
problem text What went wrong, in a sentence; whose_move text Who must act
finished_at time When the run ended
hours_old float~ Hours since the end of what is covered, or since the last whole reading of streams not read by days
run_id text Run; _synced_at; _page; _line
level: connection_id, stream, run_id
*/
SELECT
  workspace_id, connection_id, platform, account_id, stream, source_table, day,
  ROW_NUMBER() OVER (PARTITION BY connection_id, stream ORDER BY started_at DESC, run_id) = 1 AS is_newest,
  state, reason, rows_read, pages, calls,
  IF(state != 'completed' AND proof = 'equal', 'equal so far', proof) AS proof,
  records_told, records_read, covers_from, covers_until,
  problem, whose_move, finished_at,
  TIMESTAMP_DIFF(
    CURRENT_TIMESTAMP(),
    COALESCE(
      MAX(covers_until) OVER (PARTITION BY connection_id, stream),
      MAX(IF(state = 'completed' AND reason NOT IN ('backfill', 'replay'), started_at, NULL))
        OVER (PARTITION BY connection_id, stream)
    ), SECOND
  ) / 3600 AS hours_old,
  run_id, _synced_at, _page, _line
FROM raw.tributary_runs
