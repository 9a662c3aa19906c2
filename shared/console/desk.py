"""What the console's pages work with: the stores, and the ways in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.clock import Clock
from shared.console.marts import Marts
from shared.console.web import Cookies, Reply, Visit
from shared.keys.digests import Digests
from shared.keys.keyring import Keyring
from shared.managing.office import Office
from shared.people.agents import Agents
from shared.people.google import Google
from shared.people.guard import Caller, Guard
from shared.people.levels import How
from shared.people.roles import word_of
from shared.people.routes import Table
from shared.people.sessions import Sessions
from shared.people.sign_in import SignIn
from shared.stores.ports import Bus, Documents

if TYPE_CHECKING:
    from shared.feeds.register import Register
    from shared.looking.asking import Looks

_ONWARD = re.compile(r"/[A-Za-z0-9/_.~%?=&+:,-]{0,1500}")


@dataclass(frozen=True)
class Desk:
    address: str  # of the console, without a slash at its end
    agency: str
    people: Documents
    engine: Documents
    bus: Bus
    clock: Clock
    guard: Guard
    sign_in: SignIn
    google: Google
    agents: Agents
    table: Table
    marts: Callable[[], Marts]  # opened by the first page that shows figures
    looks: Callable[[], Looks]  # by the first page that shows persons
    start_url: str  # public address of oauth_start, which connect links begin with
    digests: Digests
    feeds: Documents  # what the function `feed` sees of keys, and who read what
    feed_url: str  # where feeds are read
    project: str  # which has the figures in BigQuery
    hops: int = 1
    cookies: Cookies = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cookies", Cookies(self.address.startswith("https://")))

    @property
    def sessions(self) -> Sessions:
        return self.guard.sessions

    @property
    def office(self) -> Office:
        return Office(self.people, self.engine, self.bus, self.clock)

    @property
    def ring(self) -> Keyring:
        return Keyring(self.people, self.digests, self.clock, word_of(self.people))

    @property
    def register(self) -> Register:
        """Feeds stand on questions, which whoever only signs in waits for in vain."""
        from shared.feeds.projecting import Projector
        from shared.feeds.register import Register

        return Register(self.ring, Projector(self.people, self.feeds, self.clock, word_of(self.people)))

    def origin(self, visit: Visit, caller: Caller | None = None, who: str = "") -> Origin:
        """Who asks and from where, as the audit is told."""
        person = caller.person.id if caller else who
        return Origin(
            who=f"person:{person}" if person else "",
            route=visit.route,
            network=visit.network,
            agent=visit.agent,
            request=visit.request,
        )

    def refused(self, visit: Visit, way: How, code: str) -> None:
        """Nobody was let in: that is an entry, too."""
        entry = self.origin(visit).entry(
            self.clock.now(), "session.begun", "", outcome=Outcome.REFUSED, how=way, why=code
        )
        record(self.people, entry)

    def let_in(self, person: str, how: How, visit: Visit, onward: str) -> Reply:
        """A new session with a new token, and on to the page that was asked for."""
        token = self.sessions.begin(self.origin(visit, who=person), person, how, before=visit.session)
        return Reply(location=self.onward(onward), status=303, session=token)

    def sign_in_for(self, asked: str) -> str:
        onward = self.onward(asked)
        return "/sign-in" if onward == "/" else f"/sign-in?onward={quote(onward, safe='')}"

    def onward(self, asked: str) -> str:
        """A page of ours that can be looked at; anything else is the first one. No address of others gets through."""
        path, _, query = asked.partition("?")
        if not _ONWARD.fullmatch(asked) or "//" in path or "%" in path:
            return "/"
        found = self.table.find("GET", tuple(part for part in unquote(path).split("/") if part))
        return (f"{path}?{query}" if query else path) if found and found[0].level > 0 else "/"
