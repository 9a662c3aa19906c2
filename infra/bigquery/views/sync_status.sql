-- What was read, stream by stream and day by day: how fresh it is, which days it covers, and what proves it.
/*
workspace_id; connection_id; platform; account_id; stream text Stream; source_table text Table of current rows
day date Day of the run (UTC); is_newest bool Whether no later run read this stream
state text completed, failed or partly
reason text Why it ran: scheduled, operator, backfill and so on
rows_read int+ Rows that were read; pages int+ Pages; calls int+ Calls to the platform
proof text What the platform's own figures say: equal, differs by, or not given
records_told int~ Records that the platform says there are, where it tells
records_read int~ Records that were read of these
covers_from time Beginning of the time that was read, for streams read by days
covers_until time End of that time; problem text What went wrong, in a sentence; whose_move text Who must act
finished_at time When the run ended; hours_old float~ Hours since the last run that completed this stream
run_id text Run; _synced_at; _page; _line
*/
SELECT
  workspace_id, connection_id, platform, account_id, stream, source_table, day,
  ROW_NUMBER() OVER (PARTITION BY connection_id, stream ORDER BY started_at DESC, run_id) = 1 AS is_newest,
  state, reason, rows_read, pages, calls, proof, records_told, records_read, covers_from, covers_until,
  problem, whose_move, finished_at,
  TIMESTAMP_DIFF(
    CURRENT_TIMESTAMP(),
    MAX(IF(state = 'completed', finished_at, NULL)) OVER (PARTITION BY connection_id, stream), SECOND
  ) / 3600 AS hours_old,
  run_id, _synced_at, _page, _line
FROM raw.tributary_runs
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id, stream, day ORDER BY started_at DESC, run_id) = 1
