"""Signatures as Standard Webhooks say: HMAC-SHA256 over id, time and body, once for each key that is good now.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11)
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.secret import Secret

BEGINS = "whsec_"
BYTES = 32  # the specification asks for 24 to 64


def new_key() -> Secret:
    return Secret(BEGINS + b64encode(secrets.token_bytes(BYTES)).decode())


def headers(keys: Sequence[Secret], name: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """`at`: of this try, since receivers refuse what is minutes old."""
    moment = str(int(at.timestamp()))
    signed = b".".join((name.encode(), moment.encode(), body))
    found = [hmac.new(b64decode(key.reveal().removeprefix(BEGINS)), signed, hashlib.sha256).digest() for key in keys]
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{b64encode(each).decode()}" for each in found),
    }
