-- What mailings did: a row for each campaign (message), by the day it was sent, and mails of automations by day.
-- People are counted in email_uniques. Who opened two campaigns stands in both, so they are not added up here.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day on which it was sent, in the time zone of the account
kind text campaign, or automation; campaign_id; message_id text Message id, where a campaign has several
sends int+ Mails that were sent; delivered int+ Sent less bounced, or as the platform tells it
opens int+ Opens, of which machines cause some; clicks int+ Clicks; hard_bounces int+ Bounced for good
soft_bounces int+ Bounced for now; bounces int+ All bounces, those of unknown kind included
unsubscribes int+ Unsubscribes; complaints int+ Complaints
orders float+ Orders that the platform credits to the mail, by rules of its own
revenue money+ Revenue that it credits to the mail, in currency; currency
reporting_currency; revenue_converted money+ Revenue, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
*/
WITH told AS (
  SELECT n.workspace_id, n.connection_id, 'mailchimp' AS platform,
    SAFE.DATE(n.send_time, COALESCE(a.time_zone, 'UTC')) AS date,
    IF(n.type LIKE 'automation%', 'automation', 'campaign') AS kind,
    n.id AS campaign_id, CAST(NULL AS STRING) AS message_id, n.emails_sent AS sends,
    n.emails_sent - COALESCE(n.hard_bounces, 0) - COALESCE(n.soft_bounces, 0) - COALESCE(n.syntax_errors, 0)
      AS delivered,
    n.opens, n.clicks, n.hard_bounces, n.soft_bounces,
    COALESCE(n.hard_bounces, 0) + COALESCE(n.soft_bounces, 0) + COALESCE(n.syntax_errors, 0) AS bounces,
    n.unsubscribed AS unsubscribes, n.abuse_reports AS complaints, CAST(n.orders AS FLOAT64) AS orders,
    n.spent AS revenue, n.currency_code AS currency, n._synced_at, n._page, n._line
  FROM raw.mailchimp_reports AS n
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
  WHERE n._deleted_at IS NULL
  UNION ALL
  -- Opens and clicks as such are told in another list than the rest.
  SELECT n.workspace_id, n.connection_id, 'constant_contact', SAFE.DATE(n.last_sent_date, COALESCE(a.time_zone, 'UTC')),
    'campaign', n.campaign_id, NULL, n.sends, n.sends - COALESCE(n.bounces, 0),
    s.opens_all, s.clicks_all, NULL, NULL, n.bounces, n.optouts, n.abuse, NULL, NULL, NULL,
    n._synced_at, n._page, n._line
  FROM raw.constant_contact_campaign_summaries AS n
  LEFT JOIN raw.constant_contact_campaign_stats AS s
    ON s.connection_id = n.connection_id AND s.campaign_id = n.campaign_id AND s._deleted_at IS NULL
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
  WHERE n._deleted_at IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'emailoctopus', SAFE.DATE(c.sent_at, COALESCE(a.time_zone, 'UTC')),
    'campaign', n.id, NULL, n.sent, n.sent - COALESCE(n.hard_bounces, 0) - COALESCE(n.soft_bounces, 0),
    n.opens, n.clicks, n.hard_bounces, n.soft_bounces, COALESCE(n.hard_bounces, 0) + COALESCE(n.soft_bounces, 0),
    n.unsubscribed, n.complained, NULL, NULL, NULL, n._synced_at, n._page, n._line
  FROM raw.emailoctopus_campaign_summary AS n
  LEFT JOIN raw.emailoctopus_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.id
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
  WHERE n._deleted_at IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'klaviyo',
    COALESCE(SAFE.DATE(c.send_time, COALESCE(a.time_zone, 'UTC')), n.window_start),
    'campaign', n.campaign_id, n.campaign_message_id, n.recipients, n.delivered,
    n.opens, n.clicks, CAST(NULL AS INT64), CAST(NULL AS INT64), n.bounced_or_failed, n.unsubscribes, n.spam_complaints,
    CAST(n.conversions AS FLOAT64), n.conversion_value, n.account_currency, n._synced_at, n._page, n._line
  FROM raw.klaviyo_campaign_values_report AS n
  LEFT JOIN raw.klaviyo_campaigns AS c ON c.connection_id = n.connection_id AND c.id = n.campaign_id
  LEFT JOIN marts.dim_accounts AS a ON a.connection_id = n.connection_id
  WHERE n._deleted_at IS NULL AND n.send_channel = 'email'
  -- Once another metric counts as the conversion, the mail stands there twice.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY n.connection_id, n.campaign_id, n.campaign_message_id ORDER BY n._synced_at DESC, n._page, n._line
  ) = 1
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'klaviyo', n.day,
    'automation', n.flow_id, n.flow_message_id, n.recipients, n.delivered,
    n.opens, n.clicks, CAST(NULL AS INT64), CAST(NULL AS INT64), n.bounced_or_failed, n.unsubscribes, n.spam_complaints,
    CAST(n.conversions AS FLOAT64), n.conversion_value, n.account_currency, n._synced_at, n._page, n._line
  FROM raw.klaviyo_flow_series_report AS n
  WHERE n._deleted_at IS NULL AND n.send_channel = 'email'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY n.connection_id, n.day, n.flow_id, n.flow_message_id
    ORDER BY n._synced_at DESC, n._page, n._line
  ) = 1
)
SELECT
  f.workspace_id, f.connection_id, f.platform, a.account_id, a.time_zone, f.date, f.kind, f.campaign_id, f.message_id,
  f.sends, f.delivered, f.opens, f.clicks, f.hard_bounces, f.soft_bounces, f.bounces, f.unsubscribes, f.complaints,
  f.orders, f.revenue, f.currency,
  @currency AS reporting_currency,
  IF(f.currency = @currency, f.revenue, f.revenue * r.reporting_per_euro / r.currency_per_euro) AS revenue_converted,
  IF(f.currency = @currency, f.date, r.rate_date) AS rate_date,
  f._synced_at, f._page, f._line
FROM told AS f
LEFT JOIN marts.dim_accounts AS a ON a.connection_id = f.connection_id
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
