-- Campaigns of ads and of mailings, with the newest name that is known. One that its list no longer shows stays here,
-- and so does one that only the numbers name, so that what was spent keeps its name.
/*
workspace_id; connection_id; platform; kind text ads, email or automation; campaign_id
name text Name of the campaign; subject text Subject of the mail, where it has one
type text Kind of campaign, as the platform calls it; status text Status, as the platform calls it
starts_on date First day, or day of sending, where told, in the time zone of the account
ends_on date Last day, where told, in the time zone of the account
is_gone bool Whether the platform's list no longer shows it, or never did
_synced_at; _page; _line
level: connection_id, kind, campaign_id
*/
WITH listed AS (
  SELECT workspace_id, connection_id, platform, kind, campaign_id, name, subject, type, status, starts_on, ends_on,
    sent_at, is_gone,
    _synced_at, _page, _line
  FROM arms.dim_campaigns
),
in_numbers AS (
  SELECT workspace_id, connection_id, platform, kind, campaign_id, name, type, status, date,
    _synced_at, _page, _line
  FROM arms.campaigns_in_numbers
),
known AS (
  -- What is told as a moment is of the day that the account had then.
  SELECT l.* EXCEPT (starts_on, sent_at),
    COALESCE(l.starts_on, SAFE.DATE(l.sent_at, z.time_zone), DATE(l.sent_at)) AS starts_on,
    1 AS place, CAST(NULL AS DATE) AS told_for
  FROM listed AS l
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = l.connection_id AND l.sent_at >= z.since AND l.sent_at < z.until
  UNION ALL
  SELECT workspace_id, connection_id, platform, kind, campaign_id, name, NULL, type, status, NULL, TRUE,
    _synced_at, _page, _line, NULL, 2, date
  FROM in_numbers
)
SELECT
  workspace_id, connection_id, platform, kind, campaign_id, name, subject, type, status, starts_on, ends_on, is_gone,
  _synced_at, _page, _line
FROM known
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, kind, campaign_id ORDER BY place, told_for DESC, _synced_at DESC, _page, _line
) = 1
