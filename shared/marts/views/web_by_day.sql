-- Visits by day, property and channel, with the measures that follow from their sums.
/*
workspace_id; connection_id; platform; account_id; date date Day, in the time zone of the property
channel_group text Channel group of the session; currency; sessions int+ Sessions
engaged_sessions int+ Engaged sessions
new_users int+ People who came first; key_events float+ Key events; revenue money+ Revenue in all, in currency
reporting_currency; revenue_converted money+ Revenue in all, in reporting_currency (empty: a rate is missing)
rows_without_rate int+ Rows of which an amount could not be converted, so that converted sums lack them
is_exact bool Whether the platform calls none of the numbers sampled, thresholded or withheld
engagement_rate float~ Engaged sessions for each session; key_event_rate float~ Key events for each session
revenue_per_session money~ Revenue for each session, in currency
level: connection_id, date, channel_group, currency
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, date, channel_group, currency, reporting_currency,
    SUM(sessions) AS sessions, SUM(engaged_sessions) AS engaged_sessions, SUM(new_users) AS new_users,
    SUM(key_events) AS key_events, SUM(revenue) AS revenue,
    IF(COUNTIF(revenue IS NOT NULL AND revenue_converted IS NULL) = 0, SUM(revenue_converted), NULL)
      AS revenue_converted,
    COUNTIF(reporting_currency IS NOT NULL AND revenue IS NOT NULL AND revenue_converted IS NULL) AS rows_without_rate,
    LOGICAL_AND(report_notes IS NULL) AS is_exact
  FROM marts.fact_web_traffic
  GROUP BY workspace_id, connection_id, platform, account_id, date, channel_group, currency, reporting_currency
)
SELECT
  workspace_id, connection_id, platform, account_id, date, channel_group, currency,
  sessions, engaged_sessions, new_users, key_events, revenue, reporting_currency, revenue_converted,
  rows_without_rate, is_exact,
  SAFE_DIVIDE(engaged_sessions, sessions) AS engagement_rate,
  SAFE_DIVIDE(key_events, sessions) AS key_event_rate,
  SAFE_DIVIDE(revenue, sessions) AS revenue_per_session
FROM sums
