-- What mailings did: a row for each campaign (message), by the day it was sent, and mails of automations by day, those
-- of Mailchimp as email_automation_readings tells them. Mail of which no day is told has none here either.
-- People are counted in email_uniques. Who opened two campaigns stands in both, so they are not added up here.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day on which it was sent, in the time zone that the account had then (empty: it is not told)
kind text campaign, or automation; campaign_id; message_id text Message id, where a campaign has several
sends int+ Mails that were sent; delivered int+ Sent less bounced, or as the platform tells it
opens int+ Opens, of which machines cause some; clicks int+ Clicks; hard_bounces int+ Bounced for good
soft_bounces int+ Bounced for now; bounces int+ All bounces, those of unknown kind included
unsubscribes int+ Unsubscribes; complaints int+ Complaints
orders float+ Orders that the platform credits to the mail, by rules of its own
revenue money+ Revenue that it credits to the mail (Mailchimp: less shipping and tax), in currency; currency
reporting_currency; revenue_converted money+ Revenue, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
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
),
-- Mailings of campaigns that were sent again: their sums tell people, and only the day of the last mailing.
sent_again AS (
  SELECT *
  FROM raw.constant_contact_activity_stats
  WHERE _deleted_at IS NULL AND sends > 0
  QUALIFY COUNT(*) OVER (PARTITION BY connection_id, campaign_id) > 1
),
-- Metrics of Klaviyo that reports were asked by: which count as conversions today. Of a connection that has not read
-- that yet, all.
converting AS (
  SELECT asked.connection_id, asked.id, known.connection_id IS NULL OR COALESCE(m.counts, FALSE) AS counts
  FROM (
    SELECT connection_id, conversion_metric_id AS id FROM raw.klaviyo_campaign_values_report
    UNION DISTINCT
    SELECT connection_id, conversion_metric_id FROM raw.klaviyo_flow_series_report
  ) AS asked
  LEFT JOIN (SELECT DISTINCT connection_id FROM raw.klaviyo_conversion_metrics) AS known
    ON known.connection_id = asked.connection_id
  LEFT JOIN raw.klaviyo_conversion_metrics AS m
    ON m.connection_id = asked.connection_id AND m.id = asked.id AND m._deleted_at IS NULL
),
told AS (
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
  UNION ALL
  -- Opens and clicks as such are told in another list than the rest.
  SELECT n.workspace_id, n.connection_id, 'constant_contact', n.last_sent_date, NULL, 'campaign',
    n.campaign_id, NULL, n.sends, n.sends - COALESCE(n.bounces, 0),
    s.opens_all, s.clicks_all, NULL, NULL, n.bounces, n.optouts, n.abuse, NULL, NULL, NULL,
    n._synced_at, n._page, n._line
  FROM raw.constant_contact_campaign_summaries AS n
  LEFT JOIN raw.constant_contact_campaign_stats AS s
    ON s.connection_id = n.connection_id AND s.campaign_id = n.campaign_id AND s._deleted_at IS NULL
  LEFT JOIN (SELECT DISTINCT connection_id, campaign_id FROM sent_again) AS again
    ON again.connection_id = n.connection_id AND again.campaign_id = n.campaign_id
  WHERE n._deleted_at IS NULL AND again.campaign_id IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'constant_contact',
    COALESCE(w.sent_at, IF(m.role = 'resend', c.last_sent_date, NULL)), NULL, 'campaign',
    n.campaign_id, n.campaign_activity_id, n.sends, n.sends - COALESCE(n.bounces, 0),
    n.opens_all, n.clicks_all, NULL, NULL, n.bounces, n.optouts, n.abuse, NULL, NULL, NULL,
    n._synced_at, n._page, n._line
  FROM sent_again AS n
  LEFT JOIN (
    SELECT connection_id, campaign_activity_id, MIN(created_time) AS sent_at
    FROM raw.constant_contact_sends
    WHERE _deleted_at IS NULL
    GROUP BY connection_id, campaign_activity_id
  ) AS w ON w.connection_id = n.connection_id AND w.campaign_activity_id = n.campaign_activity_id
  LEFT JOIN raw.constant_contact_campaign_activities AS m
    ON m.connection_id = n.connection_id AND m.campaign_activity_id = n.campaign_activity_id
  LEFT JOIN raw.constant_contact_campaign_summaries AS c
    ON c.connection_id = n.connection_id AND c.campaign_id = n.campaign_id
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'emailoctopus', c.sent_at, NULL, 'campaign',
    n.id, NULL, n.sent, n.sent - COALESCE(n.hard_bounces, 0) - COALESCE(n.soft_bounces, 0),
    n.opens, n.clicks, n.hard_bounces, n.soft_bounces, COALESCE(n.hard_bounces, 0) + COALESCE(n.soft_bounces, 0),
    n.unsubscribed, n.complained, NULL, NULL, NULL, n._synced_at, n._page, n._line
  FROM raw.emailoctopus_campaign_summary AS n
  LEFT JOIN raw.emailoctopus_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.id
  WHERE n._deleted_at IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'klaviyo', c.send_time, MIN(n.window_start) OVER mail, 'campaign',
    n.campaign_id, n.campaign_message_id, SUM(n.recipients) OVER mail, SUM(n.delivered) OVER mail,
    SUM(n.opens) OVER mail, SUM(n.clicks) OVER mail, CAST(NULL AS INT64), CAST(NULL AS INT64),
    SUM(n.bounced_or_failed) OVER mail, SUM(n.unsubscribes) OVER mail, SUM(n.spam_complaints) OVER mail,
    CAST(SUM(n.all_conversions) OVER mail AS FLOAT64), SUM(n.all_value) OVER mail, n.account_currency,
    n._synced_at, n._page, n._line
  FROM (
    -- Each metric that counts as the conversion tells the mails again, beside conversions of its own.
    SELECT r.*, SUM(IF(m.counts, r.conversions, NULL)) OVER told_of AS all_conversions,
      SUM(IF(m.counts, r.conversion_value, NULL)) OVER told_of AS all_value
    FROM raw.klaviyo_campaign_values_report AS r
    LEFT JOIN converting AS m ON m.connection_id = r.connection_id AND m.id = r.conversion_metric_id
    WHERE r._deleted_at IS NULL AND r.send_channel = 'email'
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY r.connection_id, r.campaign_id, r.campaign_message_id, r.window_start
      ORDER BY r._synced_at DESC, r._page, r._line
    ) = 1
    WINDOW told_of AS (PARTITION BY r.connection_id, r.campaign_id, r.campaign_message_id, r.window_start)
  ) AS n
  LEFT JOIN raw.klaviyo_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.campaign_id
  WHERE TRUE
  -- A campaign that goes out across the end of a window has a part in each.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY n.connection_id, n.campaign_id, n.campaign_message_id ORDER BY n._synced_at DESC, n._page, n._line
  ) = 1
  WINDOW mail AS (PARTITION BY n.connection_id, n.campaign_id, n.campaign_message_id)
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'klaviyo', CAST(NULL AS TIMESTAMP), n.day, 'automation',
    n.flow_id, n.flow_message_id, n.recipients, n.delivered,
    n.opens, n.clicks, CAST(NULL AS INT64), CAST(NULL AS INT64), n.bounced_or_failed, n.unsubscribes, n.spam_complaints,
    CAST(SUM(IF(m.counts, n.conversions, NULL)) OVER told_of AS FLOAT64),
    SUM(IF(m.counts, n.conversion_value, NULL)) OVER told_of, n.account_currency, n._synced_at, n._page, n._line
  FROM raw.klaviyo_flow_series_report AS n
  LEFT JOIN converting AS m ON m.connection_id = n.connection_id AND m.id = n.conversion_metric_id
  WHERE n._deleted_at IS NULL AND n.send_channel = 'email'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY n.connection_id, n.day, n.flow_id, n.flow_message_id
    ORDER BY n._synced_at DESC, n._page, n._line
  ) = 1
  WINDOW told_of AS (PARTITION BY n.connection_id, n.day, n.flow_id, n.flow_message_id)
),
-- A moment is of the day that the account had then.
dated AS (
  SELECT f.*, a.account_id, COALESCE(z.time_zone, a.time_zone) AS time_zone,
    COALESCE(SAFE.DATE(f.moment, COALESCE(z.time_zone, a.time_zone, 'UTC')), f.day) AS date
  FROM told AS f
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = f.connection_id
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = f.connection_id
      AND COALESCE(f.moment, f._synced_at) >= z.since AND COALESCE(f.moment, f._synced_at) < z.until
)
SELECT
  f.workspace_id, f.connection_id, f.platform, f.account_id, f.time_zone, f.date, f.kind, f.campaign_id, f.message_id,
  f.sends, f.delivered, f.opens, f.clicks, f.hard_bounces, f.soft_bounces, f.bounces, f.unsubscribes, f.complaints,
  f.orders, f.revenue, f.currency,
  @currency AS reporting_currency,
  IF(f.currency = @currency, f.revenue, f.revenue * r.reporting_per_euro / r.currency_per_euro) AS revenue_converted,
  IF(f.currency = @currency, f.date, r.rate_date) AS rate_date,
  f._synced_at, f._page, f._line
FROM dated AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
