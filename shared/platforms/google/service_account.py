"""A service account of Google Cloud: its key file, read strictly, and the call that trades it for an hour of access.

The file was pasted by somebody. It says who signs, and with what; where the call goes is never taken from it.
https://developers.google.com/identity/protocols/oauth2/service-account#httprest (seen November 2026)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from shared.secret import Secret
from shared.vocabulary.access import Sign
from shared.vocabulary.wire import Json, Request

TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PATTERN = r"(?s)\s*\{.{200,12000}\}\s*"
LIFETIME = timedelta(hours=1)  # the longest that is allowed
_EMAIL = re.compile(r"[a-z0-9][a-z0-9\-_.]{0,99}@[a-z0-9\-.]{1,99}\.gserviceaccount\.com")
_KEY_ID = re.compile(r"[0-9a-f]{8,64}")
_PEM = re.compile(  # of RSA, and of 2048 bits at least: what is shorter, or of curves, has fewer characters
    r"-----BEGIN (RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{1500,8000}\n-----END (RSA )?PRIVATE KEY-----\s*"
)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    key_id: str
    private_key: Secret


def trade(*scopes: str) -> Callable[[Secret, datetime, Sign], Request]:
    """For `Key.trade`: what is signed now is good for an hour and opens these scopes."""

    def call(key: Secret, now: datetime, sign: Sign) -> Request:
        account = read(key)
        issued = int(now.timestamp())
        claims = {
            "iss": account.email,
            "scope": " ".join(scopes),
            "aud": TOKEN,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
        }
        form = {"grant_type": GRANT, "assertion": sign(account.private_key, account.key_id, claims)}
        return Request("POST", TOKEN, form=form, headers={"accept": "application/json"})

    return call


def read(key: Secret) -> ServiceAccount:
    """Raises ValueError, never with a word of what it read."""
    try:
        held: Json = orjson.loads(key.reveal())
    except orjson.JSONDecodeError:
        raise ValueError("not JSON") from None
    if not isinstance(held, dict) or held.get("type") != "service_account":
        raise ValueError("not the key of a service account")
    if held.get("token_uri") != TOKEN:
        raise ValueError("names another place to trade it")
    return ServiceAccount(
        _like(_EMAIL, held, "client_email"),
        _like(_KEY_ID, held, "private_key_id"),
        Secret(_like(_PEM, held, "private_key")),
    )


def _like(pattern: re.Pattern[str], held: dict[str, Json], name: str) -> str:
    value = held.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"no {name} of the known form")
    return value
