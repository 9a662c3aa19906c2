-- People across e-mail platforms and shops: a row for each address, known by its digest alone.
-- A row is about one person, so it is never published.
/*
workspace_id; person_id text SHA-256 of the address in NFKC, small letters, no blanks around it
platforms text Platforms that know the person, one after another; records int+ Records of the person on all platforms
is_subscribed bool Whether any platform says that the person has subscribed and mail may be sent
consent_told_at time When a platform last said so (empty: none does)
may_be_gone bool Whether all records that say so, or all there are, can have been deleted since without a word
each contact_records: in_{platform} bool Known to {title}
shop_orders int+ Orders in shops so far; since time When the first of the records was made
*/
SELECT
  workspace_id,
  person_id,
  STRING_AGG(DISTINCT platform, ', ' ORDER BY platform) AS platforms,
  COUNT(*) AS records,
  LOGICAL_OR(is_subscribed) AS is_subscribed,
  MAX(IF(is_subscribed, told_at, NULL)) AS consent_told_at,
  COALESCE(LOGICAL_AND(IF(is_subscribed, may_be_gone, NULL)), LOGICAL_AND(may_be_gone)) AS may_be_gone,
  each contact_records: LOGICAL_OR(platform = '{platform}') AS in_{platform},
  SUM(IF(is_customer, orders, NULL)) AS shop_orders,
  MIN(since) AS since
FROM marts.contact_records
WHERE person_id IS NOT NULL
GROUP BY workspace_id, person_id
