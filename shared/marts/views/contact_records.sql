-- What each platform knows of a person: a row for each of its records. Addresses themselves are not shown here; records
-- with the same address have the same person_id on every platform. The records of a list that was deleted went with it.
-- A row is about one person, so it is never published.
/*
workspace_id; connection_id; platform; record_id text Id of the record on its platform
list_id text List, where each list has records of its own
person_id text SHA-256 of the address in NFKC, small letters, no blanks around it (empty: there is no address)
status text Status, as the platform calls it
is_subscribed bool Whether the person has subscribed and mail may be sent, as far as that is told
told_at time When the platform last told of the record
may_be_gone bool Whether it can have been deleted since: its platform does not tell of that
since time When the record was made, or when the person joined
orders int~ Orders so far, where told: a shop and the lists that it feeds tell the same ones
spent money~ Spent so far, in currency, where told, by the same rule; currency
is_customer bool Whether it is a shop's record of a customer, so that its orders are those of the shop
_synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, platform, told_in, record_id, list_id, email, status, is_subscribed, since,
    orders, spent, currency, is_customer,
    _synced_at, _page, _line
  FROM arms.contact_records
)
SELECT
  workspace_id, connection_id, platform, record_id, list_id,
  TO_HEX(SHA256(NULLIF(TRIM(LOWER(NORMALIZE(email, NFKC))), ''))) AS person_id,
  status, is_subscribed, _synced_at AS told_at, told_in IN UNNEST(@silent) AS may_be_gone, since, orders, spent,
  currency, is_customer, _synced_at, _page, _line
FROM told
