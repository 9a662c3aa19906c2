"""A workspace with connections, people and webhooks in memory, and rounds that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared import model
from shared.alarms.alarm import Alarm, of_workspace
from shared.alarms.outgoing import Outgoing
from shared.alarms.rounds import Rounds
from shared.alarms.watch import Watchman
from shared.audit.entry import Origin
from shared.hooks.delivering import Deliverer
from shared.hooks.register import Hooks
from shared.letters.sending import Sender
from shared.managing.office import Office
from shared.messages import ROUND, LetterWanted
from shared.model import Connection, Publication, Run, Workspace, to_doc, workspace_path
from shared.people import persons, roles
from shared.people.levels import Role
from shared.people.persons import Proof
from shared.people.roles import Member
from shared.states import Reason, RunState
from tests.hooks.receiver import Receiver
from tests.people.house import Post
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryVault, Time

BY = Origin(who="operator:tests")
START, CONSOLE = "https://connect.example/start", "https://console.example"
ACME = "acme"


class Town:
    def __init__(self) -> None:
        self.clock, self.engine, self.people = Time(), MemoryDocuments(), MemoryDocuments()
        self.bus, self.vault = MemoryBus(), MemoryVault()
        self.post, self.receiver = Post(), Receiver()
        self.engine.set(workspace_path(ACME), to_doc(Workspace(ACME, "Acme works", zone="Europe/Vienna")))
        self.publication()
        self.connection()

    # -- what is there ---------------------------------------------------------------------------------

    def connection(self, name: str = "c1", **more: Any) -> Connection:
        now = self.clock.now()
        made = Connection(
            name, ACME, "mailchimp", "111", "Acme's shop", secret=f"user-{name}", connected_at=now, last_success_at=now
        )
        made = replace(made, **more)
        self.engine.set(model.path(ACME, "connections", name), to_doc(made))
        return made

    def publication(self, **more: Any) -> None:
        self.engine.set(model.publication_path(ACME), to_doc(replace(Publication(ACME), **more)))

    def run(self, name: str, state: RunState, connection: str = "c1", **more: Any) -> Run:
        now = self.clock.now()
        made = Run(name, ACME, connection, "mailchimp", Reason.SCHEDULE, state, started_at=now, finished_at=now)
        made = replace(made, **more)
        self.engine.set(model.path(ACME, "runs", name), to_doc(made))
        self.engine.transact(lambda tx: tx.update(model.path(ACME, "connections", connection), {"last_run": name}))
        return made

    def member(self, mail: str = "ada@agency.example", role: Role | None = Role.ADMIN, owner: bool = False) -> str:
        now = self.clock.now()
        person = self.people.transact(lambda tx: persons.make(tx, Proof(mail, google=mail), BY, now, owner))
        if role is not None:
            member = Member(ACME, person.id, role, now, "operator")
            self.people.transact(lambda tx: roles.give(tx, member, BY))
        return person.id

    @property
    def hooks(self) -> Hooks:
        return Hooks(self.people, self.vault, self.bus, self.clock)

    # -- what happens ----------------------------------------------------------------------------------

    def outgoing(self, people: Any = None, bus: Any = None, post: Any = None, receiver: Any = None) -> Outgoing:
        documents, said = people or self.people, bus or self.bus
        office = Office(documents, self.engine, said, self.clock)
        return Outgoing(
            Sender(documents, post or self.post, self.clock, "Agency", "t@agency.example", lambda letter: letter),
            Deliverer(documents, self.vault, receiver or self.receiver, self.clock),
            Rounds(office, self.vault, START, CONSOLE),
        )

    def round(self, run: str = "") -> None:
        self.outgoing().handle(LetterWanted(ROUND, ACME, run))
        self.settle()

    def settle(self) -> None:
        """Everything that was said is done."""
        while self.bus.waiting:
            message = self.bus.waiting.popleft()
            assert isinstance(message, LetterWanted)
            self.outgoing().handle(message)

    def minute(self, **delta: float) -> None:
        self.clock.forward(**(delta or {"minutes": 1}))
        Watchman(self.people, self.bus, self.clock).look()
        self.settle()

    # -- what came of it -------------------------------------------------------------------------------

    @property
    def alarms(self) -> Mapping[str, Alarm]:
        return {alarm.what: alarm for alarm in of_workspace(self.people, ACME)}

    @property
    def letters(self) -> list[tuple[str, str]]:
        return [(str(letter["Subject"]), letter.get_content()) for letter in self.post.sent]
