-- After how many days the numbers of an account stand still, by what its own past shows. Only days that were read from
-- their beginning count, and only once they are older than its platform goes on counting: until then there is nothing
-- to say, and one row without a share says so. What moves between campaigns moves, although their sum stands still.
/*
workspace_id; connection_id; platform; account_id; metric text Measure
days_after int Days after the day itself (empty: nothing is known yet)
known_share float~ How much of what is known today was known, campaign by campaign, that many days after the day itself
settled_after int~ From so many days on the numbers stayed within a hundredth of what they are today, for this account
days_watched int~ Days that this follows from
level: connection_id, metric, days_after
*/
WITH counting AS (
  -- How long each is read again: nothing is told to move after that.
  SELECT platform, look_back
  FROM UNNEST(@read_again)
),
readings AS (
  SELECT *,
    MIN(days_after) OVER (PARTITION BY connection_id, date) AS first_after,
    MAX(DATE_ADD(date, INTERVAL days_after DAY)) OVER (PARTITION BY connection_id) AS read_until,
    SUM(IF(change IS NULL, 1, 0)) OVER (PARTITION BY connection_id, metric, date, COALESCE(item_id, '')) AS breaks,
    FIRST_VALUE(value) OVER (
      PARTITION BY connection_id, metric, date, COALESCE(item_id, '') ORDER BY read_at DESC, _page DESC, _line DESC
    ) AS final
  FROM marts.metric_history
),
watched AS (
  SELECT r.*, GREATEST(r.days_after, 0) AS after,
    -- By how much this reading was nearer to the last one than the reading before.
    ABS(r.final - COALESCE(r.value_before, 0)) - ABS(r.final - r.value) AS nearer
  FROM readings AS r
  JOIN counting AS c ON c.platform = r.platform
  WHERE r.first_after <= 2 AND r.breaks = 0 AND DATE_DIFF(r.read_until, r.date, DAY) >= c.look_back
),
moves AS (
  SELECT connection_id, metric, after, SUM(nearer) AS nearer
  FROM watched
  GROUP BY connection_id, metric, after
),
shares AS (
  SELECT connection_id, metric, after AS days_after,
    SAFE_DIVIDE(
      SUM(nearer) OVER (PARTITION BY connection_id, metric ORDER BY after),
      SUM(nearer) OVER (PARTITION BY connection_id, metric)
    ) AS known_share,
    LEAD(after) OVER (PARTITION BY connection_id, metric ORDER BY after) AS next_move
  FROM moves
),
spans AS (
  SELECT connection_id, metric, COUNT(DISTINCT date) AS days_watched
  FROM watched
  GROUP BY connection_id, metric
),
measures AS (
  SELECT DISTINCT workspace_id, connection_id, platform, account_id, metric
  FROM marts.metric_history
)
SELECT
  m.workspace_id, m.connection_id, m.platform, m.account_id, m.metric, s.days_after, s.known_share,
  COALESCE(
    MAX(IF(ABS(s.known_share - 1) > 0.01, s.next_move, NULL)) OVER (PARTITION BY m.connection_id, m.metric),
    MIN(s.days_after) OVER (PARTITION BY m.connection_id, m.metric)
  ) AS settled_after,
  COALESCE(d.days_watched, 0) AS days_watched
FROM measures AS m
LEFT JOIN shares AS s ON s.connection_id = m.connection_id AND s.metric = m.metric
LEFT JOIN spans AS d ON d.connection_id = m.connection_id AND d.metric = m.metric
