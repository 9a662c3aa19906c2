"""Views as somebody might have got them wrong. The sums must notice each."""

from __future__ import annotations

# A mart, what its file says, and what it says then.
MISTAKES = (
    ("fact_ad_performance", "FROM raw.google_ads_campaign_daily\n  WHERE _deleted_at IS NULL",
     "FROM raw.google_ads_campaign_daily"),
    ("fact_ad_performance", "cost - COALESCE(ads_cost, 0), cost)", "cost, cost)"),
    ("fact_ad_performance", "amazon_ads_sp_campaigns_daily AS (\n  SELECT *, CAST(purchases_14d AS FLOAT64)",
     "amazon_ads_sp_campaigns_daily AS (\n  SELECT *, CAST(purchases_30d AS FLOAT64)"),
    ("fact_ad_performance", "r.date = f.date AND", ""),
    ("fact_email_performance", "SAFE.DATE(f.moment, COALESCE(z.time_zone, a.time_zone, 'UTC'))", "DATE(f.moment)"),
    ("fact_email_performance", " AND s.campaign_id = n.campaign_id", ""),
    ("fact_email_performance", " AND n.send_channel = 'email'", ""),
    ("fact_email_performance", "QUALIFY ROW_NUMBER() OVER (\n    PARTITION BY n.connection_id, n.day",
     "QUALIFY TRUE OR ROW_NUMBER() OVER (\n    PARTITION BY n.connection_id, n.day"),
    ("fact_email_performance", "SUM(IF(m.counts, r.conversions, NULL)) OVER told_of", "r.conversions"),
    ("fact_email_engagement", "m.id = n.metric_id", "TRUE"),
    ("fact_email_engagement", "EXTRACT(HOUR FROM moment AT TIME ZONE COALESCE(time_zone, 'UTC'))",
     "EXTRACT(HOUR FROM moment)"),
    ("fact_web_traffic", "WHERE _deleted_at IS NULL", ""),
    ("fact_commerce", " AND o.test IS NOT TRUE", ""),
    ("fact_commerce", "SAFE.DATE(COALESCE(r.processed_at, r.created_at), o.account_zone)", "o.processed_date"),
    ("fact_commerce", "0, 0, 0, ordered - net_payment - refunded, 0", "0, 0, 0, ordered, 0"),
    ("fact_commerce", "WHERE is_gift_card\n", ""),
    ("fact_social", "WHEN 'facebook account pageViews' THEN 'profile_views'", ""),
    ("fact_social_posts", "i.connection_id = n.connection_id AND", ""),
    ("ad_reach", "WHERE _deleted_at IS NULL", ""),
    ("web_users", "e.connection_id = d.connection_id AND", ""),
    ("email_by_mailing", " AND u.kind = f.kind", ""),
)  # fmt: skip
