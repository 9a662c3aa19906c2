"""Opens the credential of a connection, for whoever makes calls with it; renews it in time; says when it has ended."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from shared import log
from shared.clock import Clock
from shared.connectors.access import App, Credential
from shared.connectors.spec import Platform
from shared.errors import Configure, Later, Problem, Reconnect
from shared.http import Http
from shared.model import Connection
from shared.oauth import health
from shared.oauth.clients import app_of
from shared.oauth.refresh import CALL_SECONDS, MARGIN, SHORTEST_LEASE, Opened, Refresher, newer, open_newest
from shared.settings import Settings
from shared.stores.ports import Documents, Vault

AHEAD = timedelta(minutes=10)  # renewed this long before its end


@dataclass
class Credentials:
    """What one process knows of credentials; a newer version named by a connection's document replaces it."""

    documents: Documents
    vault: Vault
    http: Http
    clock: Clock
    settings: Settings
    refresher: Refresher = field(init=False)
    _known: dict[tuple[str, str], Opened] = field(init=False, default_factory=dict, repr=False)
    _apps: dict[str, App] = field(init=False, default_factory=dict, repr=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        short = replace(self.http, timeout=CALL_SECONDS)
        lease = max(timedelta(seconds=int(self.settings.lease_seconds)), SHORTEST_LEASE)
        self.refresher = Refresher(self.documents, self.vault, short, self.clock, lease)

    def headers(self, platform: Platform, connection: Connection) -> Mapping[str, str]:
        """The headers that carry the credential; renewed first when it is about to end."""
        opened = self._open(connection)
        now = self.clock.now()
        if not opened.usable(now, AHEAD):
            if opened.credential.refresh_token is not None:
                opened = self._renew(platform, connection, opened)
            elif not opened.usable(now, timedelta(0)):
                raise Reconnect("access-ended", f"The access to {platform.title} has ended.")
        return self._authorised(platform, opened.credential)

    def rejected(self, platform: Platform, connection: Connection, used: Mapping[str, str]) -> bool:
        """The platform refused these headers. Returns when it is worth trying again; otherwise raises a Problem.

        Whether it was renewed for this: what is refused then is refused for good. What somebody else has kept may be as
        old as what was used: whoever loses the lease while the platform answers still keeps the answer, and late.
        """
        newest = open_newest(self.vault, connection)
        if self._keep(connection, newest) is not newest:
            raise Later("credential-on-its-way", "The renewed access is not readable yet.", counts=False)
        self._apps.pop(platform.name, None)  # what our app is known by may have been changed meanwhile
        if dict(self._authorised(platform, newest.credential)) != dict(used):
            return False
        if newest.credential.refresh_token is None:
            what = "the key" if newest.credential.how == "key" else "the access"
            raise Reconnect("not-authorised", f"{platform.title} no longer accepts {what} that was given to us.")
        self._keep(connection, self.refresher.renew(platform, connection, newest, refused=True))
        return True

    def stop(self, connection: Connection, problem: Problem) -> None:
        """Say on the connection that it needs somebody, unless it was renewed after this process last looked."""
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
        seen = known.version if known else connection.secret_version
        renewed = isinstance(problem, Reconnect)
        health.stop(
            self.documents,
            self.clock,
            connection,
            problem,
            lambda now: renewed and newer(now.secret_version, max(seen, connection.secret_version, key=_number)),
        )

    def _renew(self, platform: Platform, connection: Connection, opened: Opened) -> Opened:
        try:
            renewed = self.refresher.renew(platform, connection, opened)
        except (Later, Configure) as problem:
            if not opened.usable(self.clock.now(), MARGIN):
                raise
            log.info("access not renewed yet, still good", connection=connection.id, because=problem.code)
            return opened
        return self._keep(connection, renewed)

    def _authorised(self, platform: Platform, credential: Credential) -> Mapping[str, str]:
        """With our app where the platform wants it; nobody else's is ever read."""
        if platform.needs_app:
            app = self._apps.get(platform.name) or app_of(self.vault, platform)
            self._apps[platform.name] = app
            credential = replace(credential, app=app)
        return platform.authorise(credential)

    def _open(self, connection: Connection) -> Opened:
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
        if known is not None and not newer(connection.secret_version, known.version):
            return known
        return self._keep(connection, open_newest(self.vault, connection))

    def _keep(self, connection: Connection, opened: Opened) -> Opened:
        """Remember the newer of this one and what was known; that one is returned."""
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
            if known is not None and newer(known.version, opened.version):
                return known
            self._known[(connection.workspace, connection.id)] = opened
            return opened


def _number(version: str) -> int:
    return int(version or 0)
