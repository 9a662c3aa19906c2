-- Mailings with their rates: a row for each row of fact_email_performance. A mail has one recipient, so mails that were
-- opened may be added up over mailings; people who opened may not.
/*
workspace_id; connection_id; platform; account_id
date date Day on which it was sent, in the time zone of the account (empty: it is not told)
kind text campaign, or automation; campaign_id; message_id text Message id, where a campaign has several
campaign_name text Newest name of the campaign; subject text Subject
sends int+ Mails that were sent; delivered int+ Mails that were delivered
delivered_told int+ The same, if it is told how many of them were opened
mails_opened int+ Mails opened at least once; mails_clicked int+ Mails clicked at least once
bounces int+ Bounces; unsubscribes int+ Unsubscribes; complaints int+ Complaints
orders float+ Orders that the platform credits to the mail; revenue money+ Their worth, in currency; currency
open_rate float~ Mails opened for each of delivered_told; click_rate float~ Mails clicked for each of delivered_told
click_to_open_rate float~ Mails clicked for each opened; bounce_rate float~ Bounces for each sent
unsubscribe_rate float~ Unsubscribes for each delivered; complaint_rate float~ Complaints for each delivered
order_rate float~ Orders for each delivered; revenue_per_mail money~ Revenue for each delivered, in currency
average_order_value float~ Revenue for each order, in currency
level: connection_id, date, kind, campaign_id, message_id
*/
WITH sums AS (
  SELECT
    f.workspace_id, f.connection_id, f.platform, f.account_id, f.date, f.kind, f.campaign_id, f.message_id,
    c.name AS campaign_name, c.subject, f.sends, f.delivered,
    IF(u.unique_opens IS NULL, NULL, f.delivered) AS delivered_told,
    u.unique_opens AS mails_opened, u.unique_clicks AS mails_clicked,
    f.bounces, f.unsubscribes, f.complaints, f.orders, f.revenue, f.currency
  FROM marts.fact_email_performance AS f
  LEFT JOIN marts.email_uniques AS u
    ON u.connection_id = f.connection_id AND u.kind = f.kind AND u.campaign_id = f.campaign_id
    AND COALESCE(u.message_id, '') = COALESCE(f.message_id, '')
    AND (f.kind = 'campaign' OR u.day IS NOT DISTINCT FROM f.date)
  LEFT JOIN marts.dim_campaigns AS c
    ON c.connection_id = f.connection_id AND c.campaign_id = f.campaign_id
    AND c.kind = IF(f.kind = 'campaign', 'email', 'automation')
)
SELECT
  workspace_id, connection_id, platform, account_id, date, kind, campaign_id, message_id, campaign_name, subject,
  sends, delivered, delivered_told, mails_opened, mails_clicked, bounces, unsubscribes, complaints, orders, revenue,
  currency,
  SAFE_DIVIDE(mails_opened, delivered_told) AS open_rate,
  SAFE_DIVIDE(mails_clicked, delivered_told) AS click_rate,
  SAFE_DIVIDE(mails_clicked, mails_opened) AS click_to_open_rate,
  SAFE_DIVIDE(bounces, sends) AS bounce_rate,
  SAFE_DIVIDE(unsubscribes, delivered) AS unsubscribe_rate,
  SAFE_DIVIDE(complaints, delivered) AS complaint_rate,
  SAFE_DIVIDE(orders, delivered) AS order_rate,
  SAFE_DIVIDE(revenue, delivered) AS revenue_per_mail,
  SAFE_DIVIDE(revenue, orders) AS average_order_value
FROM sums
