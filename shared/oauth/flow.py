"""The calls of OAuth as values: where a person is sent, and what is asked of the token endpoint. Pure.

Three short functions of the standard library; a client library would bring a server side and its own HTTP along.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote, quote_plus, urlencode

from shared.connectors.spec import OAuth, Platform
from shared.connectors.wire import Request
from shared.errors import Bug
from shared.oauth.attempts import challenge
from shared.oauth.clients import Client
from shared.secret import Secret
from shared.settings import Settings


def oauth_of(platform: Platform) -> OAuth:
    if platform.oauth is None:
        raise Bug("no-oauth", f"{platform.title} does not offer this way to connect.")
    return platform.oauth


def redirect_uri(settings: Settings, platform: Platform) -> str:
    """Exactly what is registered with the platform; from the settings, never from a request."""
    return f"{settings.callback_url.rstrip('/')}/{platform.name}"


def authorize_query(oauth: OAuth, client: Client, redirect_uri: str, state: str, verifier: str) -> str:
    """RFC 6749, 4.1.1, with PKCE where the platform knows it."""
    said = {"response_type": "code", "client_id": client.id, "redirect_uri": redirect_uri}
    if oauth.scopes:
        said["scope"] = " ".join(oauth.scopes)
    said["state"] = state
    if oauth.pkce:
        said |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    return urlencode({**oauth.extra, **said}, quote_via=quote)


def code_request(oauth: OAuth, client: Client, code: str, redirect_uri: str, verifier: str) -> Request:
    """RFC 6749, 4.1.3."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if oauth.pkce:
        form["code_verifier"] = verifier
    return _token_request(oauth, client, form)


def refresh_request(oauth: OAuth, client: Client, refresh_token: Secret) -> Request:
    """RFC 6749, 6."""
    return _token_request(oauth, client, {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()})


def _token_request(oauth: OAuth, client: Client, form: Mapping[str, str]) -> Request:
    headers = {"accept": "application/json"}
    if oauth.client_auth == "client_secret_basic":
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret.reveal())}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form = {**form, "client_id": client.id, "client_secret": client.secret.reveal()}
    return Request("POST", oauth.token, form=form, headers=headers)
