"""Renewing an access token, one worker at a time.

A lease on the connection decides who asks the platform; its number (fence) decides who may still say so afterwards.
What the platform answers is kept before anything else happens, because the old refresh token may be dead by then.
Whoever does not get the lease looks twice for the new one, and otherwise comes back in a few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shared import log, model
from shared.clock import Clock
from shared.connectors.access import Credential
from shared.connectors.spec import Platform
from shared.errors import Later, Problem, Reconnect
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth.exchange import Exchange
from shared.oauth.health import stop
from shared.oauth.tokens import ends_at, moment, pack, unpack
from shared.stores.ports import Doc, Documents, Transaction, Vault

CALL_SECONDS = 20.0  # for the token call
SHORTEST_LEASE = timedelta(seconds=90)  # far longer than the call, so that a slow answer still finds it held
REST = timedelta(seconds=15)  # after a call without an answer, before anybody asks again
SOON = timedelta(seconds=4)
LONGEST_REST = timedelta(minutes=15)
MARGIN = timedelta(seconds=30)  # an access that ends sooner is as good as ended
LOOKS, LOOK_SECONDS = 2, 0.75
KEEP_TRIES = 3  # to write what may be the only copy of a refresh token


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential and the version of the secret it was read from."""

    version: str
    credential: Credential

    def usable(self, now: datetime, ahead: timedelta) -> bool:
        end = moment(self.credential.expires_at)
        return end is None or end - now > ahead


def open_newest(vault: Vault, connection: Connection) -> Opened:
    """The newest credential. Reading may lag behind writing: an older one than the document names is not used."""
    found = vault.read(connection.secret)
    if found is None:
        raise Reconnect("no-credential", "The access of this connection is no longer kept.")
    version, payload = found
    if newer(connection.secret_version, version):
        raise Later("credential-on-its-way", "The renewed access is not readable yet.", counts=False)
    return Opened(version, unpack(payload))


def newer(version: str, than: str) -> bool:
    return int(version or 0) > int(than or 0)


@dataclass(frozen=True)
class Refresher:
    documents: Documents
    vault: Vault
    http: Http  # with CALL_SECONDS as its timeout
    clock: Clock
    lease: timedelta = SHORTEST_LEASE

    def renew(self, platform: Platform, connection: Connection, used: Opened, refused: bool = False) -> Opened:
        """A newer credential than `used`: fetched here, or by whoever was first."""
        where = model.path(connection.workspace, "connections", connection.id)
        looks = 0 if used.usable(self.clock.now(), MARGIN) and not refused else LOOKS
        for look in range(looks + 1):
            now = self._connection(where)
            if newer(now.secret_version, used.version):
                found = open_newest(self.vault, now)
                if found.usable(self.clock.now(), MARGIN):
                    return found
                used = found
            if not self._leased(now):
                held = self.documents.transact(partial(self._take, where, used))
                if held is not None:
                    return self._ask(platform, held, used)
            if look < looks:
                self.clock.pause(LOOK_SECONDS)
        raise Later(
            "refresh-under-way",
            f"The access to {platform.title} is being renewed.",
            not_before=self.clock.now() + SOON,
            counts=False,
        )

    # -- the lease ---------------------------------------------------------------------------------

    def _connection(self, where: str) -> Connection:
        doc = self.documents.get(where)
        if doc is None:
            raise Reconnect("disconnected", "This connection is no longer there.")
        return from_doc(Connection, doc)

    def _leased(self, connection: Connection) -> bool:
        return connection.refresh_until is not None and connection.refresh_until > self.clock.now()

    def _take(self, where: str, used: Opened, tx: Transaction) -> Connection | None:
        doc = tx.get(where)
        if doc is None:
            return None
        found = from_doc(Connection, doc)
        if self._leased(found) or newer(found.secret_version, used.version):
            return None
        held = replace(found, refresh_until=self.clock.now() + self.lease, refresh_fence=found.refresh_fence + 1)
        tx.update(where, {"refresh_until": held.refresh_until, "refresh_fence": held.refresh_fence})
        return held

    def _end(self, held: Connection, changes: Doc) -> bool:
        """Write what came of the lease and give it back, if it is still ours."""
        where = model.path(held.workspace, "connections", held.id)

        def work(tx: Transaction) -> bool:
            doc = tx.get(where)
            if doc is None or doc["refresh_fence"] != held.refresh_fence:
                return False
            tx.update(where, {"refresh_until": None, **changes})
            return True

        return self.documents.transact(work)

    def _publish(self, held: Connection, opened: Opened) -> Opened:
        """Tell the others, in the document, that there is a newer credential."""
        self._end(held, {"secret_version": opened.version, "expires_at": ends_at(opened.credential)})
        return opened

    # -- with the lease ----------------------------------------------------------------------------

    def _ask(self, platform: Platform, held: Connection, used: Opened) -> Opened:
        try:
            newest = open_newest(self.vault, held)
            if newest.version != used.version and newest.usable(self.clock.now(), MARGIN):
                return self._publish(held, newest)  # kept by someone who died before saying so
            used = newest
            credential = self._exchange(platform, newest.credential)
        except Reconnect as problem:
            return self._confirm(held, used, problem)
        except Problem as problem:
            now = self.clock.now()
            until = problem.not_before if isinstance(problem, Later) and problem.not_before else now + REST
            self._end(held, {"refresh_until": min(until, now + LONGEST_REST)})
            raise
        version = self._keep(held, credential)
        opened = self._publish(held, Opened(version, credential))
        self._retire(held, before=used.version)
        log.info("access renewed", connection=held.id, platform=platform.name, version=version)
        return opened

    def _exchange(self, platform: Platform, credential: Credential) -> Credential:
        return Exchange(self.vault, self.http, self.clock).renewed(platform, credential)

    def _confirm(self, held: Connection, used: Opened, problem: Reconnect) -> Opened:
        """The platform says that the grant has ended. Believed only of the newest credential, and with our lease."""
        newest = open_newest(self.vault, held)
        if newest.version != used.version:
            return self._publish(held, newest)
        if not stop(self.documents, self.clock, held, problem, lambda now: now.refresh_fence != held.refresh_fence):
            raise Later(
                "refresh-under-way", "The access is being renewed.", not_before=self.clock.now() + SOON, counts=False
            )
        self._end(held, {})
        raise problem

    def _keep(self, held: Connection, credential: Credential) -> str:
        """Write the new version. It may be the only copy of a live refresh token, so once is not enough of a try."""
        payload = pack(credential, self.clock.now())
        for attempt in range(1, KEEP_TRIES + 1):
            try:
                return self.vault.add(held.secret, payload)
            except Exception as error:
                log.failure("renewed access could not be kept", error, connection=held.id, attempt=attempt)
                if attempt == KEEP_TRIES:
                    break
                self.clock.pause(LOOK_SECONDS)
        self._end(held, {"refresh_until": self.clock.now() + REST})
        raise Later("not-kept", "The renewed access could not be kept; it will be tried again.")

    def _retire(self, held: Connection, before: str) -> None:
        """Destroy what came before the previous version. Left undone it costs a few cents, nothing else."""
        try:
            self.vault.retire(held.secret, before)
        except Exception as error:
            log.failure("old versions stay", error, connection=held.id)
