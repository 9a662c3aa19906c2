"""Google's accounts on this machine: a page to choose an account on, and ID tokens that a real key has signed.

Speaks what https://developers.google.com/identity/openid-connect/openid-connect (2026-11) says of the code flow with
PKCE, as far as signing in needs it. It keeps Google's addresses below its own: /o/oauth2/v2/auth, /token,
/oauth2/v3/certs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Request, Response, request
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://accounts.google.com"
CLIENT = ("local-sign-in", "local-sign-in-secret")
CODE_SECONDS = 600
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Choose an account (stand-in for Google)</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 27rem; margin: 3rem auto; padding: 0 1rem; }}
button, input {{ font: inherit; width: 100%; box-sizing: border-box; padding: .7rem; margin: .3rem 0; }}
.note {{ background: #fff4d6; color: #6b4e00; padding: .5rem .8rem; }}</style></head>
<body><p class="note">This stands in for Google on this machine. Nothing here is real.</p>
<h1>Choose an account</h1><p>to continue to <b>{client}</b></p>{body}</body></html>"""


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """`hosted`: the Workspace domain that the account belongs to; empty for a private one."""

    sub: str
    mail: str
    name: str
    hosted: str = ""
    verified: bool = True


def standard_accounts() -> list[LocalAccount]:
    return [
        LocalAccount("1001", "owner@agency.example", "Owner", "agency.example"),
        LocalAccount("1002", "analyst@agency.example", "Analyst", "agency.example"),
        LocalAccount("1003", "viewer@gmail.com", "Viewer"),
        LocalAccount("1004", "private@client.example", "Private account"),
    ]


@dataclass
class Accounts:
    """`rules` changes what an ID token says, for tests of those who read it."""

    client: tuple[str, str] = CLIENT
    redirects: frozenset[str] | None = None  # None: any on this machine
    accounts: list[LocalAccount] = field(default_factory=standard_accounts)
    now: Callable[[], float] = time.time
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": secrets.token_hex(8)}))
    rules: Callable[[dict[str, Any]], Mapping[str, Any]] = lambda claims: claims
    key_fetches: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        made = Flask("accounts")
        made.add_url_rule("/o/oauth2/v2/auth", view_func=lambda: self.choose(request), methods=["GET", "POST"])
        made.add_url_rule("/token", "token", lambda: self.token(request), methods=["POST"])
        made.add_url_rule("/oauth2/v3/certs", "certs", self.certs)
        return made

    def choose(self, asked: Request) -> Response:
        """The page on which an account is chosen; then the way back with a code."""
        said = asked.values.to_dict()
        wrong = self._wrong(said)
        if wrong:
            return Response(_PAGE.format(client="", body=f"<p>{escape(wrong)}</p>"), 400, content_type="text/html")
        if asked.method == "GET":
            return Response(self._page(said), content_type="text/html; charset=utf-8")
        account = self._account(said)
        if account is None:
            return self._back(said, {"error": "access_denied"})
        code = secrets.token_urlsafe(24)
        self._codes[code] = {**said, "sub": account.sub, "until": str(self.now() + CODE_SECONDS)}
        return self._back(said, {"code": code})

    def token(self, asked: Request) -> tuple[dict[str, Any], int]:
        said = asked.form.to_dict()
        if (said.get("client_id"), said.get("client_secret")) != self.client:
            return {"error": "invalid_client"}, 401
        kept = self._codes.pop(said.get("code", ""), None)
        if kept is None or said.get("grant_type") != "authorization_code" or self.now() > float(kept["until"]):
            return {"error": "invalid_grant"}, 400
        if kept["redirect_uri"] != said.get("redirect_uri") or not _proves(said, kept):
            return {"error": "invalid_grant"}, 400
        claims = self.rules(self.claims(kept["sub"], kept.get("nonce", "")))
        return {
            "access_token": secrets.token_urlsafe(24),
            "expires_in": 3599,
            "token_type": "Bearer",
            "scope": "openid",
            "id_token": self.signed(claims),
        }, 200

    def certs(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        self.key_fetches += 1
        public = {**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}
        return {"keys": [public]}, 200, {"Cache-Control": "public, max-age=21600"}

    def claims(self, sub: str, nonce: str) -> dict[str, Any]:
        account = next(each for each in self.accounts if each.sub == sub)
        now = int(self.now())
        return {
            "iss": ISSUER,
            "azp": self.client[0],
            "aud": self.client[0],
            "sub": account.sub,
            "email": account.mail,
            "email_verified": account.verified,
            "name": account.name,
            "nonce": nonce,
            "iat": now,
            "exp": now + 3600,
            **({"hd": account.hosted} if account.hosted else {}),
        }

    def signed(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}, dict(claims), self.key)

    def _wrong(self, said: Mapping[str, str]) -> str:
        back = said.get("redirect_uri", "")
        if said.get("client_id") != self.client[0]:
            return "The OAuth client was not found."
        if not (back in self.redirects if self.redirects is not None else back.startswith("http://127.0.0.1:")):
            return "redirect_uri_mismatch"
        if said.get("response_type") != "code" or "openid" not in said.get("scope", "").split():
            return "invalid_request"
        if said.get("code_challenge") and said.get("code_challenge_method") != "S256":
            return "invalid_request: code_challenge_method"
        return ""

    def _account(self, said: Mapping[str, str]) -> LocalAccount | None:
        """The one that was pressed; for an address that was typed in, a private one of its own."""
        typed = said.get("typed", "").strip().lower()
        if not typed:
            return next((each for each in self.accounts if each.sub == said.get("sub")), None)
        known = next((each for each in self.accounts if each.mail == typed), None)
        if known is None:
            known = LocalAccount(str(2000 + len(self.accounts)), typed, typed.partition("@")[0])
            self.accounts.append(known)
        return known

    def _page(self, said: Mapping[str, str]) -> str:
        carried = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in said.items()
        )
        buttons = "".join(
            f'<button name="sub" value="{escape(each.sub)}">{escape(each.name)}<br><small>{escape(each.mail)}</small>'
            "</button>"
            for each in self.accounts
        )
        other = (
            f'<form method="post">{carried}<label for="typed">Another account</label>'
            '<input id="typed" name="typed" type="email"><button>Use it</button></form>'
        )
        return _PAGE.format(
            client=escape(said["client_id"]), body=f'<form method="post">{carried}{buttons}</form>{other}'
        )

    def _back(self, said: Mapping[str, str], answer: dict[str, str]) -> Response:
        query = urlencode({"state": said.get("state", ""), **answer})
        return Response(status=302, headers={"Location": f"{said['redirect_uri']}?{query}"})


def _proves(said: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    """RFC 7636, 4.6."""
    if not kept.get("code_challenge"):
        return True
    digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), kept["code_challenge"])
