"""What somebody wants of a connection's access is done, once in effect, and told in the document of the wish.

Whoever takes a wish has a lease on it. Each act may be repeated: it looks first whether it was done already. What came
of it is written down before the audit log is told, and the wish ends after that, so the log never lacks an end that a
page shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared import log, model
from shared.access.wishes import ACTS, thing
from shared.audit.entry import Origin, Outcome
from shared.audit.record import record_once
from shared.erasure.closing import ConnectedAgain
from shared.erasure.connection import ConnectionErasure, ended, last_receipt
from shared.errors import Configure, Later, Move, Problem, Reconnect
from shared.http import Http
from shared.messages import AccessWanted
from shared.model import NEWER, AccessWish, Connection, from_doc, wish_path
from shared.oauth import health
from shared.oauth.credentials import Credentials
from shared.platforms import platform as platform_named
from shared.states import OPEN_WISH, AccessAct, ConnectionState, WishState
from shared.stores.holdings import Holdings
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync.budgets import Budget, lifted, sharer

LEASE = timedelta(minutes=6)  # keep_access works for five at most
PATIENCE = timedelta(hours=1)  # with a platform that does not answer, or a fault of ours
ENDING = timedelta(days=1)  # the same, while a connection is being ended: nobody else does it
FRESH = timedelta(minutes=15)  # longer than a lease, shorter than an entry may be late (audit/sealing)
REST = timedelta(minutes=1)  # the tick does not look more often
FAULT = "Something on our side did not answer; it goes on by itself."
CLOSING = "The access is given back and destroyed; when nobody can be at work with it any more, we look once more."
ENDS = (AccessAct.DISCONNECT, AccessAct.WITHDRAW)


class Refusal(StrEnum):
    """Why a wish is not even tried."""

    NO_WORKSPACE = "no-workspace"
    WORKSPACE_ERASED = "workspace-erased"
    NO_CONNECTION = "no-connection"
    BEING_ENDED = "being-ended"
    CONNECTED_AGAIN = "connected-again"
    UNKNOWN_WISH = "unknown-wish"


SENTENCES = {
    Refusal.NO_WORKSPACE: "There is no such workspace.",
    Refusal.WORKSPACE_ERASED: "This workspace is being erased, and all access with it.",
    Refusal.NO_CONNECTION: "This workspace has no such connection.",
    Refusal.BEING_ENDED: "This connection is being ended.",
    Refusal.CONNECTED_AGAIN: NEWER,
    Refusal.UNKNOWN_WISH: "This release does not know what is wished here.",
}


class Refused(Configure):
    """The wish is none that can be carried out; whoever wished it reads the sentence."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why, SENTENCES[why])


@dataclass(frozen=True, slots=True)
class Done:
    sentence: str
    good: bool | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """It is not at its end: it is gone on with at this time."""

    until: datetime
    sentence: str
    receipt: str = ""
    closing_at: datetime | None = None


@dataclass(frozen=True)
class AccessKeeper:
    """`people`: the database of the audit log, to which it can add and of which it can read nothing."""

    holdings: Holdings
    people: Documents
    keys: Credentials
    http: Http

    @property
    def documents(self) -> Documents:
        return self.holdings.documents

    def now(self) -> datetime:
        return self.holdings.clock.now()

    def handle(self, message: AccessWanted) -> None:
        wish = self._taken(message.wish)
        if wish is None:
            return
        with log.bound(wish=wish.id, act=wish.act, connection=wish.connection):
            if wish.outcome:
                wish = self._of_late(wish)
            else:
                went = self._tried(wish)
                if isinstance(went, Waiting):
                    self._wait(wish, went)
                    return
                decided = self._decide(wish, went)
                if decided is None:
                    return
                wish = decided
            try:
                self._tell(wish)
            except Exception as error:
                log.failure("the end of a wish is not told yet", error)
                self._wait(wish, Waiting(self.now() + REST, wish.sentence))
                return
            self._end(wish)

    # -- what is wished --------------------------------------------------------------------------------

    def _tried(self, wish: AccessWish) -> Done | Waiting | Problem:
        """One bad account never keeps a wish from the others, so whatever goes wrong is an answer."""
        patience = ENDING if wish.act in ENDS else PATIENCE
        try:
            return self._done(wish)
        except Later as problem:
            if self.now() >= wish.asked_at + patience:
                return problem
            log.info("access wish waits", because=problem.code)
            return Waiting(max(problem.not_before or self.now(), self.now() + REST), problem.sentence)
        except Problem as problem:
            return problem
        except Exception as error:
            log.failure("a wish about access is not carried out", error)
            if self.now() >= wish.asked_at + patience:
                return Problem("fault", "Something on our side went wrong, again and again. We have to look at it.")
            return Waiting(self.now() + REST, FAULT)

    def _done(self, wish: AccessWish) -> Done | Waiting:
        connection = self._allowed(wish)
        if connection is None:
            return self._ended_before(wish)
        if wish.act == AccessAct.VALIDATE:
            return self._validate(wish, connection)
        if wish.act == AccessAct.RENEW:
            return self._renew(wish, connection)
        return self._disconnect(wish, connection)

    def _allowed(self, wish: AccessWish) -> Connection | None:
        """The connection, where there is one of this workspace that the wish can be about; None: it has ended."""
        if wish.act not in list(AccessAct):
            raise Refused(Refusal.UNKNOWN_WISH)
        if not (model.names_one(wish.workspace) and model.names_one(wish.connection)):
            raise Refused(Refusal.NO_CONNECTION)
        home, closing, doc = self.documents.get_many(
            [model.workspace_path(wish.workspace), model.closing_path(wish.workspace), thing(wish)]
        )
        if home is None:
            raise Refused(Refusal.NO_WORKSPACE)
        if closing is not None:
            raise Refused(Refusal.WORKSPACE_ERASED)
        if doc is None:
            if wish.act in ENDS and ended(self.holdings, wish.workspace, wish.connection) is not None:
                return None
            raise Refused(Refusal.NO_CONNECTION)
        connection = from_doc(Connection, doc)
        if wish.act not in ENDS and connection.state == ConnectionState.DISABLED:
            raise Refused(Refusal.BEING_ENDED)
        if wish.act in ENDS and _given_after(connection, wish.asked_at):
            raise Refused(Refusal.CONNECTED_AGAIN)
        return connection

    def _validate(self, wish: AccessWish, connection: Connection) -> Done:
        known = connection.checked
        if known is not None and known["at"] >= wish.asked_at:  # by us, before we were killed, or for another wish
            return Done(known["sentence"], known["good"])
        platform = platform_named(connection.platform)
        try:
            self._take_turn(connection)
            self.keys.check(connection)
            good, sentence = True, f"{platform.title} takes the access that we have."
        except Reconnect as problem:
            good, sentence = False, problem.sentence
        health.note_check(self.documents, self.holdings.clock, connection, good, sentence)
        return Done(sentence, good)

    def _take_turn(self, connection: Connection) -> None:
        """A check is a call like any other: it waits while the platform asks for that, and draws on its allowance."""
        platform = platform_named(connection.platform)
        if platform.name in self.holdings.settings.unlimited:
            platform = lifted(platform)
        budget = Budget(self.documents, self.holdings.clock, platform, sharer(platform, connection))
        budget.take()
        budget.give_back()

    def _renew(self, wish: AccessWish, connection: Connection) -> Done:
        """By the lease of `oauth/refresh`: who renews meanwhile does it for this wish, too."""
        if not wish.secret:
            wish = self._keep(wish, secret=connection.secret, version=connection.secret_version)
        if connection.secret != wish.secret:
            return Done("The access was given anew meanwhile.")
        self.keys.renew(connection, wish.version)
        self.keys.again(wish.workspace, wish.connection)  # where it waited to be connected again
        return Done(f"The access to {platform_named(connection.platform).title} is renewed.")

    def _disconnect(self, wish: AccessWish, connection: Connection) -> Done | Waiting:
        try:
            erasure = ConnectionErasure(self.holdings, self.http, connection)
            receipt, until = erasure.run(drop_rows=False, again=wish.closing_at)
        except ConnectedAgain:
            raise Refused(Refusal.CONNECTED_AGAIN) from None
        if until is None:
            return _over(receipt.id)
        return Waiting(until, CLOSING, receipt.id, receipt.begun_at)

    def _ended_before(self, wish: AccessWish) -> Done:
        """By us, before we were killed; or by somebody else."""
        receipt = last_receipt(self.holdings, Connection(wish.connection, wish.workspace, "", "", ""))
        return _over(receipt.id if receipt else "")

    # -- the document ----------------------------------------------------------------------------------

    def _taken(self, name: str) -> AccessWish | None:
        """The wish with a lease on it; None where there is nothing to do, or somebody is at it."""
        where = wish_path(name)

        def work(tx: Transaction) -> AccessWish | None:
            doc, now = tx.get(where), self.now()
            if doc is None or doc["state"] not in OPEN_WISH:
                return None
            wish = from_doc(AccessWish, doc)
            if wish.lease_until is not None and wish.lease_until > now:
                return None
            lease: Doc = {"lease_until": now + LEASE, "look_at": now + LEASE}
            tx.update(where, {"state": WishState.WORKING, **lease})
            return replace(wish, state=WishState.WORKING, **lease)

        return self.documents.transact(work)

    def _write(self, wish: AccessWish, changes: Doc) -> bool:
        """Whether it is still ours to say."""
        where = wish_path(wish.id)

        def work(tx: Transaction) -> bool:
            doc = tx.get(where)
            if doc is None or doc["lease_until"] != wish.lease_until:
                return False
            tx.update(where, changes)
            return True

        return self.documents.transact(work)

    def _keep(self, wish: AccessWish, **changes: str) -> AccessWish:
        self._write(wish, changes)
        return replace(wish, **changes)  # type: ignore[arg-type]

    def _wait(self, wish: AccessWish, waiting: Waiting) -> None:
        more = {"receipt": waiting.receipt, "closing_at": waiting.closing_at} if waiting.receipt else {}
        self._write(wish, {"lease_until": None, "look_at": waiting.until, "sentence": waiting.sentence, **more})

    def _decide(self, wish: AccessWish, went: Done | Problem) -> AccessWish | None:
        """What came of it, from now on fixed; None where somebody else has taken the wish over."""
        done: Doc = {"finished_at": self.now(), "sentence": went.sentence}
        if isinstance(went, Done):
            done |= {"outcome": Outcome.DONE, "good": went.good, "receipt": went.receipt}
        else:
            outcome = Outcome.REFUSED if isinstance(went, Refused) else Outcome.FAILED
            done |= {"outcome": outcome, "code": str(went.code), "move": Move(went.move)}
        return replace(wish, **done) if self._write(wish, done) else None

    def _of_late(self, wish: AccessWish) -> AccessWish:
        """An entry that is told long after its moment looks like one that somebody wrote by hand: after an outage of
        the log it has the moment of the next try."""
        if wish.finished_at is not None and self.now() - wish.finished_at <= FRESH:
            return wish
        self._write(wish, {"finished_at": self.now()})
        return replace(wish, finished_at=self.now())

    def _tell(self, wish: AccessWish) -> None:
        """In the name of whoever wished it. Of the same end one entry is written, however often we come here."""
        by = Origin(who=wish.who, route=wish.route, request=wish.request)
        told = {"wish": wish.id, "why": wish.code, "receipt": wish.receipt}
        if wish.good is not None:
            told["good"] = "yes" if wish.good else "no"
        entry = by.entry(
            wish.finished_at or self.now(),
            ACTS.get(wish.act, "access.wished"),
            thing(wish),
            wish.workspace,
            Outcome(wish.outcome),
            **{name: value for name, value in told.items() if value},
        )
        record_once(self.people, entry, wish.id)

    def _end(self, wish: AccessWish) -> None:
        done = wish.outcome == Outcome.DONE
        state: Doc = {"state": WishState.DONE if done else WishState.FAILED}
        if not self._write(wish, {**state, "look_at": None, "lease_until": None}):
            return
        if wish.outcome == Outcome.FAILED:
            log.warning("access wish failed", code=wish.code, move=wish.move)
        else:
            log.info("access wish ended", outcome=wish.outcome)


def _over(receipt: str) -> Done:
    return Done(f"The access is ended, and what we had of it is destroyed; receipt {receipt}.", receipt=receipt)


def _given_after(connection: Connection, moment: datetime) -> bool:
    since = connection.access_since or connection.connected_at
    return since is not None and since > moment
