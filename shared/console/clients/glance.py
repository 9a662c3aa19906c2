"""All clients that somebody may see: those that need somebody first, then what is under way, then the quiet ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from shared.console.clients.facts import Facts, Look, whose, whose_words
from shared.console.clients.reading import Client, clients
from shared.console.desk import Desk
from shared.console.home import workspaces_of
from shared.console.saved import as_json, lines
from shared.console.tongue import retold, say, say_of
from shared.console.web import Reply, Visit
from shared.console.when import short
from shared.errors import Move
from shared.people import roles
from shared.people.guard import Allowed
from shared.people.levels import Level, Role
from shared.platforms import PLATFORMS
from shared.states import WorkspaceState
from shared.vocabulary.platform import Kind

MOST = 200  # clients that are read at once; part of a name finds the others
A_PAGE = 50  # of these on a page: those that need somebody come first, so they are on the first
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Row:
    client: Client
    manages: bool
    group: str  # need, work or good
    move: str
    why: str

    @property
    def id(self) -> str:
        return self.client.workspace.id

    @property
    def name(self) -> str:
        return self.client.workspace.name

    @property
    def proved(self) -> date | None:
        publication = self.client.publication
        proved = publication.proved_until if publication.manifest else ""
        return date.fromisoformat(proved) if proved else None

    @property
    def broken(self) -> Facts | None:
        """The first connection that a new link helps."""
        return next((each for each in self.client.connections if each.reconnects), None)

    def of(self, kind: Kind) -> list[Facts]:
        return [each for each in self.client.connections if each.kind == kind]


def home(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found = workspaces_of(desk, allowed)
    owner = allowed.level is Level.OWNER
    if len(found) == 1 and not owner:
        return Reply(location=f"/workspaces/{found[0]['id']}/overview", status=303)
    if not found:
        return Reply("first_steps.html" if owner else "nothing_shared.html", {"person": allowed.person})
    rows, left_out = _rows(desk, allowed, visit, found)
    needing = [row for row in rows if row.group == "need"]
    page, pages = _page(visit, len(rows))
    asked = {name: visit.query.get(name, "")[:LONGEST_WORDS] for name in ("q", "move", "platform")}
    return Reply(
        "clients.html",
        {
            "person": allowed.person,
            "owner": owner,
            "head": _head(len(needing), len(found)),
            "lead": _lead(needing),
            "groups": _groups(_ordered(rows)[(page - 1) * A_PAGE : page * A_PAGE], rows),
            "page": page,
            "pages": pages,
            "further": "".join(f"&{urlencode({name: said})}" for name, said in asked.items() if said),
            "kinds": _kinds(),
            "platforms": sorted((each.name, each.title) for each in PLATFORMS.values()),
            "asked": asked,
            "left_out": left_out,
            "all": len(found),
            "shown": len(rows),
            "when": lambda moment, zone: short(moment, zone, desk.clock.now()),
            "whose": whose_words,
        },
    )


def clients_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    rows, left_out = _rows(desk, allowed, visit, workspaces_of(desk, allowed))
    body = {"clients": [_plain(row) for row in rows], "left_out": left_out}
    return Reply(json=as_json(body))


def clients_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    rows, _ = _rows(desk, allowed, visit, workspaces_of(desk, allowed))
    heads = (
        "client",
        "name",
        "whose_move",
        "why",
        "proved_until",
        "platform",
        "account",
        "last_good",
        "state",
        "now",
        "next",
    )
    cells = [
        (
            row.id,
            row.name,
            row.move,
            row.why,
            row.proved,
            *((each.platform, each.account, each.last, each.state, each.now, each.next) if each else ("",) * 6),
        )
        for row in rows
        for each in row.client.connections or (None,)
    ]
    return Reply(saved=("clients.csv", lines(heads, cells)))


# -- what is in it ---------------------------------------------------------------------------------------------


def _rows(desk: Desk, allowed: Allowed, visit: Visit, found: Sequence[Mapping[str, str]]) -> tuple[list[Row], int]:
    """As somebody asks for them; and how many are left out, because they are more than a page holds."""
    part = visit.query.get("q", "")[:LONGEST_WORDS].casefold()
    named = [each for each in found if part in each["name"].casefold()]
    level = {each["id"]: _level(allowed, each["role"]) for each in named}
    read = clients(desk.engine, [each["id"] for each in named[:MOST]], desk.clock.now())
    rows = [_row(client, level[client.workspace.id] >= Level.ADMIN) for client in read]
    move, platform = visit.query.get("move", ""), visit.query.get("platform", "")
    if move:
        rows = [row for row in rows if row.move == move]
    if platform:
        rows = [row for row in rows if any(each.platform == platform for each in row.client.connections)]
    return rows, max(0, len(named) - MOST)


def _level(allowed: Allowed, role: str) -> Level:
    if allowed.level is Level.OWNER:
        return Level.OWNER
    return roles.level(allowed.person, allowed.signed_in.how, Role(role))


def _row(client: Client, manages: bool) -> Row:
    move = whose(each.move for each in client.connections)
    if move:
        return Row(client, manages, "need", move, _why([each for each in client.connections if each.move == move]))
    if client.workspace.state == WorkspaceState.OPENING:
        return Row(client, manages, "work", "", say("Its place is being made; that takes a minute or two"))
    busy = [each for each in client.connections if each.look in (Look.WORK, Look.WAIT)]
    if not client.connections:
        return _unconnected(client, manages)
    if busy:
        return Row(client, manages, "work", "", _why(busy))
    return Row(client, manages, "good", "", _quiet(client))


def _unconnected(client: Client, manages: bool) -> Row:
    if client.links:
        platforms = ", ".join(sorted({_title(link.platform) for link in client.links}))
        return Row(client, manages, "need", str(Move.CLIENT), say("A link is open: %(platforms)s", platforms=platforms))
    return Row(client, manages, "need", str(Move.AGENCY), say("Nothing is connected yet"))


def _title(platform: str) -> str:
    return PLATFORMS[platform].title if platform in PLATFORMS else platform


def _why(found: Sequence[Facts]) -> str:
    first = found[0]
    said = f"{first.title}: {retold(first.why)}" if first.why else f"{first.title}: {first.now}"
    more = len(found) - 1
    return f"{said} {say_of('and %(count)s more', 'and %(count)s more', more)}" if more else said


def _quiet(client: Client) -> str:
    owed = client.publication.owed if client.publication.manifest else []
    return (
        say_of("%(count)s stream has days that are owed", "%(count)s streams have days that are owed", len(owed))
        if owed
        else ""
    )


def _head(needing: int, every: int) -> str:
    clients_ = say_of("%(count)s client", "%(count)s clients", every)
    if not needing:
        return say("Nobody has to do anything for %(clients)s", clients=clients_)
    return say_of(
        "%(count)s of %(clients)s needs somebody", "%(count)s of %(clients)s need somebody", needing, clients=clients_
    )


def _lead(needing: Sequence[Row]) -> str:
    theirs = sum(row.move == Move.CLIENT for row in needing)
    said = []
    if theirs:
        said.append(say_of("%(count)s waits for its client.", "%(count)s wait for their client.", theirs))
    if len(needing) > theirs:
        said.append(say_of("%(count)s waits for you.", "%(count)s wait for you.", len(needing) - theirs))
    return " ".join([*said, say("Everything else runs by itself.")])


GROUPS = ("need", "work", "good")


def _ordered(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: GROUPS.index(row.group))  # by name within


def _groups(shown: Sequence[Row], rows: Sequence[Row]) -> list[tuple[str, str, int, list[Row]]]:
    """Those of the page, with how many there are of each group."""
    heads = {"need": say("Need somebody"), "work": say("Under way"), "good": say("Quiet")}
    every = {name: sum(row.group == name for row in rows) for name in GROUPS}
    found = [(name, heads[name], every[name], [row for row in shown if row.group == name]) for name in GROUPS]
    return [each for each in found if each[3]]


def _page(visit: Visit, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // A_PAGE))
    said = visit.query.get("page", "")
    page = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 1
    return min(max(page, 1), pages), pages


def _kinds() -> list[tuple[Kind, str]]:
    return [
        (Kind.ADS, say("Ads")), (Kind.WEB, say("Web")), (Kind.SHOP, say("Shop")), (Kind.MAIL, say("Mail")),
        (Kind.SOCIAL, say("Social")),
    ]  # fmt: skip


def _plain(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "whose_move": row.move or None,
        "why": row.why or None,
        "proved_until": row.proved or None,
        "connections": [told(each) for each in row.client.connections],
    }


def told(each: Facts) -> dict[str, Any]:
    return {
        "connection": each.connection, "platform": each.platform, "account": each.account, "last_good": each.last,
        "state": each.state, "now": each.now, "next": each.next, "whose_move": each.move or None,
        "why": each.why or None,
    }  # fmt: skip
