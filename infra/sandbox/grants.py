"""Who may read: codes, access tokens, refresh tokens and keys, and when each of them dies. No HTTP here."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any, Literal

from infra.sandbox.access import Access, OAuth, Terms
from infra.sandbox.call_log import CallLog
from infra.sandbox.times import DAY, Now
from infra.sandbox.tokens import Code, Denied, Grant, Key, Token, s256


class Grants:
    """The authorization server's memory. `rotating`: a refresh token works once and is replaced."""

    def __init__(self, rules: OAuth | None, key: str, dead_key: str, now: Now, secret: str, calls: CallLog) -> None:
        self.rules, self.now, self.calls = rules, now, calls
        self.rotating = rules is None or rules.rotates
        self._secret = secret
        self._first_key = key
        self._keys = {key: Key()} if key else {}
        if dead_key:
            self._keys[dead_key] = Key(alive=False)
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._holders = dict.fromkeys(rules.holders if rules else (), True)
        self._consented = False
        self._made = 0
        self._lock = RLock()

    # keys, and whoever else needs no consent

    def key(self, scopes: Sequence[str] = ()) -> str:
        """A key that works; when the last one was withdrawn, or for these scopes alone, a new one."""
        with self._lock:
            for text, key in self._keys.items():
                if key.alive and not scopes:
                    return text
            fresh = f"{self._text('key', 32)[:32]}{self._first_key[32:]}"
            self._keys[fresh] = Key(tuple(scopes) or ("*",))
            return fresh

    def holds(self, name: str) -> bool:
        """Is this a service account with access?"""
        return self._holders.get(name, False)

    def admit(self, name: str) -> None:
        """Give a service account access, again."""
        self._holders[name] = True

    # OAuth

    def allow(
        self,
        scopes: Sequence[str],
        redirect_uri: str,
        challenge: str = "",
        lasting: bool = True,
        lasting_again: bool = True,
    ) -> str:
        """The person pressed Allow: a code, good once and for a few minutes. `lasting_again`: … as `lasting`, when
        this is not the first consent."""
        with self._lock:
            code = self._text("code", 40)
            until = self.now() + self._oauth().code_seconds
            grant = Grant(tuple(scopes), self.now(), lasting and (lasting_again or not self._consented))
            self._consented = True
            self._codes[code] = Code(grant, redirect_uri, challenge, until)
            return code

    def exchange(
        self, code: str, redirect_uri: str, verifier: str, said: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        with self._lock:
            rules, kept = self._oauth(), self._codes.get(code)
            if kept is None or kept.used or kept.until <= self.now():
                raise Denied("invalid_grant", "The authorization code is invalid or has expired.")
            kept.used = True
            if kept.redirect_uri != redirect_uri and (rules.repeats_redirect or redirect_uri):
                raise Denied("invalid_grant", "The redirect_uri does not match the one that asked for the code.")
            if kept.challenge and s256(verifier) != kept.challenge:
                raise Denied("invalid_grant", "PKCE verification failed.")
            self.calls.add("exchanges")
            return self.give(kept.grant, self._terms(said))

    def refresh(self, token: str, said: Mapping[str, str] | None = None) -> dict[str, Any]:
        with self._lock:
            rules, kept = self._oauth(), self._refresh.get(token)
            unused_too_long = kept is not None and kept.until is not None and kept.until <= self.now()
            if kept is None or not kept.alive or not kept.grant.alive or unused_too_long:
                self.calls.add("refused_refreshes")
                raise Denied("invalid_grant", "The refresh token is invalid or expired.")
            if kept.replaces is not None:
                kept.replaces.alive, kept.replaces = False, None
            self.calls.add("refreshes")
            if self.rotating:
                kept.alive = rules.grace
                return self.give(kept.grant, self._terms(said), replaces=kept if rules.grace else None)
            answer = self.give(kept.grant, self._terms(said), token)
            return answer if rules.repeats_refresh else {k: v for k, v in answer.items() if k != "refresh_token"}

    def issue(self) -> dict[str, Any]:
        """A credential without the consent pages."""
        with self._lock:
            if self.rules is None:
                return {"api_key": self.key()}
            return self.give(self.grant(tuple(self.rules.scopes)))

    def grant(self, scopes: Sequence[str], lasting: bool = True) -> Grant:
        return Grant(tuple(scopes), self.now(), lasting)

    def give(
        self, grant: Grant, terms: Terms | None = None, refresh_token: str = "", replaces: Token | None = None
    ) -> dict[str, Any]:
        """A fresh access token of a grant, as the token address answers it."""
        with self._lock:
            rules = self._oauth()
            terms = terms or self._terms(None)
            token = self._token(rules, grant, terms)
            self._access[token] = Token(grant, self.now() + terms.access_seconds if terms.access_seconds else None)
            scope = rules.between.join(grant.scopes) or None
            answer: dict[str, Any] = {"access_token": token, "expires_in": terms.access_seconds, "scope": scope}
            if terms.refresh_days and grant.lasting and rules.refresh_scope in ("", *grant.scopes):
                refresh_token = refresh_token or rules.refresh_prefix + self._text("refresh", 43)
                begun = grant.begun if rules.refresh_fixed else self.now()
                self._refresh[refresh_token] = Token(grant, begun + terms.refresh_days * DAY, replaces=replaces)
                answer["refresh_token"] = refresh_token
            return answer | {"token_type": "Bearer"} if terms.access_seconds else answer

    # looking at credentials

    def look(self, credential: str, takes: Literal["any", "key", "token"] = "any") -> Access | None:
        """What a token or key opens; None when it is not, or no longer, valid."""
        with self._lock:
            key = self._keys.get(credential)
            if key is not None:
                return Access(credential, "key", key.scopes) if key.alive and takes != "token" else None
            token = self._valid(credential)
            if token is None or takes == "key":
                return None
            return Access(credential, "token", token.grant.scopes, token.until, token.subject)

    def grant_of(self, token: str) -> Grant | None:
        """The grant behind a valid access token."""
        with self._lock:
            kept = self._valid(token)
            return kept.grant if kept else None

    def derive(self, token: str, subject: str) -> str:
        """A token of its own for a page or the like. It has no end, and dies with the grant, or key, it hangs on."""
        with self._lock:
            key = self._keys.get(token)
            if key is not None and key.alive and key.grant is None:
                key.grant = self.grant(key.scopes)
            grant = key.grant if key is not None and key.alive else self.grant_of(token)
            if grant is None:
                raise Denied("invalid_grant", "The token is invalid or has expired.")
            if subject not in grant.derived:
                text = self._oauth().access_prefix + self._text("derived", self._oauth().token_length)
                grant.derived[subject] = text
                self._access[text] = Token(grant, None, subject=subject)
            return grant.derived[subject]

    def end(self, token: str) -> None:
        """One access token dies; its grant lives on."""
        with self._lock:
            if token in self._access:
                self._access[token].alive = False

    def withdraw(self, credential: str) -> bool:
        """The app gives up one grant, by any token of it; False: nobody knows that token."""
        with self._lock:
            kept = self._access.get(credential) or self._refresh.get(credential)
            if kept is None or not kept.grant.alive:
                return False
            self.calls.revoked += kept.grant.alive
            kept.grant.alive = False
            return True

    # what tests and demos do to them

    def expire(self) -> None:
        """Every access token dies now; refresh tokens, and tokens without an end, live on."""
        with self._lock:
            for token in self._access.values():
                token.alive = bool(token.subject)

    def revoke(self) -> None:
        """The person disconnected the app, or deleted the key, or the service account."""
        with self._lock:
            tokens = [*self._access.values(), *self._refresh.values()]
            for grant in {id(token.grant): token.grant for token in tokens}.values():
                self.calls.revoked += grant.alive
                grant.alive = False
            for key in self._keys.values():
                self.calls.revoked += key.alive
                key.alive = False
            self._holders = dict.fromkeys(self._holders, False)

    def _valid(self, credential: str) -> Token | None:
        token = self._access.get(credential)
        if token is None or not token.alive or not token.grant.alive:
            return None
        return None if token.until is not None and token.until <= self.now() else token

    def _oauth(self) -> OAuth:
        if self.rules is None:
            raise Denied("unsupported_grant_type", "This platform has no OAuth.")
        return self.rules

    def _terms(self, said: Mapping[str, str] | None) -> Terms:
        rules = self._oauth()
        if rules.terms is not None and said is not None:
            return rules.terms(said)
        return Terms(rules.access_seconds, rules.refresh_days)

    def _token(self, rules: OAuth, grant: Grant, terms: Terms) -> str:
        if rules.token_length < 200:
            return rules.access_prefix + self._text("access", rules.token_length)
        # Long tokens are JWT-like: three parts, only the first two of which can be read.
        head = _part({"alg": "RS256", "kid": "sandbox"})
        claims = {"scp": list(grant.scopes), "iat": self.now(), "exp": self.now() + terms.access_seconds}
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
