"""What is handed to a platform for access: a code, a refresh token, a key that must be traded; and access given back.

The one place that sends these calls; the connect pages, the workers and the command line come by here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.clock import Clock
from shared.errors import Bug, Code, Reconnect
from shared.http import Http
from shared.oauth.assertions import sign
from shared.oauth.clients import app_of, with_app
from shared.oauth.flow import code_request, filled, oauth_of, refresh_request, revoke_request
from shared.oauth.tokens import from_key, moment, read_grant
from shared.secret import Secret
from shared.stores.ports import Vault
from shared.vocabulary.access import App, Credential, Revocation
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer, Request

CALL_SECONDS = 20.0  # for a whole call that somebody waits for
LARGEST = 4 * 2**20  # bytes of an answer about access or accounts; many are read at once


@dataclass(frozen=True)
class Exchange:
    vault: Vault
    http: Http
    clock: Clock

    def code(
        self, platform: Platform, app: App, code: str, back: str, verifier: str, values: Mapping[str, str]
    ) -> Credential:
        """For the code that a person brought back; and at once for access that lasts, where the first does not."""
        oauth = oauth_of(platform)
        request = code_request(oauth, app, code, back, verifier)
        credential = replace(self._ask(platform, request, values), values=dict(values))
        if oauth.exchange_for_long_lived is not None:
            credential = self._ask(platform, oauth.exchange_for_long_lived(credential, app), values, credential)
        return credential

    def key(self, platform: Platform, key: str, values: Mapping[str, str]) -> Credential:
        """For a key that was pasted: it is the credential itself, or it is traded for one."""
        if platform.key_way is None or platform.key_way.trade is None:
            return from_key(key, values)
        kept = Secret(key)
        return self._trade(platform, kept, Credential(Secret(""), kept, how="key", values=dict(values)))

    def renewed(self, platform: Platform, credential: Credential) -> Credential:
        """For what a credential can be renewed by."""
        if credential.refresh_token is None:
            raise Reconnect(Code.ACCESS_ENDED, f"The access to {platform.title} has ended.")
        if credential.how == "key":
            return self._trade(platform, credential.refresh_token, credential)
        request = refresh_request(oauth_of(platform), app_of(self.vault, platform), credential.refresh_token)
        return self._ask(platform, request, credential.values, credential)

    def give_back(self, platform: Platform, way: Revocation, credential: Credential) -> Answer:
        """Tell the platform that we no longer want the access. A call that carries it may need it renewed first."""
        ends = moment(credential.expires_at)
        if not way.by_token and credential.refresh_token is not None and ends and ends <= self.clock.now():
            credential = self.renewed(platform, credential)
        app = app_of(self.vault, platform) if way.as_client else App("", Secret(""))
        request = revoke_request(oauth_of(platform), way, credential, app)
        request = replace(request, url=filled(platform, request.url, credential.values))
        if not way.by_token:
            request = request.with_headers(platform.authorise(with_app(self.vault, platform, credential)))
        return self.http.send(platform, request)

    def _trade(self, platform: Platform, key: Secret, before: Credential) -> Credential:
        way = platform.key_way
        if way is None or way.trade is None:
            raise Bug("no-trade", f"{platform.title} does not trade keys.")
        try:
            request = way.trade(key, self.clock.now(), sign)
        except (ValueError, KeyError, TypeError, AttributeError):  # their texts can hold the key
            raise Reconnect(Code.KEY_UNREADABLE, f"This is not a whole {way.name} of {platform.title}.") from None
        return self._ask(platform, request, before.values, before)

    def _ask(
        self, platform: Platform, request: Request, values: Mapping[str, str], before: Credential | None = None
    ) -> Credential:
        asked_at = self.clock.now()  # what the answer says to last began before it arrived
        there = replace(request, url=filled(platform, request.url, values))
        return read_grant(platform, self.http.send(platform, there), asked_at, before)
