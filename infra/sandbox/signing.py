"""Signatures that platforms put under what passes through other hands."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode


def hmac_hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed(query: Mapping[str, str], secret: str) -> dict[str, str]:
    """The query with `hmac`: its pairs in the order of their names, joined as they stand in an address."""
    return {**query, "hmac": hmac_hex(secret, urlencode(sorted(query.items())))}
