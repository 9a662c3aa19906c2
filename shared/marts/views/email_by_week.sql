-- Mailings by week and account; rates follow from the sums, never from other rates. Mail of which no day is told is in
-- no week: email_by_mailing has it, without a date.
/*
workspace_id; connection_id; platform; account_id; week date Monday of the ISO week in which it was sent
mailings int+ Campaigns that were sent, however many messages each was sent as
sends int+ Mails that were sent; delivered int+ Mails that were delivered
delivered_told int+ Of them, mails of which it is told how many were opened
mails_opened int+ Mails opened at least once; mails_clicked int+ Mails clicked at least once
bounces int+ Bounces; unsubscribes int+ Unsubscribes; complaints int+ Complaints
open_rate float~ Mails opened for each of delivered_told; click_rate float~ Mails clicked for each of delivered_told
click_to_open_rate float~ Mails clicked for each opened; bounce_rate float~ Bounces for each sent
unsubscribe_rate float~ Unsubscribes for each delivered; complaint_rate float~ Complaints for each delivered
level: connection_id, week
*/
WITH sums AS (
  SELECT
    workspace_id, connection_id, platform, account_id, DATE_TRUNC(date, WEEK(MONDAY)) AS week,
    COUNT(DISTINCT IF(kind = 'campaign', campaign_id, NULL)) AS mailings,
    SUM(sends) AS sends, SUM(delivered) AS delivered,
    SUM(delivered_told) AS delivered_told,
    SUM(mails_opened) AS mails_opened, SUM(mails_clicked) AS mails_clicked,
    SUM(bounces) AS bounces, SUM(unsubscribes) AS unsubscribes, SUM(complaints) AS complaints
  FROM marts.email_by_mailing
  WHERE date IS NOT NULL
  GROUP BY workspace_id, connection_id, platform, account_id, week
)
SELECT
  workspace_id, connection_id, platform, account_id, week, mailings,
  sends, delivered, delivered_told, mails_opened, mails_clicked, bounces, unsubscribes, complaints,
  SAFE_DIVIDE(mails_opened, delivered_told) AS open_rate,
  SAFE_DIVIDE(mails_clicked, delivered_told) AS click_rate,
  SAFE_DIVIDE(mails_clicked, mails_opened) AS click_to_open_rate,
  SAFE_DIVIDE(bounces, sends) AS bounce_rate,
  SAFE_DIVIDE(unsubscribes, delivered) AS unsubscribe_rate,
  SAFE_DIVIDE(complaints, delivered) AS complaint_rate
FROM sums
