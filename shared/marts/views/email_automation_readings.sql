-- What automations did from one reading to the next, where a platform tells no days of them. What came since the
-- reading before counts for the day of the reading, and what they had done before they were first read has no day.
/*
workspace_id; connection_id; campaign_id
day date Day of the reading, in the time zone of the account (empty: what came while nobody read)
sends int+ Mails sent since the reading before, as are all others; opens int+ Opens; clicks int+ Clicks
hard_bounces int+ Bounced for good; soft_bounces int+ Bounced for now; broken_addresses int+ Malformed addresses
unsubscribes int+ Unsubscribes; complaints int+ Complaints; orders int+ Orders
revenue money+ Revenue, less shipping and tax, in currency (empty: before, it was told in another); currency
mails_opened int+ Mails opened at least once; mails_clicked int+ Mails clicked at least once; _synced_at; _page; _line
*/
SELECT workspace_id, connection_id, campaign_id, day, sends, opens, clicks, hard_bounces, soft_bounces,
  broken_addresses, unsubscribes, complaints, orders, revenue, currency, mails_opened, mails_clicked,
  _synced_at, _page, _line
FROM arms.email_automation_readings
