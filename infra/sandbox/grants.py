"""Who may read: codes, access tokens, refresh tokens and keys, and when each of them dies. No HTTP here."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

from infra.sandbox.calls import Calls
from infra.sandbox.spec import OAuth
from infra.sandbox.times import DAY, Now


class Denied(Exception):  # an answer, not an error of the sandbox
    """An OAuth error answer: its code, and a sentence."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass
class Grant:
    """One person allowed one client."""

    scopes: tuple[str, ...]
    alive: bool = True


@dataclass
class Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    until: int
    used: bool = False


@dataclass
class Token:
    grant: Grant
    until: int | None  # None: for ever
    alive: bool = True


def s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Grants:
    """The authorization server's memory. `rotating`: a refresh token works once and is replaced."""

    def __init__(self, rules: OAuth | None, key: str, dead_key: str, now: Now, secret: str, calls: Calls) -> None:
        self.rules, self.now, self.calls = rules, now, calls
        self.rotating = True
        self._secret = secret
        self._first_key = key
        self._keys = {key: True} if key else {}
        if dead_key:
            self._keys[dead_key] = False
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._made = 0
        self._lock = RLock()

    # keys

    def key(self) -> str:
        """A key that works; when the last one was withdrawn, a new one."""
        with self._lock:
            for key, alive in self._keys.items():
                if alive:
                    return key
            fresh = f"{self._text('key', 32)[:32]}{self._first_key[32:]}"
            self._keys[fresh] = True
            return fresh

    # OAuth

    def allow(self, scopes: Sequence[str], redirect_uri: str, challenge: str = "") -> str:
        """The person pressed Allow: a code, good once and for a few minutes."""
        with self._lock:
            code = self._text("code", 40)
            until = self.now() + self._oauth().code_seconds
            self._codes[code] = Code(Grant(tuple(scopes)), redirect_uri, challenge, until)
            return code

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        with self._lock:
            kept = self._codes.get(code)
            if kept is None or kept.used or kept.until <= self.now():
                raise Denied("invalid_grant", "The authorization code is invalid or has expired.")
            kept.used = True
            if kept.redirect_uri != redirect_uri:
                raise Denied("invalid_grant", "The redirect_uri does not match the one that asked for the code.")
            if kept.challenge and s256(verifier) != kept.challenge:
                raise Denied("invalid_grant", "PKCE verification failed.")
            self.calls.add("exchanges")
            return self._answer(kept.grant, None)

    def refresh(self, token: str) -> dict[str, Any]:
        with self._lock:
            kept = self._refresh.get(token)
            unused_too_long = kept is not None and kept.until is not None and kept.until <= self.now()
            if kept is None or not kept.alive or not kept.grant.alive or unused_too_long:
                self.calls.add("refused_refreshes")
                raise Denied("invalid_grant", "The refresh token is invalid or expired.")
            if self.rotating:
                kept.alive = False
            self.calls.add("refreshes")
            return self._answer(kept.grant, None if self.rotating else token)

    def issue(self) -> dict[str, Any]:
        """A credential without the consent pages."""
        with self._lock:
            if self.rules is None:
                return {"api_key": self.key()}
            return self._answer(Grant(tuple(self.rules.scopes)), None)

    def scopes(self, credential: str) -> tuple[str, ...] | None:
        """What a token or key allows; None when it is not, or no longer, valid. A key allows everything."""
        with self._lock:
            if self._keys.get(credential):
                return ("*",)
            token = self._access.get(credential)
            if token is None or not token.alive or not token.grant.alive:
                return None
            if token.until is not None and token.until <= self.now():
                return None
            return token.grant.scopes

    # what tests and demos do to them

    def expire(self) -> None:
        """Every access token dies now; refresh tokens live on."""
        with self._lock:
            for token in self._access.values():
                token.alive = False

    def revoke(self) -> None:
        """The person disconnected the app, or deleted the key."""
        with self._lock:
            tokens = [*self._access.values(), *self._refresh.values()]
            for grant in {id(token.grant): token.grant for token in tokens}.values():
                self.calls.revoked += grant.alive
                grant.alive = False
            for key, alive in self._keys.items():
                self.calls.revoked += alive
                self._keys[key] = False

    def _oauth(self) -> OAuth:
        if self.rules is None:
            raise Denied("unsupported_grant_type", "This platform has no OAuth.")
        return self.rules

    def _answer(self, grant: Grant, refresh_token: str | None) -> dict[str, Any]:
        rules = self._oauth()
        token = self._token(rules, grant)
        self._access[token] = Token(grant, self.now() + rules.access_seconds if rules.access_seconds else None)
        scope = " ".join(grant.scopes) or None
        answer = {"access_token": token, "expires_in": rules.access_seconds, "scope": scope}
        if rules.refresh_days and rules.refresh_scope in ("", *grant.scopes):
            refresh_token = refresh_token or self._text("refresh", 43)
            self._refresh[refresh_token] = Token(grant, self.now() + rules.refresh_days * DAY)
            answer["refresh_token"] = refresh_token
        return answer | {"token_type": "Bearer"} if rules.access_seconds else answer

    def _token(self, rules: OAuth, grant: Grant) -> str:
        if rules.token_length < 200:
            return self._text("access", rules.token_length)
        # Long tokens are JWT-like: three parts, only the first two of which can be read.
        head = _part({"alg": "RS256", "kid": "sandbox"})
        claims = {"scp": list(grant.scopes), "iat": self.now(), "exp": self.now() + rules.access_seconds}
        body = _part({**claims, "pad": self._text("pad", 300)})
        return f"{head}.{body}.{self._text('sign', rules.token_length - len(head) - len(body) - 2)}"

    def _text(self, kind: str, length: int) -> str:
        self._made += 1
        text, block = "", 0
        while len(text) < length:
            digest = hashlib.sha256(f"{self._secret}/{kind}/{self._made}/{block}".encode()).digest()
            text += base64.urlsafe_b64encode(digest).decode().rstrip("=").replace("-", "x").replace("_", "y")
            block += 1
        return text[:length]


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")
