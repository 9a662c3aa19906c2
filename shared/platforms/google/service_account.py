"""A service account of Google Cloud: its key file, read strictly, and the call that trades it for an hour of access.

The file was pasted by somebody. It says who signs, and with what; where the call goes is never taken from it.
https://developers.google.com/identity/protocols/oauth2/service-account#httprest (seen November 2026)
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from shared.secret import Secret
from shared.vocabulary.wire import Json, Request

TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PATTERN = r"(?s)\s*\{.{200,12000}\}\s*"
LIFETIME = timedelta(hours=1)  # the longest that is allowed
_EMAIL = re.compile(r"[a-z0-9][a-z0-9\-_.]{0,99}@[a-z0-9\-.]{1,99}\.gserviceaccount\.com")
_KEY_ID = re.compile(r"[0-9a-f]{8,64}")
_PEM = re.compile(
    r"-----BEGIN (RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{800,8000}\n-----END (RSA )?PRIVATE KEY-----\s*"
)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    key_id: str
    private_key: rsa.RSAPrivateKey


def trade(*scopes: str) -> Callable[[Secret, datetime], Request]:
    """For `Key.trade`: what is signed now is good for an hour and opens these scopes."""

    def call(key: Secret, now: datetime) -> Request:
        account = read(key)
        issued = int(now.timestamp())
        claims = {
            "iss": account.email,
            "scope": " ".join(scopes),
            "aud": TOKEN,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
        }
        head = {"alg": "RS256", "typ": "JWT", "kid": account.key_id}
        said = f"{_part(orjson.dumps(head))}.{_part(orjson.dumps(claims))}"
        signature = account.private_key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        form = {"grant_type": GRANT, "assertion": f"{said}.{_part(signature)}"}
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
        _private_key(_like(_PEM, held, "private_key")),
    )


def _like(pattern: re.Pattern[str], held: dict[str, Json], name: str) -> str:
    value = held.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"no {name} of the known form")
    return value


def _private_key(text: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("a private_key that cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < 2048:
        raise ValueError("a private_key of another kind")
    return key


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
