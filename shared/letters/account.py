"""Our account at the mail server: where it is stands in the settings, name and password in Secret Manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage

import orjson

from shared.errors import Configure
from shared.letters.smtp import Smtp
from shared.secret import Secret
from shared.settings import Settings
from shared.stores.ports import Vault

NAME = "smtp-account"  # {"user": …, "password": …}; without the secret letters are handed over without signing in


@dataclass
class MailAccount:
    settings: Settings
    vault: Vault
    _known: Smtp | None = field(init=False, default=None, repr=False)

    def send(self, message: EmailMessage) -> None:
        """Raises as `Smtp` does. A password that was changed meanwhile is read anew."""
        if self._known is None:
            self._known = self._read()
        try:
            self._known.send(message)
        except Configure:
            self._known = None
            raise

    def _read(self) -> Smtp:
        found = self.vault.read(NAME)
        try:
            body = orjson.loads(found[1]) if found else {}
            user, password = str(body.get("user", "")), Secret(str(body.get("password", "")))
        except (orjson.JSONDecodeError, AttributeError):
            raise Configure("smtp-account", f"The secret {NAME} is not a JSON object of user and password.") from None
        settings = self.settings
        return Smtp(settings.smtp_host, int(settings.smtp_port), settings.smtp_security, user, password)
