-- mails of automations are as email_automation_readings tells them.
/*
revenue less shipping and tax
*/
WITH families AS (
  -- Parts of a test or of an RSS campaign may be told beside the whole, or instead of it.
  SELECT r.*, c.parent_campaign_id IS NOT NULL AS is_part,
    MAX(IF(c.parent_campaign_id IS NULL AND r.type IN ('variate', 'absplit', 'rss'), r.emails_sent, NULL)) OVER family
      AS sends_of_whole,
    SUM(IF(c.parent_campaign_id IS NULL, NULL, r.emails_sent)) OVER family AS sends_of_parts
  FROM raw.mailchimp_reports AS r
  LEFT JOIN raw.mailchimp_campaigns AS c ON c.connection_id = r.connection_id AND c.id = r.id
  WHERE r._deleted_at IS NULL AND COALESCE(r.type, '') NOT LIKE 'auto%'
  WINDOW family AS (PARTITION BY r.connection_id, COALESCE(c.parent_campaign_id, r.id))
)
SELECT n.workspace_id, n.connection_id, 'mailchimp' AS platform,
  n.send_time AS moment, CAST(NULL AS DATE) AS day, 'campaign' AS kind,
  n.id AS campaign_id, CAST(NULL AS STRING) AS message_id, n.emails_sent AS sends,
  n.emails_sent - COALESCE(n.hard_bounces, 0) - COALESCE(n.soft_bounces, 0) - COALESCE(n.syntax_errors, 0)
    AS delivered,
  n.opens, n.clicks, n.hard_bounces, n.soft_bounces,
  COALESCE(n.hard_bounces, 0) + COALESCE(n.soft_bounces, 0) + COALESCE(n.syntax_errors, 0) AS bounces,
  n.unsubscribed AS unsubscribes, n.abuse_reports AS complaints, CAST(n.orders AS FLOAT64) AS orders,
  n.revenue, n.currency_code AS currency, n._synced_at, n._page, n._line
FROM families AS n
-- Whichever has more mails stands for both: a whole that has as many as its parts has theirs.
WHERE COALESCE(n.is_part != (n.sends_of_whole >= n.sends_of_parts), TRUE)
UNION ALL
SELECT workspace_id, connection_id, 'mailchimp', NULL, day, 'automation', campaign_id, NULL, sends,
  sends - hard_bounces - soft_bounces - broken_addresses, opens, clicks, hard_bounces, soft_bounces,
  hard_bounces + soft_bounces + broken_addresses, unsubscribes, complaints, CAST(orders AS FLOAT64), revenue,
  currency, _synced_at, _page, _line
FROM marts.email_automation_readings
