"""What a platform's call asks for is done, once and whole; how far it is stands in the call's document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import log
from shared.calls.persons import Persons
from shared.erasure.closing import ConnectedAgain
from shared.erasure.connection import ConnectionErasure, last_receipt, told
from shared.erasure.receipt import Receipt
from shared.errors import Code, Move, Reconnect
from shared.http import Http
from shared.messages import PlatformCalled
from shared.model import NEWER, Connection, PlatformCall, call_path, from_doc, path, stable_id
from shared.oauth.health import stop
from shared.publishing.withdrawing import withdraw
from shared.states import CallState
from shared.stores.holdings import Holdings
from shared.stores.ports import Transaction
from shared.vocabulary.demands import Wish
from shared.vocabulary.platform import Platform

WORK = timedelta(minutes=4)  # then the next delivery goes on
ONCE_MORE = timedelta(days=1)  # what was on its way when a person was cleared is staged and loaded by then
WHILE = timedelta(minutes=10)  # somebody is at work on it; no function runs longer


@dataclass(frozen=True)
class Answerer:
    holdings: Holdings
    http: Http
    platforms: Mapping[str, Platform]

    def handle(self, message: PlatformCalled) -> None:
        call = self._begun(message.call)
        if call is None:
            return
        with log.bound(call=call.id[:8], wish=call.wish):
            if call.meant is None:
                call = self._keep(call, meant=sorted(self._meant(call)))
            self._done(call, self._work(call))

    def _work(self, call: PlatformCall) -> datetime | None:
        """When it is to be gone on with; None: nothing is left to do."""
        if call.wish == Wish.ERASE_PERSON:
            return self._clear(call)
        if call.wish == Wish.SHOW_PERSON:
            return None  # an operator shows it to whoever runs the account; `admin call`
        later = [self._tried(call, where) for where in call.meant or () if where not in call.outcomes]
        return min((each for each in later if each is not None), default=None)

    # -- connections -----------------------------------------------------------------------------------

    def _tried(self, call: PlatformCall, where: str) -> datetime | None:
        """One connection never keeps the call from the others; it is come back to."""
        try:
            return self._one(call, where)
        except Exception as error:
            log.failure("a platform's call is not done for one connection", error, connection=where)
            return self.holdings.clock.now() + WHILE

    def _one(self, call: PlatformCall, where: str) -> datetime | None:
        doc = self.holdings.documents.get(where)
        if doc is None:
            self._tell(call, where, self._after_its_end(call, where))
            return None
        connection = from_doc(Connection, doc)
        if _newer(connection, call):
            self._tell(call, where, NEWER)
            return None
        if call.wish == Wish.ERASE_ACCOUNT:
            return self._erase(call, where, connection)
        self._end(call, where, connection)
        return None

    def _after_its_end(self, call: PlatformCall, where: str) -> str:
        """It was ended before, by us in an earlier pass or by the agency, whose rows may have stayed."""
        connection = named(where, call)
        if last_receipt(self.holdings, connection) is None:
            return "It was there no longer."
        if call.wish != Wish.ERASE_ACCOUNT:
            return "It had ended before."
        return _erased(ConnectionErasure(self.holdings, self.http, connection).once_more())

    def _end(self, call: PlatformCall, where: str, connection: Connection) -> None:
        title = self.platforms[connection.platform].title
        ended = Reconnect(
            Code.ACCESS_ENDED, f"{title} says that our app was removed from the account; please connect again."
        )
        holdings = self.holdings
        held = stop(holdings.documents, holdings.clock, connection, ended, lambda now: _newer(now, call))
        self._tell(call, where, "It waits to be connected again." if held else NEWER)

    def _erase(self, call: PlatformCall, where: str, connection: Connection) -> datetime | None:
        erasure = ConnectionErasure(self.holdings, self.http, connection)
        try:
            receipt, until = erasure.run(drop_rows=True)
        except ConnectedAgain:
            self._tell(call, where, NEWER)
            return None
        if until is None:
            self._tell(call, where, _erased(receipt))
        return until

    # -- persons ---------------------------------------------------------------------------------------

    def _clear(self, call: PlatformCall) -> datetime | None:
        """Twice: what was on its way the first time is there the second time."""
        ends = self.holdings.clock.now() + WORK
        for where in call.meant or ():
            persons = persons_of(self.holdings, self.platforms, call, where)
            try:
                if call.place < persons.home:  # workspaces in the order of their names, as pages are
                    rows = Counter(persons.clear_tables())
                    self._withdraw(where, rows)
                    call = self._count(call, rows, persons.home)
                for cleared, place in persons.clear_pages(after=call.place):
                    call = self._count(call, cleared, place)
                    if self.holdings.clock.now() >= ends:
                        return self.holdings.clock.now()
            except Exception as error:  # one workspace never keeps the call from the others
                log.failure("a platform's call is not done for one connection", error, connection=where)
                call = self._keep(call, missed=sorted({*call.missed, where}), place=max(call.place, persons.home))
        if call.missed:  # this pass is gone through anew
            self._keep(call, missed=[], place="")
            return self.holdings.clock.now() + WHILE
        call = self._keep(call, place="", passes=call.passes + 1)
        return self.holdings.clock.now() + ONCE_MORE if call.passes < 2 else None

    def _withdraw(self, where: str, cleared: Counter[str]) -> None:
        """What was published goes with what it was made of, and is made anew."""
        holdings, workspace = self.holdings, where.split("/")[1]

        def count(what: str, how_many: int) -> None:
            cleared[what] += how_many

        withdraw(holdings.documents, holdings.published, holdings.clock, workspace, count)

    def _count(self, call: PlatformCall, cleared: Mapping[str, int], place: str) -> PlatformCall:
        both = {name: call.cleared.get(name, 0) + cleared.get(name, 0) for name in {*call.cleared, *cleared}}
        return self._keep(call, cleared=both, place=place)

    # -- the document ----------------------------------------------------------------------------------

    def _begun(self, name: str) -> PlatformCall | None:
        """The call, if there is anything to do about it; whoever looks meanwhile finds somebody at it."""
        now = self.holdings.clock.now()

        def work(tx: Transaction) -> PlatformCall | None:
            doc = tx.get(call_path(name))
            if doc is None or doc["state"] != CallState.OPEN:
                return None
            tx.update(call_path(name), {"look_at": now + WHILE})
            return from_doc(PlatformCall, doc)

        return self.holdings.documents.transact(work)

    def _meant(self, call: PlatformCall) -> list[str]:
        """The connections that it is about, whatever state they are in, and those that have ended: rows may be left."""
        found = self._ended(call) if call.by == "account" else []
        for name in call.platforms:
            for doc in self.holdings.documents.find_all("connections", ("platform", "==", name)):
                values = {"account": doc["account"], **doc["values"]}
                if values.get(call.by) == call.whose:
                    found.append(path(doc["workspace"], "connections", doc["id"]))
        return list(dict.fromkeys(found))

    def _ended(self, call: PlatformCall) -> list[str]:
        """An account's connection has the same id in a workspace each time, and its end left a receipt."""
        receipts = [doc["of"] for doc in self.holdings.documents.find("receipts")]
        found = []
        for home, _ in self.holdings.documents.each("workspaces"):
            workspace = home.partition("/")[2]
            name = stable_id(workspace, call.platform, call.whose)
            if any(of.startswith(told(workspace, name)) for of in receipts):
                found.append(path(workspace, "connections", name))
        return found

    def _tell(self, call: PlatformCall, where: str, outcome: str) -> None:
        def work(tx: Transaction) -> None:
            doc = tx.get(call_path(call.id))
            if doc is not None:
                tx.update(call_path(call.id), {"outcomes": {**doc["outcomes"], where: outcome}})

        self.holdings.documents.transact(work)

    def _keep(self, call: PlatformCall, **changes: object) -> PlatformCall:
        def work(tx: Transaction) -> None:
            if tx.get(call_path(call.id)) is not None:
                tx.update(call_path(call.id), dict(changes))

        self.holdings.documents.transact(work)
        return replace(call, **changes)  # type: ignore[arg-type]

    def _done(self, call: PlatformCall, later: datetime | None) -> None:
        if later is not None:
            self._keep(call, look_at=later)
            return
        if call.wish == Wish.SHOW_PERSON:
            self._keep(call, look_at=None)  # it stays open until an operator has answered
            log.warning("connection needs somebody", code="person-asks", move=Move.AGENCY, platform=call.platform)
            return
        if call.wish == Wish.ERASE_ACCOUNT and not call.meant:  # somebody must look: it may be known by another name
            log.warning("connection needs somebody", code="nobody-found", move=Move.AGENCY, platform=call.platform)
        self._keep(
            call, state=CallState.DONE, look_at=None, finished_at=self.holdings.clock.now(), person="", records=[]
        )
        log.info("a platform's call is done", platform=call.platform)


def _erased(receipt: Receipt) -> str:
    return f"It was erased; receipt {receipt.id}."


def _newer(connection: Connection, call: PlatformCall) -> bool:
    since = connection.access_since or connection.connected_at
    return since is not None and since > call.received_at


def persons_of(holdings: Holdings, platforms: Mapping[str, Platform], call: PlatformCall, where: str) -> Persons:
    """What rows and pages of a connection say of the person of a call."""
    doc = holdings.documents.get(where)
    connection = from_doc(Connection, doc) if doc else named(where, call)
    return Persons(holdings, platforms[connection.platform], connection, call.person, call.records)


def named(where: str, call: PlatformCall) -> Connection:
    """One that has ended meanwhile: its rows may have stayed."""
    _, workspace, _, name = where.split("/")
    return Connection(name, workspace, call.platform, call.whose, "")
