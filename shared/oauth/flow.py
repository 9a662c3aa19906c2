"""The calls of OAuth as values: where a person is sent, and what is asked of the token endpoint. Pure.

Authlib writes them, with the parts of it that open no connection: its clients would send what they write, past the
pinned hosts, the deadline and the clock that every call of ours has (`shared/http.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlsplit

from authlib.common.urls import url_decode
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7009 import prepare_revoke_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from shared.errors import Bug
from shared.secret import Secret
from shared.settings import Settings
from shared.vocabulary.access import App, Credential, OAuth, Revocation
from shared.vocabulary.choosing import also
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Request

NAMES = re.compile(r"\{(\w+)\}")
PRIVACY = "privacy"  # the last part of the address of that page


def oauth_of(platform: Platform) -> OAuth:
    if platform.oauth is None:
        raise Bug("no-oauth", f"{platform.title} does not offer this way to connect.")
    return platform.oauth


def privacy_url(settings: Settings) -> str:
    """Of the page that says what happens to the data; platforms ask for it when an app is registered."""
    return f"{settings.start_url.rstrip('/')}/{PRIVACY}"


def scopes_of(platform: Platform, besides: Sequence[str] = ()) -> tuple[str, ...]:
    """What a person is asked to permit: what is always read, and of the optional streams those that are named."""
    spare = {stream.scope for stream in platform.streams} - {stream.scope for stream in also(platform, besides)}
    return tuple(scope for scope in oauth_of(platform).scopes if scope not in spare)


def redirect_uri(settings: Settings, platform: Platform) -> str:
    """Exactly what is registered with the platform; from the settings, never from a request."""
    return f"{settings.callback_url.rstrip('/')}/{platform.name}"


def filled(platform: Platform, address: str, values: Mapping[str, str]) -> str:
    """An address with what was asked in place of its `{names}`; only what matches the platform's pattern gets in."""
    for name in NAMES.findall(address):
        pattern = platform.values.get(name)
        if pattern is None or not re.fullmatch(pattern, values.get(name, "")):
            raise Bug("odd-address", f"The {name} that was given for {platform.title} is not of a known form.")
    return NAMES.sub(lambda found: values[found[1]], address)


def authorize_query(
    oauth: OAuth, app: App, redirect_uri: str, state: str, verifier: str, scopes: Sequence[str] | None = None
) -> str:
    """RFC 6749, 4.1.1, with PKCE where the platform knows it. `scopes`: None: all there are."""
    said = {"response_type": "code", "client_id": app.id, "redirect_uri": redirect_uri, "state": state}
    asked = oauth.scopes if scopes is None else scopes
    if asked:
        said["scope"] = oauth.scope_separator.join(asked)
    if oauth.pkce:
        said |= {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
    query: str = urlsplit(prepare_grant_uri(oauth.authorize, **{**oauth.extra, **said})).query
    return query.replace("+", "%20")  # every server reads this as a blank; some take a plus for one


def code_request(oauth: OAuth, app: App, code: str, redirect_uri: str, verifier: str) -> Request:
    """RFC 6749, 4.1.3. Some platforms want it all in the address instead."""
    said = {**oauth.token_params, "code": code, "redirect_uri": redirect_uri}
    if oauth.pkce:
        said["code_verifier"] = verifier
    request = _as_client(oauth, app, oauth.token, prepare_token_request("authorization_code", **said))
    return replace(request, method="GET", query=request.form or {}, form=None) if oauth.token_by_get else request


def refresh_request(oauth: OAuth, app: App, refresh_token: Secret) -> Request:
    """RFC 6749, 6."""
    body = prepare_token_request("refresh_token", refresh_token=refresh_token.reveal())
    return _as_client(oauth, app, oauth.token, body)


def revoke_request(oauth: OAuth, way: Revocation, credential: Credential, app: App) -> Request:
    """RFC 7009, 2.1, or what the platform has instead. What carries the credential is added by the caller."""
    if not way.by_token:
        return Request(way.method, way.url, headers=JSON)
    body, _ = prepare_revoke_token_request((credential.refresh_token or credential.token).reveal(), way.hint)
    return _as_client(oauth, app, way.url, body) if way.as_client else _posted(way.url, body, JSON)


def _as_client(oauth: OAuth, app: App, url: str, body: str) -> Request:
    """A form with which our app says who it is: RFC 6749, 2.3.1."""
    auth = ClientAuth(app.id, app.secret.reveal(), CLIENT_AUTH[oauth.client_auth])
    url, headers, body = auth.prepare("POST", url, dict(JSON), body)
    return _posted(url, body, headers)


def _posted(url: str, body: str, headers: Mapping[str, str]) -> Request:
    return Request("POST", url, form=dict(url_decode(body)), headers={name.lower(): headers[name] for name in headers})


def form_encoded_basic(client: Any, *call: Any) -> Any:
    """Both are form-encoded before they are joined (RFC 6749, 2.3.1); Authlib's own method leaves that out."""
    return ClientAuth(quote_plus(client.client_id), quote_plus(client.client_secret)).prepare(*call)


JSON = {"accept": "application/json"}
CLIENT_AUTH = {**ClientAuth.DEFAULT_AUTH_METHODS, "client_secret_basic": form_encoded_basic}
