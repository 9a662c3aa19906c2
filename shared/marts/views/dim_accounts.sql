-- Accounts that are connected, as their platforms describe them.
/*
workspace_id; connection_id; platform; account_id; account_name text Name of the account
time_zone text Time zone in which its days are counted here, UTC where the platform tells none that is known
currency text Currency of its money, where the platform names one for the account; _synced_at; _page; _line
level: connection_id
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, account_id, account_name, time_zone, currency,
    _synced_at, _page, _line
  FROM arms.dim_accounts
)
SELECT
  workspace_id, connection_id, platform, account_id, account_name,
  -- A name that BigQuery does not know would fail every view that asks for a day there.
  IF(
    REGEXP_CONTAINS(time_zone, r'^[A-Za-z]') AND SAFE.DATE(TIMESTAMP '2026-01-01 00:00:00+00', time_zone) IS NOT NULL,
    time_zone, 'UTC'
  ) AS time_zone,
  currency, _synced_at, _page, _line
FROM told
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id ORDER BY _synced_at DESC, account_id) = 1
