-- After how many days the numbers of an account stand still, by what its own past shows. Only days that were read from
-- their beginning count, and of these only what happened since.
/*
workspace_id; connection_id; platform; account_id; metric text Measure
days_after int Days after the day itself
known_share float~ How much of what is known today was known that many days after the day itself
settled_after int~ From so many days on the number stayed within a hundredth of what it is today, for this account
days_watched int~ Days that this follows from
*/
WITH watched AS (
  SELECT workspace_id, connection_id, platform, account_id, metric, date, item_id, days_after, change
  FROM marts.metric_history
  WHERE TRUE
  QUALIFY MIN(days_after) OVER (PARTITION BY connection_id, metric, date, item_id) <= 2
),
moves AS (
  SELECT workspace_id, connection_id, platform, account_id, metric, GREATEST(days_after, 0) AS after,
    SUM(change) AS moved
  FROM watched
  GROUP BY workspace_id, connection_id, platform, account_id, metric, after
),
shares AS (
  SELECT workspace_id, connection_id, platform, account_id, metric, after AS days_after,
    SAFE_DIVIDE(
      SUM(moved) OVER (PARTITION BY connection_id, metric ORDER BY after),
      SUM(moved) OVER (PARTITION BY connection_id, metric)
    ) AS known_share
  FROM moves
),
next_days AS (
  SELECT *, LEAD(days_after) OVER (PARTITION BY connection_id, metric ORDER BY days_after) AS next_move
  FROM shares
),
spans AS (
  SELECT connection_id, metric, COUNT(DISTINCT date) AS days_watched
  FROM watched
  GROUP BY connection_id, metric
)
SELECT
  s.workspace_id, s.connection_id, s.platform, s.account_id, s.metric, s.days_after, s.known_share,
  COALESCE(
    MAX(IF(ABS(s.known_share - 1) > 0.01, s.next_move, NULL)) OVER (PARTITION BY s.connection_id, s.metric),
    MIN(s.days_after) OVER (PARTITION BY s.connection_id, s.metric)
  ) AS settled_after,
  d.days_watched
FROM next_days AS s
JOIN spans AS d ON d.connection_id = s.connection_id AND d.metric = s.metric
