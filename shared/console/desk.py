"""What the console's pages work with: the stores, the ways in, and who keeps the audit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from shared.clock import Clock
from shared.console.web import Cookies, Reply, Visit
from shared.people.acts import Audit, Entry
from shared.people.agents import Agents
from shared.people.google import Google
from shared.people.guard import Allowed, Caller, Guard
from shared.people.levels import How
from shared.people.routes import Table
from shared.people.sessions import Sessions
from shared.people.sign_in import SignIn
from shared.stores.ports import Bus, Documents

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
    audit: Audit
    agents: Agents
    table: Table
    hops: int = 1
    cookies: Cookies = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cookies", Cookies(self.address.startswith("https://")))

    @property
    def sessions(self) -> Sessions:
        return self.guard.sessions

    def note(self, what: str, visit: Visit, caller: Caller | None = None, **more: str) -> None:
        """Tell the audit of an act, before it is done."""
        who = more.pop("who", caller.person.id if caller else "nobody")
        how = str(caller.how) if caller else more.pop("how", "")
        self.audit.record(Entry(self.clock.now(), who, what, how=how, network=visit.network, agent=visit.agent, **more))

    def note_within(self, what: str, visit: Visit, allowed: Allowed, on: str) -> None:
        """The same of an act within a workspace."""
        self.note(what, visit, allowed.signed_in, on=on, workspace=allowed.workspace.id)

    def let_in(self, person: str, how: How, visit: Visit, onward: str) -> Reply:
        """A new session with a new token, and on to the page that was asked for."""
        token = self.sessions.begin(person, how, visit.network, visit.agent, before=visit.session)
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
