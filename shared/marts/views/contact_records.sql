-- What each platform knows of a person: a row for each of its records. Addresses themselves are not shown here; records
-- with the same address have the same person_id on every platform. The records of a list that was deleted went with it.
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
spent money~ Spent so far, in currency, where told (Mailchimp: less shipping and tax), by the same rule; currency
_synced_at; _page; _line
*/
WITH told AS (
  SELECT n.workspace_id, n.connection_id, 'mailchimp' AS platform, 'mailchimp_list_members' AS told_in,
    n.id AS record_id, n.list_id, n.email_address AS email, n.status, n.status = 'subscribed' AS is_subscribed,
    COALESCE(n.timestamp_opt, n.timestamp_signup) AS since, n.ecommerce_orders AS orders,
    n.ecommerce_revenue AS spent, n.ecommerce_currency AS currency, n._synced_at, n._page, n._line
  FROM raw.mailchimp_list_members AS n
  LEFT JOIN raw.mailchimp_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
  WHERE n._deleted_at IS NULL AND l._deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'constant_contact', 'constant_contact_contacts', contact_id, NULL, email,
    permission_to_send, permission_to_send IN ('explicit', 'implicit'), created_at, NULL, NULL, NULL,
    _synced_at, _page, _line
  FROM raw.constant_contact_contacts
  WHERE _deleted_at IS NULL AND deleted_at IS NULL
  UNION ALL
  SELECT n.workspace_id, n.connection_id, 'emailoctopus', 'emailoctopus_contacts', n.id, n.list_id, n.email_address,
    n.status, n.status = 'subscribed', n.created_at, NULL, NULL, NULL, n._synced_at, n._page, n._line
  FROM raw.emailoctopus_contacts AS n
  LEFT JOIN raw.emailoctopus_lists AS l ON l.connection_id = n.connection_id AND l.id = n.list_id
  WHERE n._deleted_at IS NULL AND l._deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'klaviyo', 'klaviyo_profiles', id, NULL, email,
    -- That nothing is suppressed is not yet consent.
    email_consent, email_consent = 'SUBSCRIBED' AND can_receive_email, created, NULL, NULL, NULL,
    _synced_at, _page, _line
  FROM raw.klaviyo_profiles
  WHERE _deleted_at IS NULL
  UNION ALL
  SELECT workspace_id, connection_id, 'shopify', 'shopify_customers', customer_id, NULL, email,
    email_marketing_state, email_marketing_state = 'SUBSCRIBED', created_at, orders, amount_spent, currency,
    _synced_at, _page, _line
  FROM raw.shopify_customers
  WHERE _deleted_at IS NULL
)
SELECT
  workspace_id, connection_id, platform, record_id, list_id,
  TO_HEX(SHA256(NULLIF(TRIM(LOWER(NORMALIZE(email, NFKC))), ''))) AS person_id,
  status, is_subscribed, _synced_at AS told_at, told_in IN UNNEST(@silent) AS may_be_gone, since, orders, spent,
  currency, _synced_at, _page, _line
FROM told
