"""Further kinds of grants at the token address: a token for a longer one, a service account's signed word, the app
on its own behalf. A platform lists them in `OAuth.trades` under their grant_type."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.sandbox.access import Asked, Terms, Trade
from infra.sandbox.invent import md5
from infra.sandbox.tokens import Denied

FB_EXCHANGE = "fb_exchange_token"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_CREDENTIALS = "client_credentials"
HOUR = 3600
SKEW = 300  # seconds by which a signer's clock may be ahead


def exchanged(parameter: str, terms: Terms, expects: Mapping[str, str] | None = None, spent: bool = False) -> Trade:
    """A valid access token, in `parameter`, for another of the same grant. `expects`: what else must be said so;
    `spent`: the old one ends with that."""

    def give(asked: Asked) -> dict[str, Any]:
        for name, value in (expects or {}).items():
            if asked.said.get(name) != value:
                raise Denied("invalid_request", f"{name} must be {value}.")
        old = asked.said.get(parameter, "")
        grant = asked.grants.grant_of(old)
        if grant is None:
            raise Denied("invalid_grant", "The token to be exchanged is invalid or has expired.")
        if spent:
            asked.grants.end(old)
        asked.grants.calls.add("exchanges")
        return asked.grants.give(grant, terms)

    return Trade(give)


def on_its_own(scopes: Sequence[str], terms: Terms) -> Trade:
    """Client credentials: the app needs nobody's consent here, and gets no refresh token."""

    def give(asked: Asked) -> dict[str, Any]:
        asked.grants.calls.add("exchanges")
        return asked.grants.give(asked.grants.grant(scopes, lasting=False), terms)

    return Trade(give)


@dataclass(frozen=True)
class ServiceAccount:
    """Somebody who signs for themselves. Name `email` in `OAuth.holders`, and `trade` under JWT_BEARER."""

    email: str
    token_uri: str  # as the key file and the claim `aud` say it
    scopes: tuple[str, ...]

    def document(self) -> str:
        """The key file, as it is downloaded from a console and pasted."""
        private = _key(self.email).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        held = {
            "type": "service_account",
            "project_id": self.email.partition("@")[2].partition(".")[0],
            "private_key_id": md5(self.email),
            "private_key": private.decode(),
            "client_email": self.email,
            "token_uri": self.token_uri,
        }
        return json.dumps(held, indent=2)

    @property
    def trade(self) -> Trade:
        return Trade(self._give, client=False)

    def _give(self, asked: Asked) -> dict[str, Any]:
        claims = self._claims(asked.said.get("assertion", ""))
        begun, end, now = claims.get("iat"), claims.get("exp"), asked.now
        if claims.get("iss") != self.email or not asked.grants.holds(self.email):
            raise Denied("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") != self.token_uri:
            raise Denied("invalid_grant", "Invalid JWT: Failed audience check.")
        if not isinstance(begun, int) or not isinstance(end, int) or not 0 < end - begun <= HOUR:
            raise Denied("invalid_grant", "Invalid JWT: iat and exp must be at most an hour apart.")
        if begun > now + SKEW or end <= now:
            raise Denied("invalid_grant", "Invalid JWT: Token must be a short-lived token.")
        scopes = str(claims.get("scope", "")).split()
        if not scopes or not set(scopes) <= set(self.scopes):
            raise Denied("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        asked.grants.calls.add("exchanges")
        return asked.grants.give(asked.grants.grant(scopes, lasting=False))

    def _claims(self, assertion: str) -> dict[str, Any]:
        """What the assertion says, once its signature is found to be ours."""
        try:
            head, body, signature = assertion.split(".")
            said, claims = json.loads(_bytes(head)), json.loads(_bytes(body))
            signed = f"{head}.{body}".encode()
            if said["alg"] != "RS256" or said.get("kid") not in (None, md5(self.email)):
                raise ValueError("another way to sign, or another key")
            _key(self.email).public_key().verify(_bytes(signature), signed, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, KeyError, TypeError, InvalidSignature):
            raise Denied("invalid_grant", "Invalid JWT Signature.") from None
        return claims if isinstance(claims, dict) else {}


@lru_cache
def _key(email: str) -> rsa.RSAPrivateKey:
    """Made when it is first needed, one for each run of Python: no private key lies in the tree."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
