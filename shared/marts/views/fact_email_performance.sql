-- What mailings did: a row for each campaign (message), by the day it was sent, and mails of automations by day. Mail
-- of which no day is told has none here either. People are counted in email_uniques. Who opened two campaigns stands
-- in both, so they are not added up here.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day on which it was sent, in the time zone that the account had then (empty: it is not told)
kind text campaign, or automation; campaign_id; message_id text Message id, where a campaign has several
sends int+ Mails that were sent; delivered int+ Sent less bounced, or as the platform tells it
opens int+ Opens, of which machines cause some; clicks int+ Clicks; hard_bounces int+ Bounced for good
soft_bounces int+ Bounced for now; bounces int+ All bounces, those of unknown kind included
unsubscribes int+ Unsubscribes; complaints int+ Complaints
orders float+ Orders that the platform credits to the mail, by rules of its own
revenue money+ Revenue that it credits to the mail, in currency; currency
reporting_currency; revenue_converted money+ Revenue, in reporting_currency (empty: no rate is known); rate_date
_synced_at; _page; _line
level: connection_id, date, kind, campaign_id, message_id
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, moment, day, kind, campaign_id, message_id, sends, delivered, opens,
    clicks, hard_bounces, soft_bounces, bounces, unsubscribes, complaints, orders, revenue, currency,
    _synced_at, _page, _line
  FROM arms.fact_email_performance
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
  @converted(f.revenue) AS revenue_converted,
  @converted_on AS rate_date,
  f._synced_at, f._page, f._line
FROM dated AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
