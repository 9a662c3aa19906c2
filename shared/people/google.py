"""Signing in with Google by OpenID Connect: where a person is sent, and what an ID token proves. Opens no connection.

https://developers.google.com/identity/openid-connect/openid-connect (2026-11)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from shared.clock import Clock
from shared.errors import Bug, Later, Problem
from shared.people.our_client import OurClient
from shared.people.persons import address
from shared.secret import Secret
from shared.vocabulary.access import App

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
ISSUERS = ["https://accounts.google.com", "accounts.google.com"]
SCOPES = "openid email profile"
SKEW = 60  # seconds by which Google's clock and ours may differ
LEAST_PAUSE = timedelta(minutes=1)  # between two looks for keys, however many unknown ones are shown


class Accounts(Protocol):
    """What is asked of Google itself."""

    def keys(self) -> tuple[Mapping[str, Any], timedelta]:
        """Its public keys (RFC 7517), and how long they may be kept."""
        ...

    def token(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """The answer of the token endpoint; raises Problem."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """An account of Google's, as its ID token tells of it."""

    sub: str
    mail: str  # empty unless Google says that it is verified
    name: str
    hosted: str  # the Workspace domain whose account it is

    @property
    def authoritative(self) -> bool:
        """Whether Google itself decides whose address this is. Of any other it only knows that somebody once read a
        letter there. https://developers.google.com/identity/gsi/web/guides/verify-google-id-token (2026-11)"""
        domain = self.mail.rpartition("@")[2]
        return domain in {"gmail.com", "googlemail.com"} or (bool(self.hosted) and domain == self.hosted.lower())


class NotProven(Problem):
    """What came back proves nobody."""


def authorize_address(origin: str) -> str:
    """Where people are sent. `origin`: of whoever stands in for Google's accounts; empty: Google itself."""
    return f"{origin.rstrip('/')}{urlsplit(AUTHORIZE).path}" if origin else AUTHORIZE


@dataclass
class Google:
    accounts: Accounts
    clock: Clock
    client: OurClient
    back: str  # exactly as it is registered
    authorize: str = AUTHORIZE
    _keys: KeySet | None = field(init=False, default=None, repr=False)
    _until: datetime | None = field(init=False, default=None, repr=False)
    _looked: datetime | None = field(init=False, default=None, repr=False)

    @property
    def app(self) -> App:
        return self.client.get()

    def address(self, state: str, nonce: str, verifier: str, hint: str = "") -> str:
        """Where the person is sent."""
        said = {
            "response_type": "code",
            "client_id": self.app.id,
            "redirect_uri": self.back,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",
            **({"login_hint": hint} if hint else {}),
        }
        query = urlsplit(prepare_grant_uri(self.authorize, **said)).query
        return f"{self.authorize}?{query.replace('+', '%20')}"

    def account(self, code: str, nonce: str, verifier: str) -> Account:
        """The account behind a code; raises NotProven, or Later when Google does not answer."""
        answer = self.accounts.token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.back,
                "client_id": self.app.id,
                "client_secret": self.app.secret.reveal(),
                "code_verifier": verifier,
            }
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProven("no-token", "Google did not say who you are.")
        return self.proven(Secret(token), nonce)

    def proven(self, token: Secret, nonce: str) -> Account:
        """What an ID token proves: signed by Google, for us, for this very attempt, and not too old."""
        keys = self._known(token)
        try:
            # No other algorithm than Google's is let in: neither none nor one that takes the public key for a secret.
            claims = jwt.decode(token.reveal(), keys, algorithms=["RS256"]).claims
            JWTClaimsRegistry(
                now=int(self.clock.now().timestamp()),
                leeway=SKEW,
                iss={"essential": True, "values": ISSUERS},
                aud={"essential": True, "value": self.app.id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise NotProven("not-proven", "What came back from Google could not be verified.") from error
        if not isinstance(claims["aud"], str) or claims.get("azp", self.app.id) != self.app.id:
            raise NotProven("not-proven", "What came back from Google is meant for somebody else.")
        verified = claims.get("email_verified") is True
        return Account(
            str(claims["sub"]),
            address(str(claims.get("email", ""))) if verified else "",
            " ".join(str(claims.get("name", "")).split())[:100],
            str(claims.get("hd", "")),
        )

    def _known(self, token: Secret) -> KeySet:
        """The keys: kept as long as Google says, and looked for again when the token names another one."""
        now = self.clock.now()
        named = _key_id(token)
        lacking = self._keys is None or self._until is None or self._until <= now or not _holds(self._keys, named)
        rested = self._looked is None or now - self._looked >= LEAST_PAUSE
        if self._keys is None or (lacking and rested):
            self._looked = now
            found, lasting = self.accounts.keys()
            try:
                self._keys, self._until = KeySet.import_key_set({"keys": list(found["keys"])}), now + lasting
            except (KeyError, TypeError, ValueError, JoseError) as error:
                raise Later("keys-unknown", "Google's keys could not be read; try again in a minute.") from error
        if self._keys is None:
            raise Bug("no-keys", "There are no keys of Google's.")
        return self._keys


def _key_id(token: Secret) -> str:
    """The key that a token says it is signed with; nothing is believed by it."""
    try:
        head = token.reveal().partition(".")[0]
        found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid", "")
    except (ValueError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def _holds(keys: KeySet, name: str) -> bool:
    return any(key.kid == name for key in keys.keys)
