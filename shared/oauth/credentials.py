"""Opens the credential of a connection, for whoever makes calls with it; renews it in time; says when it has ended."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from shared import log, model
from shared.clock import Clock
from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth import health, trials
from shared.oauth.clients import app_of
from shared.oauth.exchange import CALL_SECONDS
from shared.oauth.keeping import Keeper
from shared.oauth.pace import Pace
from shared.oauth.refresh import (
    MARGIN,
    SHORTEST_LEASE,
    SOON,
    Opened,
    Refresher,
    newer,
    open_newest,
    outdated,
)
from shared.oauth.trials import FINAL, TIMES, Trials
from shared.platforms import platform as platform_named
from shared.secret import Secret
from shared.settings import Settings
from shared.states import ConnectionState
from shared.stores.ports import Documents, Vault
from shared.vocabulary.access import App, Credential
from shared.vocabulary.platform import Platform

AHEAD = timedelta(minutes=10)  # renewed this long before its end


@dataclass
class Credentials:
    """What one process knows of credentials; a newer one named by a connection's document replaces it.

    A connection that was ended and made anew has another secret: what was known of the one before is dropped.
    """

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
        short = replace(self.http, timeout=CALL_SECONDS, deadline=timedelta(seconds=CALL_SECONDS))
        lease = max(timedelta(seconds=int(self.settings.lease_seconds)), SHORTEST_LEASE)
        keeper, pace = Keeper(self.vault, self.clock), Pace(self.documents, self.clock)
        self.refresher = Refresher(self.documents, self.vault, short, self.clock, keeper, pace, lease)

    def headers(self, platform: Platform, connection: Connection) -> Mapping[str, str]:
        """The headers that carry the credential; renewed first when it is about to end."""
        return self._authorised(platform, self._good(platform, connection).credential)

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
        if trials.renewed_for_nothing(connection, newest.version, self.clock.now()):
            return True
        if newest.credential.refresh_token is None:
            what = "the key" if newest.credential.how == "key" else "the access"
            raise Reconnect(Code.NOT_AUTHORISED, f"{platform.title} no longer accepts {what} that was given to us.")
        self._keep(connection, self.refresher.renew(platform, connection, newest, refused=True))
        return True

    def refused(self, platform: Platform, connection: Connection, problem: Problem, refusals: int) -> Problem:
        """What becomes of a slice whose access was refused: it waits, it fails alone, or the connection is stopped.

        `refusals`: how often it was refused so far while the access worked otherwise.
        """
        if problem.code in FINAL:
            return problem if self.stop(connection, problem) else self._renewed_meanwhile(platform)
        doc = self.documents.get(model.path(connection.workspace, "connections", connection.id))
        if doc is None or doc["state"] != ConnectionState.ACTIVE:
            return problem
        seen = self._seen(connection)
        if outdated(Opened(seen, Credential(Secret("")), connection.secret), from_doc(Connection, doc)):
            return self._renewed_meanwhile(platform)
        trial = Trials(self.documents, self.clock, connection, seen)
        taken = None if refusals + 1 >= TIMES else trial.lately()  # what fails for good is asked about now
        if taken is None:
            taken = self._takes(platform, connection)
            if taken:
                trial.taken()
            elif trial.counted(taken is False):
                return problem if self.stop(connection, problem) else self._renewed_meanwhile(platform)
        return trial.alone(platform, refusals) if taken else trial.wait(platform)

    def worked(self, connection: Connection) -> None:
        """The platform answered: what was counted against its access is over."""
        Trials(self.documents, self.clock, connection, "").over()

    def again(self, workspace: str, connection: str) -> None:
        """Try the access of a connection that is to be connected again; it goes on when the platform takes it."""
        doc = self.documents.get(model.path(workspace, "connections", connection))
        if doc is None or doc["state"] != ConnectionState.RECONNECT:
            return
        found = from_doc(Connection, doc)
        if self._takes(platform_named(found.platform), found):
            health.revive(self.documents, self.clock, found, lambda now: True)

    def check(self, connection: Connection) -> None:
        """Ask the platform whether it takes the access; renewed first where that helps. A connection that waits to be
        connected again goes on when it does.

        Raises Reconnect when it does not, Later while nobody can say: a refusal counts like one that a sync meets.
        """
        platform = platform_named(connection.platform)
        try:
            self._ask(platform, connection)
        except Reconnect as problem:
            raise self.refused(platform, connection, problem, 0) from None
        self.worked(connection)
        health.revive(self.documents, self.clock, connection, lambda now: True)

    def renew(self, connection: Connection, beyond: str) -> None:
        """See that there is an access newer than this version: renewed here, unless that was done meanwhile."""
        platform = platform_named(connection.platform)
        try:
            newest = open_newest(self.vault, connection)
            if newest.credential.refresh_token is None:
                raise Configure(
                    Code.NOT_RENEWABLE,
                    f"{platform.title} gave us access that cannot be renewed; it is good until the client ends it, or "
                    "until it ends by itself.",
                )
            self._keep(connection, self.refresher.renew(platform, connection, replace(newest, version=beyond)))
        except Reconnect as problem:
            if problem.code in FINAL and not self.stop(connection, problem):
                raise self._renewed_meanwhile(platform) from None
            raise

    def stop(self, connection: Connection, problem: Problem) -> bool:
        """Say on the connection that it needs somebody, unless it was renewed after this process last looked."""
        seen, renewed = self._seen(connection), isinstance(problem, Reconnect)
        return health.stop(
            self.documents,
            self.clock,
            connection,
            problem,
            lambda now: renewed and newer(now.secret_version, seen),
        )

    # -- opening and renewing --------------------------------------------------------------------------

    def _seen(self, connection: Connection) -> str:
        """The newest version that this process or the connection's document knew."""
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
        ours = known.version if known and known.secret == connection.secret else ""
        return max(ours, connection.secret_version, key=_number)

    def _ask(self, platform: Platform, connection: Connection) -> None:
        """Twice where the first is refused and the access can be renewed."""
        opened = self._good(platform, connection)
        try:
            trials.ask(self.http, platform, self._with_app(platform, opened.credential))
        except Reconnect:
            self.rejected(platform, connection, self._authorised(platform, opened.credential))
            newest = self._open(connection)
            trials.ask(self.http, platform, self._with_app(platform, newest.credential))

    def _takes(self, platform: Platform, connection: Connection) -> bool | None:
        """Whether the platform takes the access that we have; None: it could not be asked."""
        try:
            opened = self._good(platform, connection)
            return trials.takes(self.http, platform, self._with_app(platform, opened.credential))
        except Reconnect:
            return False
        except Problem as problem:
            log.info("access not tried", connection=connection.id, because=problem.code)
            return None

    def _renewed_meanwhile(self, platform: Platform) -> Later:
        return Later(
            "access-replaced",
            f"The access to {platform.title} was given anew meanwhile.",
            not_before=self.clock.now() + SOON,
            counts=False,
        )

    def _good(self, platform: Platform, connection: Connection) -> Opened:
        """The credential; renewed when it is about to end."""
        opened = self._open(connection)
        now = self.clock.now()
        if not opened.usable(now, AHEAD):
            if opened.credential.refresh_token is not None:
                opened = self._renew(platform, connection, opened)
            elif not opened.usable(now, timedelta(0)):
                raise Reconnect(Code.ACCESS_ENDED, f"The access to {platform.title} has ended.")
        return opened

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
        return platform.authorise(self._with_app(platform, credential))

    def _with_app(self, platform: Platform, credential: Credential) -> Credential:
        """With our app where the platform wants it; nobody else's is ever read."""
        if not platform.needs_app:
            return credential
        app = self._apps.get(platform.name) or app_of(self.vault, platform)
        self._apps[platform.name] = app
        return replace(credential, app=app)

    def _open(self, connection: Connection) -> Opened:
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
        if known is not None and not outdated(known, connection):
            return known
        return self._keep(connection, open_newest(self.vault, connection))

    def _keep(self, connection: Connection, opened: Opened) -> Opened:
        """Remember the newer of this one and what was known of the same secret; that one is returned."""
        with self._lock:
            known = self._known.get((connection.workspace, connection.id))
            if known is not None and known.secret == opened.secret and newer(known.version, opened.version):
                return known
            self._known[(connection.workspace, connection.id)] = opened
            return opened


def _number(version: str) -> int:
    return int(version or 0)
