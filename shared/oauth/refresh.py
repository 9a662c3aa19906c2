"""Renewing an access token, one worker at a time.

A lease on the connection decides who asks the platform; its number (fence) decides who may still say so afterwards.
What the platform answers is kept before anything else happens, because the old refresh token may be dead by then: it
is tried for a whole lease, and after that again by the next use in this process. Nobody else asks meanwhile.
Whoever does not get the lease looks twice for the new one, and otherwise comes back in a few seconds.
Versions count within one secret; a connection that was made anew has another secret, and then that one is newer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shared import log, model
from shared.clock import Clock
from shared.errors import Later, Problem, Reconnect
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth.exchange import Exchange
from shared.oauth.health import revive, stop
from shared.oauth.keeping import Keeper
from shared.oauth.pace import PATIENCE, Pace
from shared.oauth.tokens import ends_at, moment, unpack
from shared.retrying import LOOKING, look
from shared.stores.ports import Doc, Documents, Transaction, Vault
from shared.vocabulary.access import Credential
from shared.vocabulary.platform import Platform

SHORTEST_LEASE = timedelta(seconds=90)  # far longer than the call, so that a slow answer still finds it held
REST = timedelta(seconds=15)  # after a call without an answer, before anybody asks again
SOON = timedelta(seconds=4)
LONGEST_REST = timedelta(minutes=15)
MARGIN = timedelta(seconds=30)  # an access that ends sooner is as good as ended
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential and the version of the secret it was read from."""

    version: str
    credential: Credential
    secret: str = ""  # that it was read from

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
    return Opened(version, unpack(payload), connection.secret)


def outdated(used: Opened, by: Connection) -> bool:
    """Whether the connection's document names a newer credential than this one."""
    return by.secret != used.secret or newer(by.secret_version, used.version)


def _refused_before(now: Connection, opened: Opened) -> bool:
    """Whether it was stopped because of a credential older than this one."""
    return (now.problem or {}).get("code") == "grant-ended" and newer(opened.version, now.secret_version)


def newer(version: str, than: str) -> bool:
    return int(version or 0) > int(than or 0)


@dataclass(frozen=True)
class Refresher:
    documents: Documents
    vault: Vault
    http: Http  # with CALL_SECONDS as its timeout
    clock: Clock
    keeper: Keeper
    pace: Pace
    lease: timedelta = SHORTEST_LEASE

    def renew(self, platform: Platform, connection: Connection, used: Opened, refused: bool = False) -> Opened:
        """A newer credential than `used`: fetched here, or by whoever was first."""
        left = self.keeper.left(used.secret)
        if left is not None:
            return self._publish(left.held, Opened(self.keeper.again(left), left.credential, used.secret))
        where = model.path(connection.workspace, "connections", connection.id)

        def renewed() -> Opened | None:
            """By another, or here; None: another is at it."""
            nonlocal used
            now = self._connection(where)
            if outdated(used, now):
                found = open_newest(self.vault, now)
                if found.usable(self.clock.now(), MARGIN):
                    return found
                used = found
            if self._leased(now):
                return None
            held = self.documents.transact(partial(self._take, where, used))
            return self._ask(platform, held, used, refused) if held is not None else None

        good = used.usable(self.clock.now(), MARGIN) and not refused
        found = renewed() if good else look(self.clock, LOOKING, renewed)
        if found is not None:
            return found
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
        if self._leased(found) or outdated(used, found):
            return None
        held = replace(found, refresh_until=self.clock.now() + self.lease, refresh_fence=found.refresh_fence + 1)
        tx.update(where, {"refresh_until": held.refresh_until, "refresh_fence": held.refresh_fence})
        return held

    def _end(self, held: Connection, changes: Doc) -> bool:
        """Write what came of the lease and give it back, if it is still ours."""
        where = model.path(held.workspace, "connections", held.id)

        def work(tx: Transaction) -> bool:
            doc = tx.get(where)
            if doc is None or (doc["secret"], doc["refresh_fence"]) != (held.secret, held.refresh_fence):
                return False
            tx.update(where, {"refresh_until": None, **changes})
            return True

        return self.documents.transact(work)

    def _publish(self, held: Connection, opened: Opened) -> Opened:
        """Tell the others, in the document, that there is a newer credential.

        Whoever lost the lease leaves the document alone, but for one case: the next one asked with what this one had
        used up, was refused, and said so. Then that is out of date.
        """
        news = {"secret_version": opened.version, "expires_at": ends_at(opened.credential)}
        if not self._end(held, news):
            revive(self.documents, self.clock, held, lambda now: _refused_before(now, opened), news)
        return opened

    # -- with the lease ----------------------------------------------------------------------------

    def _ask(self, platform: Platform, held: Connection, used: Opened, refused: bool) -> Opened:
        try:
            newest = open_newest(self.vault, held)
            if newest.version != used.version and newest.usable(self.clock.now(), MARGIN):
                return self._publish(held, newest)  # kept by someone who died before saying so
            used = newest
            self.pace.take(AT_ONCE if used.usable(self.clock.now(), MARGIN) and not refused else PATIENCE)
            credential = self._exchange(platform, newest.credential)
        except Reconnect as problem:
            return self._confirm(held, used, problem)
        except Problem as problem:
            now = self.clock.now()
            until = problem.not_before if isinstance(problem, Later) and problem.not_before else now + REST
            self._end(held, {"refresh_until": min(until, now + LONGEST_REST)})
            raise
        version, tries = self._keep(held, credential)
        opened = self._publish(held, Opened(version, credential, held.secret))
        if tries == 1 and newer(used.version, "1"):  # a vault that refused is asked for what can wait another time
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

    def _keep(self, held: Connection, credential: Credential) -> tuple[str, int]:
        """Write the new version, for as long as a lease lasts; after the first refusal that is a new one.

        Given up, it is kept from everybody else for a while: they would ask with what is used up.
        """

        def refused(times: int) -> None:
            if times == 1:
                self._end(held, {"refresh_until": self.clock.now() + self.lease})

        try:
            return self.keeper.keep(held, credential, self.clock.now() + self.lease, refused)
        except Later as problem:
            if problem.code == "not-kept":
                self._end(held, {"refresh_until": self.clock.now() + LONGEST_REST})
            raise

    def _retire(self, held: Connection, before: str) -> None:
        """Destroy what came before the previous version. Left undone it costs a few cents, nothing else."""
        try:
            self.vault.retire(held.secret, before)
        except Exception as error:
            log.failure("old versions stay", error, connection=held.id)
