-- What each platform knows of a person: a row for each of its records. Addresses themselves are not shown here; records
-- with the same address have the same person_id on every platform.
/*
workspace_id; connection_id; platform; record_id text Id of the record on its platform
list_id text List, where each list has records of its own
person_id text SHA-256 of the address in small letters without blanks around it (empty: there is no address)
status text Status, as the platform calls it
is_subscribed bool Whether the person has subscribed and mail may be sent, as far as that is told
since time When the record was made, or when the person joined
orders int~ Orders so far, where told: a shop and the lists that it feeds tell the same ones
spent money~ Spent so far, in currency, where told (Mailchimp: less shipping and tax), by the same rule; currency
_synced_at; _page; _line
*/
WITH told AS (
  SELECT workspace_id, connection_id, 'mailchimp' AS platform, id AS record_id, list_id, email_address AS email,
    status, status = 'subscribed' AS is_subscribed, COALESCE(timestamp_opt, timestamp_signup) AS since,
    ecommerce_orders AS orders, ecommerce_revenue AS spent, ecommerce_currency AS currency, _synced_at, _page, _line
  FROM raw.mailchimp_list_members
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'constant_contact', contact_id, NULL, email,
    permission_to_send, permission_to_send IN ('explicit', 'implicit'), created_at, NULL, NULL, NULL,
    _synced_at, _page, _line
  FROM raw.constant_contact_contacts
  WHERE _deleted_at IS NULL AND deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'emailoctopus', id, list_id, email_address,
    status, status = 'subscribed', created_at, NULL, NULL, NULL, _synced_at, _page, _line
  FROM raw.emailoctopus_contacts
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'klaviyo', id, NULL, email,
    -- That nothing is suppressed is not yet consent.
    email_consent, email_consent = 'SUBSCRIBED' AND can_receive_email, created, NULL, NULL, NULL,
    _synced_at, _page, _line
  FROM raw.klaviyo_profiles
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'shopify', customer_id, NULL, email,
    email_marketing_state, email_marketing_state = 'SUBSCRIBED', created_at, orders, amount_spent, currency,
    _synced_at, _page, _line
  FROM raw.shopify_customers
  WHERE _deleted_at IS NULL
)
SELECT
  workspace_id, connection_id, platform, record_id, list_id,
  TO_HEX(SHA256(NULLIF(LOWER(TRIM(email)), ''))) AS person_id,
  status, is_subscribed, since, orders, spent, currency, _synced_at, _page, _line
FROM told
