"""How platforms sign what they send to an app, after their own documentation.

Meta: https://developers.facebook.com/docs/facebook-login/guides/advanced/existing-system#signedrequest
Shopify: https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook
The bodies of Shopify's calls: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance (2026-11).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

SECRET = "a secret of the app"
SHOP = "north.myshopify.com"


def meta(secret: str = SECRET, **said: Any) -> str:
    payload = _url(json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1291836800, **said}).encode())
    return f"{_url(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def _url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def shopify(topic: str, body: bytes, secret: str = SECRET, name: str = "one") -> dict[str, str]:
    """The headers of a call."""
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode(),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": name,
    }


BODIES: dict[str, dict[str, Any]] = {
    "customers/data_request": {
        "shop_id": 954889,
        "shop_domain": SHOP,
        "orders_requested": [299938, 280263, 220458],
        "customer": {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"},
        "data_request": {"id": 9999},
    },
    "customers/redact": {
        "shop_id": 954889,
        "shop_domain": SHOP,
        "customer": {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"},
        "orders_to_redact": [299938, 280263, 220458],
    },
    "shop/redact": {"shop_id": 954889, "shop_domain": SHOP},
    "app/uninstalled": {"id": 954889, "name": "North", "domain": "north.example", "myshopify_domain": SHOP},
}
