"""Our own secrets: what each platform knows our app by, and the key that ties an attempt to a browser."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from shared.clock import Clock
from shared.errors import Configure
from shared.secret import Secret
from shared.stores.making_once import made_once
from shared.stores.ports import Documents, Vault
from shared.vocabulary.access import App, Credential
from shared.vocabulary.platform import Platform


def app_of(vault: Vault, platform: Platform) -> App:
    """From the secret `client-{platform}`: {"client_id": …, "client_secret": …} and whatever else the app needs."""
    found = vault.read(f"client-{platform.name}")
    try:
        body: Any = orjson.loads(found[1]) if found else {}
        more = {
            str(name): Secret(str(value).strip())
            for name, value in body.items()
            if name not in {"client_id", "client_secret"}
        }
        app = App(str(body["client_id"]).strip(), Secret(str(body["client_secret"]).strip()), more)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        app = App("", Secret(""))
    if not app.id or not app.secret:
        raise Configure("no-client", f"{platform.title} is not set up yet: its app's id and secret are missing.")
    return app


def with_app(vault: Vault, platform: Platform, credential: Credential) -> Credential:
    """The credential as `authorise` wants it. Only platforms that say so are given our app."""
    return replace(credential, app=app_of(vault, platform)) if platform.needs_app else credential


@dataclass
class SigningKey:
    """Made on first use."""

    documents: Documents
    vault: Vault
    clock: Clock
    name: str
    _known: bytes = field(default=b"", repr=False)

    def get(self) -> bytes:
        if not self._known:
            self._known = made_once(
                self.documents,
                self.vault,
                self.clock,
                self.name,
                "states/signing-key",
                lambda: secrets.token_bytes(32),
            )
        return self._known
