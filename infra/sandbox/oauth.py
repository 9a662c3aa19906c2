"""The OAuth pages of a platform: where a person decides, and where a code or refresh token becomes access."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from werkzeug import Request, Response

from infra.sandbox import consent
from infra.sandbox.grants import Denied, Grants
from infra.sandbox.spec import OAuth


@dataclass(frozen=True)
class Client:
    """The app that asks. Without registered addresses any page of this machine will do."""

    id: str
    secret: str
    name: str
    redirect_uris: Sequence[str] | None = None

    def may_return_to(self, address: str) -> bool:
        if self.redirect_uris is not None:
            return address in self.redirect_uris
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        return local and parts.username is None and not parts.fragment


@dataclass(frozen=True)
class OAuthPages:
    title: str
    account: str
    rules: OAuth
    client: Client
    grants: Grants

    def authorize(self, request: Request) -> Response:
        """GET shows the page, POST is the person's decision."""
        said = request.form if request.method == "POST" else request.args
        back, state = said.get("redirect_uri", ""), said.get("state", "")
        if said.get("client_id") != self.client.id:
            return self._refuse("No app is registered under this client_id.")
        if not self.client.may_return_to(back):
            return self._refuse("This redirect_uri is not registered for the app.")
        scopes = said.get("scope", "").split() if self.rules.scopes else []
        try:
            self._check(said, scopes)
        except Denied as denied:
            return _send_back(back, {"error": denied.error, "error_description": denied.description}, state)
        if request.method != "POST":
            wishes = {scope: self.rules.scopes[scope] for scope in scopes}
            fields = {name: said[name] for name in said}
            page = consent.ask(self.title, self.client.name, self.account, wishes, request.path, fields)
            return _page(page)
        if said.get("decision") != "allow":
            refusal = {"error": "access_denied", "error_description": "The resource owner denied the request."}
            return _send_back(back, refusal, state)
        code = self.grants.allow(scopes, back, said.get("code_challenge", ""))
        return _send_back(back, {"code": code}, state)

    def token(self, request: Request) -> dict[str, Any]:
        """The answer of the token endpoint; raises Denied."""
        form = request.form
        if request.method != "POST":
            raise Denied("invalid_request", "Use POST.")
        if self._client_of(request) != (self.client.id, self.client.secret):
            raise Denied("invalid_client", "The client credentials are not valid.")
        if form.get("grant_type") == "authorization_code":
            verifier = form.get("code_verifier", "")
            return self.grants.exchange(form.get("code", ""), form.get("redirect_uri", ""), verifier)
        if form.get("grant_type") == "refresh_token" and self.rules.refresh_days:
            return self.grants.refresh(form.get("refresh_token", ""))
        raise Denied("unsupported_grant_type", "This grant_type is not supported.")

    def _check(self, said: Mapping[str, str], scopes: Sequence[str]) -> None:
        if said.get("response_type") != "code":
            raise Denied("unsupported_response_type", "response_type must be code.")
        if self.rules.state_required and not said.get("state"):
            raise Denied("invalid_request", "state is required.")
        if self.rules.scopes and (not scopes or not set(scopes) <= set(self.rules.scopes)):
            raise Denied("invalid_scope", "One or more scopes are missing or not known.")
        if said.get("code_challenge") and said.get("code_challenge_method") != "S256":
            raise Denied("invalid_request", "code_challenge_method must be S256.")

    def _client_of(self, request: Request) -> tuple[str, str]:
        if self.rules.client_auth == "form":
            return request.form.get("client_id", ""), request.form.get("client_secret", "")
        scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
        try:
            name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        # RFC 6749 2.3.1: id and secret are form-encoded before they are joined.
        return (unquote_plus(name), unquote_plus(secret)) if scheme.lower() == "basic" else ("", "")

    def _refuse(self, reason: str) -> Response:
        return _page(consent.refuse(self.title, reason), 400)


def _page(html: str, status: int = 200) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    return Response(html, status, headers, content_type="text/html; charset=utf-8")


def _send_back(address: str, said: dict[str, str], state: str) -> Response:
    if state:
        said = said | {"state": state}
    joint = "&" if "?" in address else "?"
    return Response(status=302, headers={"Location": address + joint + urlencode(said)})
