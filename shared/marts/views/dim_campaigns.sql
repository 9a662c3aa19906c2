-- Campaigns of ads and of mailings, with the newest name that is known. One that its list no longer shows stays here,
-- and so does one that only the numbers name, so that what was spent keeps its name.
/*
workspace_id; connection_id; platform; kind text ads, email or automation; campaign_id
name text Name of the campaign; subject text Subject of the mail, where it has one
type text Kind of campaign, as the platform calls it; status text Status, as the platform calls it
starts_on date First day, or day of sending, where told, in the time zone of the account
ends_on date Last day, where told, in the time zone of the account
is_gone bool Whether the platform's list no longer shows it, or never did
_synced_at; _page; _line
*/
WITH listed AS (
  SELECT workspace_id, connection_id, 'google_ads' AS platform, 'ads' AS kind, campaign_id, name,
    CAST(NULL AS STRING) AS subject, channel_type AS type, status,
    COALESCE(SAFE.DATE(starts_at, account_zone), DATE(starts_at)) AS starts_on,
    COALESCE(SAFE.DATE(ends_at, account_zone), DATE(ends_at)) AS ends_on,
    CAST(NULL AS TIMESTAMP) AS sent_at, _deleted_at IS NOT NULL AS is_gone, _synced_at, _page, _line
  FROM raw.google_ads_campaigns
  UNION ALL
  SELECT c.workspace_id, c.connection_id, 'meta_ads', 'ads', c.id, c.name, NULL, c.objective, c.effective_status,
    COALESCE(SAFE.DATE(c.start_time, a.timezone_name), DATE(c.start_time)),
    COALESCE(SAFE.DATE(c.stop_time, a.timezone_name), DATE(c.stop_time)),
    NULL, c._deleted_at IS NOT NULL, c._synced_at, c._page, c._line
  FROM raw.meta_ads_campaigns AS c
  LEFT JOIN raw.meta_ads_ad_account AS a ON a.connection_id = c.connection_id AND a.account_id = c.account_id
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, name, NULL, 'Sponsored Products', state,
    start_date, end_date, NULL, _deleted_at IS NOT NULL, _synced_at, _page, _line
  FROM raw.amazon_ads_sp_campaigns
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, name, NULL, 'Sponsored Brands', state,
    start_date, end_date, NULL, _deleted_at IS NOT NULL, _synced_at, _page, _line
  FROM raw.amazon_ads_sb_campaigns
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, name, NULL, 'Sponsored Display', state,
    start_date, end_date, NULL, _deleted_at IS NOT NULL, _synced_at, _page, _line
  FROM raw.amazon_ads_sd_campaigns
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', IF(type LIKE 'auto%', 'automation', 'email'), id,
    COALESCE(NULLIF(title, ''), subject_line), subject_line, type, status, NULL,
    NULL, send_time, _deleted_at IS NOT NULL, _synced_at, _page, _line
  FROM raw.mailchimp_campaigns
  UNION ALL
  SELECT c.workspace_id, c.connection_id, 'constant_contact', 'email', c.campaign_id, c.name, d.subject, c.type,
    c.current_status, NULL, NULL, s.last_sent_date, c._deleted_at IS NOT NULL, c._synced_at, c._page, c._line
  FROM raw.constant_contact_email_campaigns AS c
  LEFT JOIN (
    SELECT connection_id, campaign_id, subject
    FROM raw.constant_contact_activity_detail
    WHERE role = 'primary_email' AND _deleted_at IS NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id, campaign_id ORDER BY _synced_at DESC, _line) = 1
  ) AS d ON d.connection_id = c.connection_id AND d.campaign_id = c.campaign_id
  LEFT JOIN raw.constant_contact_campaign_summaries AS s
    ON s.connection_id = c.connection_id AND s.campaign_id = c.campaign_id
  UNION ALL
  SELECT workspace_id, connection_id, 'emailoctopus', 'email', id, name, subject, 'campaign', status, NULL,
    NULL, sent_at, _deleted_at IS NOT NULL, _synced_at, _page, _line
  FROM raw.emailoctopus_campaigns
  UNION ALL
  SELECT c.workspace_id, c.connection_id, 'klaviyo', 'email', c.id, c.name, m.subject, c.channel, c.status,
    NULL, NULL, c.send_time, c._deleted_at IS NOT NULL OR c.archived IS TRUE, c._synced_at, c._page, c._line
  FROM raw.klaviyo_campaigns AS c
  LEFT JOIN (
    SELECT connection_id, campaign_id, subject
    FROM raw.klaviyo_campaign_messages
    WHERE TRUE
    QUALIFY ROW_NUMBER() OVER (PARTITION BY connection_id, campaign_id ORDER BY message_id) = 1
  ) AS m ON m.connection_id = c.connection_id AND m.campaign_id = c.id
  UNION ALL
  SELECT workspace_id, connection_id, 'klaviyo', 'automation', id, name, NULL, 'flow', status, NULL,
    NULL, created, _deleted_at IS NOT NULL OR archived IS TRUE, _synced_at, _page, _line
  FROM raw.klaviyo_flows
),
in_numbers AS (
  SELECT workspace_id, connection_id, 'google_ads' AS platform, 'ads' AS kind, campaign_id, campaign_name AS name,
    channel_type AS type, campaign_status AS status, date, _synced_at, _page, _line
  FROM raw.google_ads_campaign_daily
  UNION ALL
  SELECT workspace_id, connection_id, 'meta_ads', 'ads', campaign_id, campaign_name, objective, NULL, date_start,
    _synced_at, _page, _line
  FROM raw.meta_ads_insights_campaign_daily
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, campaign_name, 'Sponsored Products',
    campaign_status, date, _synced_at, _page, _line
  FROM raw.amazon_ads_sp_campaigns_daily
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, campaign_name, 'Sponsored Brands',
    campaign_status, date, _synced_at, _page, _line
  FROM raw.amazon_ads_sb_campaigns_daily
  UNION ALL
  SELECT workspace_id, connection_id, 'amazon_ads', 'ads', campaign_id, campaign_name, 'Sponsored Display',
    campaign_status, date, _synced_at, _page, _line
  FROM raw.amazon_ads_sd_campaigns_daily
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', IF(type LIKE 'auto%', 'automation', 'email'), id,
    COALESCE(NULLIF(campaign_title, ''), subject_line), type, NULL, DATE(send_time), _synced_at, _page, _line
  FROM raw.mailchimp_reports
  UNION ALL
  SELECT workspace_id, connection_id, 'mailchimp', 'automation', id,
    COALESCE(NULLIF(campaign_title, ''), subject_line), type, NULL, DATE(send_time), _synced_at, _page, _line
  FROM raw.mailchimp_automation_reports
),
known AS (
  -- What is told as a moment is of the day that the account had then.
  SELECT l.* EXCEPT (starts_on, sent_at),
    COALESCE(l.starts_on, SAFE.DATE(l.sent_at, z.time_zone), DATE(l.sent_at)) AS starts_on,
    1 AS place, CAST(NULL AS DATE) AS told_for
  FROM listed AS l
  LEFT JOIN marts.email_account_zones AS z
    ON z.connection_id = l.connection_id AND l.sent_at >= z.since AND l.sent_at < z.until
  UNION ALL
  SELECT workspace_id, connection_id, platform, kind, campaign_id, name, NULL, type, status, NULL, TRUE,
    _synced_at, _page, _line, NULL, 2, date
  FROM in_numbers
)
SELECT
  workspace_id, connection_id, platform, kind, campaign_id, name, subject, type, status, starts_on, ends_on, is_gone,
  _synced_at, _page, _line
FROM known
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY connection_id, kind, campaign_id ORDER BY place, told_for DESC, _synced_at DESC, _page, _line
) = 1
