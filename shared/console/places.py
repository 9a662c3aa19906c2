"""The places of one client, as the menu lists them: a place whose route is not in the table, or not for whoever looks,
stands in no menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.console.tongue import kept, say
from shared.model import Workspace
from shared.people.levels import Level


@dataclass(frozen=True, slots=True)
class Place:
    """`path`: what its address has after the client's own."""

    path: str
    name: str
    level: Level = Level.VIEWER


PLACES: Sequence[tuple[str, Sequence[Place]]] = (
    ("", (Place("overview", kept("Overview")),)),
    (
        kept("Figures"),
        (
            Place("ads", kept("Ads")),
            Place("mail", kept("Mail")),
            Place("web", kept("Web")),
            Place("shop", kept("Shop")),
            Place("social", kept("Social")),
        ),
    ),
    (
        kept("Work"),
        (
            Place("campaigns", kept("Campaigns")),
            Place("lists", kept("Lists")),
            Place("contacts", kept("Contacts"), Level.ANALYST),
        ),
    ),
    (
        kept("Proof"),
        (
            Place("coverage", kept("Coverage")),
            Place("changes", kept("Changes")),
            Place("connections", kept("Connections")),
            Place("record", kept("From a row to its record"), Level.ANALYST),
        ),
    ),
    (
        kept("Going out"),
        (
            Place("feeds", kept("Feeds"), Level.ANALYST),
            Place("client-page", kept("Client’s page"), Level.ADMIN),
        ),
    ),
    (
        kept("Settings"),
        (
            Place("people", kept("People"), Level.ADMIN),
            Place("settings", kept("Settings"), Level.ADMIN),
            Place("keys", kept("Keys"), Level.ADMIN),
            Place("audit", kept("Audit"), Level.ADMIN),
            Place("cost", kept("Cost"), Level.ADMIN),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    address: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """What stands beside a client's pages."""

    workspace: Workspace
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]

    @property
    def here(self) -> str:
        return next((each.name for _, entries in self.groups for each in entries if each.here), self.workspace.name)


def menu(workspace: Workspace, level: Level, path: str) -> Menu:
    """`path`: what the address of the page that is shown has after the client's own."""
    at = path.partition(".")[0]
    groups = []
    for heading, places in PLACES:
        entries = tuple(
            Entry(f"/workspaces/{workspace.id}/{each.path}", say(each.name), each.path == at)
            for each in places
            if level >= each.level
        )
        if entries:
            groups.append((say(heading) if heading else "", entries))
    return Menu(workspace, tuple(groups))
