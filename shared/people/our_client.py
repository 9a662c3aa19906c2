"""How Google knows us when people sign in: an OAuth client of its own, kept in Secret Manager."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from shared.errors import Configure
from shared.secret import Secret
from shared.stores.ports import Vault
from shared.vocabulary.access import App

NAME = "sign-in-client"  # {"client_id": …, "client_secret": …}, as Google's download of the client says it, too


@dataclass
class OurClient:
    """Read once, when somebody wants to sign in."""

    vault: Vault
    _known: App | None = field(init=False, default=None, repr=False)

    def get(self) -> App:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> App:
        found = self.vault.read(NAME)
        try:
            body = orjson.loads(found[1]) if found else {}
            body = body.get("web", body)
            app = App(str(body["client_id"]).strip(), Secret(str(body["client_secret"]).strip()))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            app = App("", Secret(""))
        if not app.id or not app.secret:
            raise Configure("no-client", "Signing in with Google is not set up yet.")
        return app
