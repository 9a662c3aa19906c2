"""When a platform refuses an access: who believes it, and when it is asked again.

One refusal proves little: a gateway that has a bad minute answers so, and one endpoint may refuse what all others
take. So the platform is asked a second question, the first call of the discovery, and time is given:

    the discovery is answered   the access works; what refused it fails alone, once it refused three times
    it is refused as well       three times over a quarter of an hour, and nothing worked in between: *reconnect*

What was counted stands in the connection's document (`refusals`) and goes when something works. Once a day a connection
that is to be connected again is tried once more by itself, with what it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.http import Http
from shared.messages import SliceReady
from shared.model import Connection
from shared.states import ConnectionState, Schedule
from shared.stores.ports import Doc, Documents, Transaction
from shared.vocabulary.access import Credential
from shared.vocabulary.platform import Platform

TIMES = 3
PATIENCE = timedelta(minutes=15)
BETWEEN = PATIENCE / (TIMES - 1)
FRESH = timedelta(hours=1)  # what was refused longer ago says nothing about today
# Said by the token endpoint, which is asked twice, or known without asking: nothing is gained by waiting.
FINAL = frozenset({Code.GRANT_ENDED, Code.NO_CREDENTIAL, Code.DISCONNECTED, Code.ACCESS_ENDED, Code.KEY_UNREADABLE})
TRIAL = "access."  # begins the name of a nudge to try a connection's access; no slice is named so


def due(documents: Documents) -> Iterable[SliceReady]:
    """Nudges to try the access of every connection that is to be connected again."""
    for doc in documents.find_all(
        "connections", ("state", "==", ConnectionState.RECONNECT), ("schedule", "in", list(Schedule))
    ):
        yield SliceReady(doc["workspace"], f"{TRIAL}{doc['id']}")


def takes(http: Http, platform: Platform, credential: Credential) -> bool | None:
    """Whether the platform takes this access at all; None: it could not be asked."""
    try:
        ask(http, platform, credential)
    except Reconnect:
        return False
    except Later:
        return None
    return True


def ask(http: Http, platform: Platform, credential: Credential) -> None:
    """Raises Reconnect where the platform does not take this access, Later where it could not be asked.

    The first question of the discovery is enough. Whatever else is wrong with the answer, it is no refusal.
    """
    talk = platform.discover(credential)
    try:
        talk.send(http.send(platform, next(talk)))
    except (Reconnect, Later):
        raise
    except (Problem, StopIteration):
        return


@dataclass(frozen=True)
class Trials:
    """What is counted of one connection's refusals."""

    documents: Documents
    clock: Clock
    connection: Connection
    version: str  # of the credential that was refused

    @property
    def where(self) -> str:
        return model.path(self.connection.workspace, "connections", self.connection.id)

    def lately(self) -> bool | None:
        """What the discovery said, when somebody asked a moment ago; None: it is to be asked."""
        known = self._known(self.documents.get(self.where))
        if not known or self.clock.now() >= known["asked_at"] + BETWEEN:
            return None
        return bool(known["taken"])

    def alone(self, platform: Platform, refusals: int) -> Problem:
        """The access works, this slice was refused: again in a while, and then it fails for itself."""
        if refusals + 1 >= TIMES:
            return Configure(
                "refused-here",
                f"{platform.title} accepts the access, but refuses this with it: a permission is missing there.",
            )
        return Later(
            Code.REFUSED_ONCE,  # counted by the slice: other faults before it say nothing about the access
            f"{platform.title} refused this, though the access works; it is asked again.",
            not_before=self.clock.now() + BETWEEN,
        )

    def taken(self) -> None:
        """The discovery was answered."""
        self._write({"asked_at": self.clock.now(), "taken": True, "count": 0, "version": self.version})

    def counted(self, asked: bool) -> bool:
        """Count a refusal that the discovery met as well (`asked` just now, or it could not be). Enough of them?"""
        now = self.clock.now()

        def work(tx: Transaction) -> bool:
            doc = tx.get(self.where)
            known = self._known(doc)
            if doc is None or doc["secret"] != self.connection.secret:
                return False
            if not known.get("count"):
                known = {"first_at": now, "count": 0, "asked_at": now - BETWEEN}
            if now >= known["asked_at"] + BETWEEN:
                known = {**known, "count": known["count"] + 1, "asked_at": now}
                tx.update(self.where, {"refusals": {**known, "taken": False, "version": self.version}})
            return asked and known["count"] >= TIMES and now >= known["first_at"] + PATIENCE

        return self.documents.transact(work)

    def wait(self, platform: Platform) -> Later:
        known = self._known(self.documents.get(self.where))
        return Later(
            "access-refused",
            f"{platform.title} refuses the access; it is asked again before anybody has to connect anew.",
            not_before=known.get("asked_at", self.clock.now()) + BETWEEN,
            counts=False,
        )

    def over(self) -> None:
        """Something worked."""
        if self.connection.refusals.get("count"):
            self._write({})

    def _known(self, doc: Doc | None) -> Doc:
        """What was counted of late."""
        known: Doc = (doc or {}).get("refusals") or {}
        return known if known and self.clock.now() < known["asked_at"] + FRESH else {}

    def _write(self, refusals: Doc) -> None:
        def work(tx: Transaction) -> None:
            doc = tx.get(self.where)
            if doc is not None and doc["secret"] == self.connection.secret:
                tx.update(self.where, {"refusals": refusals})

        self.documents.transact(work)


def renewed_for_nothing(connection: Connection, version: str, now: datetime) -> bool:
    """Whether this version was refused already, fresh from its renewal: it is not renewed for that once more."""
    known = connection.refusals
    return bool(known) and known.get("version") == version and now < known["asked_at"] + FRESH
