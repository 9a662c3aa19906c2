"""The calls of OAuth as values: where a person is sent, and what is asked of the token endpoint. Pure.

Three short functions of the standard library; a client library would bring a server side and its own HTTP along.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, quote_plus, urlencode

from shared.errors import Bug
from shared.oauth.attempts import challenge
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
    said = {"response_type": "code", "client_id": app.id, "redirect_uri": redirect_uri}
    asked = oauth.scopes if scopes is None else scopes
    if asked:
        said["scope"] = oauth.scope_separator.join(asked)
    said["state"] = state
    if oauth.pkce:
        said |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    return urlencode({**oauth.extra, **said}, quote_via=quote)


def code_request(oauth: OAuth, app: App, code: str, redirect_uri: str, verifier: str) -> Request:
    """RFC 6749, 4.1.3. Some platforms want it all in the address instead."""
    form = {**oauth.token_params, "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if oauth.pkce:
        form["code_verifier"] = verifier
    request = _token_request(oauth, app, form)
    return replace(request, method="GET", query=request.form or {}, form=None) if oauth.token_by_get else request


def refresh_request(oauth: OAuth, app: App, refresh_token: Secret) -> Request:
    """RFC 6749, 6."""
    return _token_request(oauth, app, {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()})


def revoke_request(oauth: OAuth, way: Revocation, credential: Credential, app: App) -> Request:
    """RFC 7009, 2.1, or what the platform has instead. What carries the credential is added by the caller."""
    token = (credential.refresh_token or credential.token).reveal()
    form = {name: value.replace("{token}", token) for name, value in way.form.items()} if way.form else None
    if way.as_client:
        return replace(_token_request(oauth, app, form or {}), method=way.method, url=way.url)
    return Request(way.method, way.url, form=form, headers={"accept": "application/json"})


def _token_request(oauth: OAuth, app: App, form: Mapping[str, str]) -> Request:
    headers = {"accept": "application/json"}
    if oauth.client_auth == "client_secret_basic":
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(app.id)}:{quote_plus(app.secret.reveal())}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form = {**form, "client_id": app.id, "client_secret": app.secret.reveal()}
    return Request("POST", oauth.token, form=form, headers=headers)
