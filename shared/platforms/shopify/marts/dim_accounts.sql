SELECT workspace_id, connection_id, 'shopify' AS platform, shop_id AS account_id, name AS account_name,
  zone AS time_zone, currency, _synced_at, _page, _line
FROM raw.shopify_shop
