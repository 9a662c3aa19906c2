"""The OAuth pages of a platform: where a person decides, and where a code or refresh token becomes access."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus, urlencode

from werkzeug import Request, Response

from infra.sandbox import consent
from infra.sandbox.access import Asked, Client, Mistake, OAuth, Returning, Said
from infra.sandbox.grants import Grants
from infra.sandbox.times import Now
from infra.sandbox.tokens import Denied

# Denials that most platforms word as `invalid_client` and the like; some tell them apart.
UNKNOWN_APP, UNKNOWN_ADDRESS = "unknown_app", "unknown_address"


@dataclass(frozen=True)
class OAuthPages:
    title: str
    account: str
    rules: OAuth
    client: Client
    grants: Grants
    now: Now
    signed_in: bool = True  # whoever comes

    def authorize(self, request: Request, values: Said) -> Response:
        """GET shows the page, POST is the person's decision. `values`: the placeholders of the path."""
        form = request.form if request.method == "POST" else request.args
        said, back = {name: form[name] for name in form}, form.get("redirect_uri", "")
        if self.rules.signs_in_first and not self.signed_in:
            return self._sign_in()
        if said.get("client_id") != self.client.id:
            return self._refuse("client", "No app is registered under this client_id.")
        if not self.client.may_return_to(back):
            return self._refuse("redirect", "This redirect_uri is not registered for the app.")
        scopes = self._scopes(said)
        try:
            self._check(said, scopes)
        except Denied as denied:
            return self._send_back({"error": denied.error, "error_description": denied.description}, said, values)
        if not self.signed_in:
            return self._sign_in()
        if request.method != "POST":
            wishes = {scope: self.rules.scopes[scope] for scope in scopes}
            page = consent.ask(self.title, self.client.name, self.account, wishes, request.path, said)
            return _page(page)
        if said.get("decision") != "allow":
            refusal = {"error": "access_denied", "error_description": "The resource owner denied the request."}
            return self._send_back(refusal, said, values)
        code = self.grants.allow(
            [scope for scope in scopes if scope not in form.getlist("without")],  # boxes the person unticked
            back,
            said.get("code_challenge", ""),
            lasting=_says(said, self.rules.offline),
            lasting_again=_says(said, self.rules.again),
        )
        return self._send_back({"code": code}, said, values)

    def token(self, request: Request) -> dict[str, Any]:
        """The answer of the token endpoint; raises Denied."""
        if request.method != "POST" and not (self.rules.by_get and request.method == "GET"):
            raise Denied("invalid_request", "Use POST.")
        said = self._said(request)
        kind = said.get("grant_type", "")
        if not kind and not self.rules.names_grant and "code" in said:
            kind = "authorization_code"
        trade = self.rules.trades.get(kind)
        if trade is None or trade.client:
            self._know(request, said)
        if trade is not None:
            return self._told(trade.give(Asked(said, self.client, self.grants, self.now())))
        if kind == "authorization_code":
            verifier = said.get("code_verifier", "")
            return self._told(self.grants.exchange(said.get("code", ""), said.get("redirect_uri", ""), verifier, said))
        if kind == "refresh_token" and (self.rules.refresh_days or self.rules.terms):
            return self._told(self.grants.refresh(said.get("refresh_token", ""), said))
        raise Denied("unsupported_grant_type", "This grant_type is not supported.")

    def revoke(self, request: Request) -> dict[str, Any]:
        """The app gives a grant back, by any token of it; raises Denied."""
        said = self._said(request)
        if request.method != "POST" or not said.get("token"):
            raise Denied("invalid_request", "Use POST, and name the token.")
        if self.rules.revoke_by_client:
            self._know(request, said)
        if not self.grants.withdraw(said["token"]):
            raise Denied("invalid_token", "Token expired or revoked")
        return {}

    def _know(self, request: Request, said: Said) -> None:
        """Who calls is the app; for a code also from where it asked, where the platform looks at that here."""
        name, secret = self._client_of(request, said)
        if (name, secret) != (self.client.id, self.client.secret):
            error = "invalid_client" if name == self.client.id else UNKNOWN_APP
            raise Denied(error, "The client credentials are not valid.")
        if (
            self.rules.checks_redirect
            and "code" in said
            and not self.client.may_return_to(said.get("redirect_uri", ""))
        ):
            raise Denied(UNKNOWN_ADDRESS, "This redirect_uri is not registered for the app.")

    def denied(self, denied: Denied) -> tuple[int, Any]:
        """Status and body of an error of the token endpoint."""
        if self.rules.deny is not None:
            return self.rules.deny(denied.error, denied.description)
        error = "invalid_client" if denied.error == UNKNOWN_APP else denied.error
        return 401 if error == "invalid_client" else 400, {"error": error, "error_description": denied.description}

    def _told(self, answer: dict[str, Any]) -> dict[str, Any]:
        return self.rules.tell(answer) if self.rules.tell is not None else answer

    def _said(self, request: Request) -> Said:
        """What the call says: in its form, as JSON, or in its query where the platform wants GET."""
        if self.rules.by_get and request.method == "GET":
            return request.args.to_dict()
        if "json" in request.mimetype:
            said = request.get_json(silent=True)
            return {name: str(value) for name, value in said.items()} if isinstance(said, dict) else {}
        return request.form.to_dict()

    def _scopes(self, said: Said) -> list[str]:
        if not self.rules.scopes:
            return []
        return [scope for scope in said.get("scope", "").split(self.rules.between) if scope]

    def _check(self, said: Said, scopes: Sequence[str]) -> None:
        rules = self.rules
        if rules.response_type and said.get("response_type") != rules.response_type:
            raise Denied("unsupported_response_type", f"response_type must be {rules.response_type}.")
        if rules.state_required and not said.get("state"):
            raise Denied("invalid_request", "state is required.")
        if rules.scopes and (not scopes or not set(scopes) <= set(rules.scopes)):
            raise Denied("invalid_scope", "One or more scopes are missing or not known.")
        for name, value in rules.required.items():
            if said.get(name) != value:
                raise Denied("invalid_request", f"{name} must be {value}.")
        if rules.pkce and not said.get("code_challenge"):
            raise Denied("invalid_request", "code_challenge is required.")
        if said.get("code_challenge") and said.get("code_challenge_method") != "S256":
            raise Denied("invalid_request", "code_challenge_method must be S256.")

    def _client_of(self, request: Request, said: Said) -> tuple[str, str]:
        header = request.headers.get("Authorization", "")
        if self.rules.client_auth == "form" or (self.rules.client_auth == "either" and not header):
            return said.get("client_id", ""), said.get("client_secret", "")
        scheme, _, coded = header.partition(" ")
        try:
            name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        # RFC 6749 2.3.1: id and secret are form-encoded before they are joined.
        return (unquote_plus(name), unquote_plus(secret)) if scheme.lower() == "basic" else ("", "")

    def _send_back(self, query: dict[str, str], said: Said, values: Said) -> Response:
        if said.get("state"):
            query = query | {"state": said["state"]}
        if self.rules.returns is not None:
            query = self.rules.returns(query, Returning(self.client, self.now(), {**said, **values}))
        address = said["redirect_uri"]
        joint = "&" if "?" in address else "?"
        return Response(status=302, headers={"Location": address + joint + urlencode(query)})

    def _refuse(self, mistake: Mistake, reason: str) -> Response:
        if self.rules.mistaken is None:
            return _page(consent.refuse(self.title, reason), 400)
        shown = self.rules.mistaken(mistake)
        if shown.location:
            return Response(status=shown.status, headers={"Location": shown.location})
        return _page(consent.refuse(self.title, shown.text), shown.status)

    def _sign_in(self) -> Response:
        if self.rules.sign_in:
            return Response(status=302, headers={"Location": self.rules.sign_in})
        return _page(consent.refuse(self.title, "Please sign in."))


def _says(said: Said, wanted: Mapping[str, str]) -> bool:
    return all(said.get(name) == value for name, value in wanted.items())


def _page(html: str, status: int = 200) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    return Response(html, status, headers, content_type="text/html; charset=utf-8")
