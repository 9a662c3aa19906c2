-- What each platform knows of a person, as in contact_records, with the address itself. Deployed nowhere: it stands in
-- the questions of look_up alone.
-- A row is about one person, so it is never published.
/*
workspace_id; connection_id; platform; record_id text Id of the record on its platform
list_id text List, where each list has records of its own
address text Address in NFKC, small letters, no blanks around it
status text Status, as the platform calls it
is_subscribed bool Whether the person has subscribed and mail may be sent, as far as that is told
told_at time When the platform last told of the record
may_be_gone bool Whether it can have been deleted since: its platform does not tell of that
since time When the record was made, or when the person joined
orders int~ Orders so far, where told: a shop and the lists that it feeds tell the same ones
spent money~ Spent so far, in currency, where told, by the same rule; currency
is_customer bool Whether it is a shop's record of a customer, so that its orders are those of the shop
_synced_at; _page; _line
level: connection_id, list_id, record_id
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, told_in, record_id, list_id, email, status, is_subscribed, since,
    orders, spent, currency, is_customer,
    _synced_at, _page, _line
  FROM arms.contact_records
)
SELECT
  workspace_id, connection_id, platform, record_id, list_id,
  NULLIF(TRIM(LOWER(NORMALIZE(email, NFKC))), '') AS address,
  status, is_subscribed, _synced_at AS told_at, told_in IN UNNEST(@silent) AS may_be_gone, since, orders, spent,
  currency, is_customer, _synced_at, _page, _line
FROM told
