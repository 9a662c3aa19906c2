-- Visits of web sites by day and by where they came from. People are counted in web_users.
/*
workspace_id; connection_id; platform; account_id; time_zone text Time zone of the day
date date Day, in the time zone of the property; channel_group text Channel group of the session
source text Source of the session; medium text Medium of the session
campaign_id; campaign_name text Campaign of the session
sessions int+ Sessions; engaged_sessions int+ Engaged sessions; new_users int+ People who came first
events int+ Events; key_events float+ Key events; engagement_seconds float+ Seconds in the foreground
revenue money+ Revenue in all, in currency; purchase_revenue money+ Revenue from purchases, in currency; currency
reporting_currency; revenue_converted money+ Revenue in all, in reporting_currency (empty: no rate is known); rate_date
report_notes json Why numbers are not exact, if they are not: sampled, thresholded, summed up as (other), withheld
_synced_at; _page; _line
level: connection_id, date, channel_group, source, medium, campaign_id, campaign_name
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, account_id, time_zone, date, channel_group, source, medium,
    campaign_id, campaign_name, sessions, engaged_sessions, new_users, events, key_events, engagement_seconds, revenue,
    purchase_revenue, currency, report_notes,
    _synced_at, _page, _line
  FROM arms.fact_web_traffic
)
SELECT
  f.workspace_id, f.connection_id, f.platform, f.account_id, f.time_zone, f.date, f.channel_group, f.source,
  f.medium, f.campaign_id, f.campaign_name, f.sessions, f.engaged_sessions, f.new_users, f.events, f.key_events,
  f.engagement_seconds, f.revenue, f.purchase_revenue, f.currency,
  @currency AS reporting_currency,
  @converted(f.revenue) AS revenue_converted,
  @converted_on AS rate_date,
  f.report_notes, f._synced_at, f._page, f._line
FROM told AS f
LEFT JOIN marts.exchange_rates AS r ON r.date = f.date AND r.currency = f.currency
