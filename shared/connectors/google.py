"""What Google's platforms have in common: where access is given, and service accounts, which sign for themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
from google.auth import crypt, jwt

from shared.connectors.spec import Key, OAuth
from shared.connectors.wire import Request
from shared.secret import Secret

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTS = timedelta(hours=1)  # the longest that Google takes


def consent(*scopes: str) -> OAuth:
    """A refresh token comes only with `offline`, and after the first consent only when it is asked for anew."""
    return OAuth(
        AUTHORIZE,
        TOKEN,
        scopes=scopes,
        pkce=True,
        extra={"access_type": "offline", "prompt": "consent"},
        grant_lifetime=timedelta(days=180),  # unused for six months, it dies; it does not rotate
    )


def service_account(scope: str, where: str) -> Key:
    """The key file of a service account, pasted whole."""
    return Key(
        where,
        r'\{[\s\S]*"private_key"[\s\S]*\}',
        "https://cloud.google.com/iam/docs/keys-create-delete",
        name="service account key",
        long=True,
        trade=signed(scope),
    )


def signed(scope: str) -> Callable[[Secret, datetime], Request]:
    """The call that trades a key for an hour of access. Where the file says to ask does not matter: it is pasted."""

    def trade(key: Secret, now: datetime) -> Request:
        held = orjson.loads(key.reveal())
        claims = {
            "iss": str(held["client_email"]),
            "scope": scope,
            "aud": TOKEN,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
        }
        signer = crypt.RSASigner.from_service_account_info(held)
        assertion = jwt.encode(signer, claims).decode()
        return Request("POST", TOKEN, form={"grant_type": JWT_BEARER, "assertion": assertion})

    return trade
