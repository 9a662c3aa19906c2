-- it tells only how often its automations were sent in all their life.
WITH told AS (
  -- Earlier releases read automations with the campaigns, for 90 days after their first mail.
  SELECT workspace_id, connection_id, id, type, send_time, emails_sent, opens, clicks, hard_bounces, soft_bounces,
    syntax_errors, unsubscribed, abuse_reports, orders, revenue, currency_code, unique_opens, subscriber_clicks,
    FALSE AS is_lasting, _deleted_at, _synced_at, _page, _line
  FROM history.mailchimp_reports
  WHERE type LIKE 'auto%'
  UNION ALL
  SELECT workspace_id, connection_id, id, type, send_time, emails_sent, opens, clicks, hard_bounces, soft_bounces,
    syntax_errors, unsubscribed, abuse_reports, orders, revenue, currency_code, unique_opens, subscriber_clicks,
    TRUE, _deleted_at, _synced_at, _page, _line
  FROM history.mailchimp_automation_reports
),
gone AS (
  SELECT connection_id, id
  FROM raw.mailchimp_reports
  WHERE _deleted_at IS NOT NULL
  UNION DISTINCT
  SELECT connection_id, id
  FROM raw.mailchimp_automation_reports
  WHERE _deleted_at IS NOT NULL
),
readings AS (
  SELECT h.*, SAFE.DATE(h._synced_at, COALESCE(z.time_zone, 'UTC')) AS read_on,
    SAFE.DATE(h.send_time, COALESCE(z.time_zone, 'UTC')) AS began_on
  FROM told AS h
  LEFT JOIN gone AS g ON g.connection_id = h.connection_id AND g.id = h.id
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = h.connection_id AND h._synced_at >= z.since AND h._synced_at < z.until
  WHERE h._deleted_at IS NULL AND g.id IS NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY h.connection_id, h.id, read_on ORDER BY h._synced_at DESC, h._page, h._line
  ) = 1
)
SELECT
  workspace_id, connection_id, id AS campaign_id,
  CASE
    -- What was first read on its first day, or on the day after, is of that day.
    WHEN LAG(id) OVER life IS NULL THEN IF(DATE_DIFF(read_on, began_on, DAY) <= 1, read_on, NULL)
    -- Between the last of the 90 days and the first reading by this release nobody read.
    WHEN is_lasting AND NOT LAG(is_lasting) OVER life AND DATE_DIFF(read_on, began_on, DAY) > 90 THEN NULL
    ELSE read_on
  END AS day,
  COALESCE(emails_sent, 0) - COALESCE(LAG(emails_sent) OVER life, 0) AS sends,
  COALESCE(opens, 0) - COALESCE(LAG(opens) OVER life, 0) AS opens,
  COALESCE(clicks, 0) - COALESCE(LAG(clicks) OVER life, 0) AS clicks,
  COALESCE(hard_bounces, 0) - COALESCE(LAG(hard_bounces) OVER life, 0) AS hard_bounces,
  COALESCE(soft_bounces, 0) - COALESCE(LAG(soft_bounces) OVER life, 0) AS soft_bounces,
  COALESCE(syntax_errors, 0) - COALESCE(LAG(syntax_errors) OVER life, 0) AS broken_addresses,
  COALESCE(unsubscribed, 0) - COALESCE(LAG(unsubscribed) OVER life, 0) AS unsubscribes,
  COALESCE(abuse_reports, 0) - COALESCE(LAG(abuse_reports) OVER life, 0) AS complaints,
  COALESCE(orders, 0) - COALESCE(LAG(orders) OVER life, 0) AS orders,
  -- What was told in dollars is not taken from what is told in euros.
  IF(currency_code != LAG(currency_code) OVER life, NULL, COALESCE(revenue, 0) - COALESCE(LAG(revenue) OVER life, 0))
    AS revenue,
  currency_code AS currency,
  COALESCE(unique_opens, 0) - COALESCE(LAG(unique_opens) OVER life, 0) AS mails_opened,
  COALESCE(subscriber_clicks, 0) - COALESCE(LAG(subscriber_clicks) OVER life, 0) AS mails_clicked,
  _synced_at, _page, _line
FROM readings
WINDOW life AS (PARTITION BY connection_id, id ORDER BY _synced_at, _page, _line)
