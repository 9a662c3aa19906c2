-- Mailings of campaigns that were sent again: their sums tell people, and only the day of the last mailing.
SELECT *
FROM raw.constant_contact_activity_stats
WHERE _deleted_at IS NULL AND sends > 0
QUALIFY COUNT(*) OVER (PARTITION BY connection_id, campaign_id) > 1
