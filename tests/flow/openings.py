"""Workspaces in a life full of misfortune: what a page or a program wishes of them, and whether they stand so."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from shared import model
from shared.errors import Configure
from shared.marts.placing import Deployment
from shared.messages import WorkspaceWanted
from shared.model import Opening, Workspace, from_doc
from shared.opening import opener, wishes
from shared.opening.opener import Opener
from shared.settings import load
from shared.states import WorkspaceState
from shared.sync.edition import EDITION
from shared.warehouse import names
from tests.marts.shelf import Shelf
from tests.opening.yard import SETTINGS, Yard
from tests.support.faults import Fragile, Killed
from tests.support.machine import Machine

READERS = ("user:ann@example.com", "user:bo@example.com", "group:team@example.com", "serviceAccount:bi@p.example.com")
ZONES = ("UTC", "Europe/Vienna", "America/New_York")


@contextmanager
def without_views() -> Iterator[None]:
    """The marts have tests of their own; a view here would cost as much as a dataset."""
    with (
        patch.object(opener, "deploy", lambda *_: Deployment(0)),
        patch.object(opener, "deploy_agency", lambda *_: Deployment(0)),
    ):
        yield


@dataclass
class Openings:
    """Workers open workspaces of this machine from now on, and die over it as over all else."""

    machine: Machine
    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        machine, fate = self.machine, self.machine.fate
        self.documents: Any = Fragile(machine.documents, "documents", fate)
        self.bus: Any = Fragile(machine.bus, "bus", fate)
        objects: Any = Fragile(machine.objects, "objects", fate)
        client, local = Fragile(self.shelf, "bigquery", fate), machine.local
        machine.opener = Opener(load(env=SETTINGS), self.documents, objects, local, client)

    # -- whoever asks ----------------------------------------------------------------------------------

    def make(self, workspace: str) -> None:
        asked = Workspace(workspace, workspace.title(), currency="EUR", readers=[READERS[0]])
        self._asked(workspace, lambda: wishes.make(self.documents, self.machine.clock, asked))

    def change(self, workspace: str, dice: random.Random) -> None:
        """Other settings than before; some of them are read by the marts."""
        every: dict[str, Any] = {
            "readers": sorted(dice.sample(READERS, dice.randint(0, len(READERS)))),
            "history_days": dice.choice([0, 90, 400]),
            "pages_days": dice.choice([0, 200]),
            "name": dice.choice(["Bakery", "Bakery & Sons"]),
            "zone": dice.choice(ZONES),
        }
        changes = {name: every[name] for name in ["readers", *dice.sample(sorted(every), 2)]}
        self._asked(workspace, lambda: wishes.change(self.documents, self.machine.clock, workspace, changes))

    def _asked(self, workspace: str, write: Any) -> None:
        """Whoever sees an error asks once more; who is not told may never have said that it is wanted."""
        while True:
            try:
                write()
                break
            except Killed:
                continue
            except Configure:
                find, closing = self.machine.documents.get, model.closing_path(workspace)
                if find(model.workspace_path(workspace)) is None or find(closing) is not None:
                    return  # it was left meanwhile, and they are told so
                raise
        with suppress(Killed):
            self.bus.publish(WorkspaceWanted(workspace))

    # -- what is so ------------------------------------------------------------------------------------

    def is_open(self, workspace: str) -> bool:
        doc = self.machine.documents.get(model.workspace_path(workspace))
        return doc is not None and doc["state"] == WorkspaceState.OPEN

    def wrong(self, workspace: str) -> list[str]:
        """What is not as it is wished; as one is that was opened by these wishes and met no misfortune."""
        find = self.machine.documents.get
        home = from_doc(Workspace, find(model.workspace_path(workspace)) or {})
        known = from_doc(Opening, find(model.opening_path(workspace)) or {})
        found = [] if home.state == WorkspaceState.OPEN else [f"{workspace} is {home.state}"]
        if (known.marts, known.problem, known.lease_until, known.not_before) != (EDITION, None, None, None):
            found.append(f"{workspace} is not done with: {known}")
        if sorted(known.readers) != sorted(home.readers):
            found.append(f"{workspace} let in {known.readers} and is to let in {home.readers}")
        here, there = Yard(shelf=self.shelf).stands(), undisturbed(home)
        return [*found, *(f"dataset {name} is not as wished" for name in there if here.get(name) != there[name])]

    def datasets(self, workspace: str) -> list[str]:
        return [name for name in names.of_workspace(workspace) if name in self.shelf.datasets]


def undisturbed(home: Workspace) -> dict[str, object]:
    yard = Yard()
    yard.make(home)
    yard.drain()
    return yard.stands()
