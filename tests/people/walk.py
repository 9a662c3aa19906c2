"""The walk: two workspaces full of things, and every route of every table as everybody, with everything of the other.

Whatever a route names, by path or by form, is taken from B while somebody of A asks: nothing may be there for them, no
byte of B may come back, and nothing may change. A function that has routes joins with a site of its own (`SITES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from shared.console.routes import TABLE as CONSOLE
from shared.people.levels import LEVELS, How, Level, Role
from shared.people.persons import Person
from shared.people.routes import READS, Route, Table
from shared.people.sessions import form_token
from tests.people.house import Browser, House
from tests.people.publishing import a_row_of_each, publish

MARK = "zulu"  # stands in every text of B
NOBODY, STRANGER = "nobody", "stranger"
CALLERS = (NOBODY, STRANGER, *Role)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: str


@dataclass
class Side:
    """One workspace with things of each kind. `things`: kind → the id by which a route names one."""

    workspace: str
    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)


class World:
    """A and B, each with people of every role, invitations and sessions."""

    def __init__(self) -> None:
        self.house = House()
        self.stranger = self.house.person("stranger@gmail.com", google="stranger")
        self.a, self.b = self._side("alfa", "a"), self._side(MARK, "b")

    def _side(self, name: str, tag: str) -> Side:
        side = Side(self.house.workspace(f"{name}-works", f"{name} works"))
        for role in Role:
            person = self.house.person(f"{role}@{name}.example", google=f"{tag}-{role}", name=f"{name} {role}")
            self.house.role(person, side.workspace, role)
            side.people[role] = person
        yesterday = self.house.clock.now().date() - timedelta(days=1)
        publish(self.house, side.workspace, a_row_of_each(side.workspace, name, yesterday))
        admin = self.house.signed_in(side.people[Role.ADMIN])
        admin.press(
            admin.open(f"/workspaces/{side.workspace}/people"),
            f"/workspaces/{side.workspace}/invitations",
            mail=f"guest@{name}.example",
            role="viewer",
        )
        (invitation,) = self.house.people.find("invitations", ("workspace", "==", side.workspace))
        self.house.signed_in(side.people[Role.VIEWER])
        (own,) = self.house.sessions.of_person(side.people[Role.VIEWER].id)
        side.things = {
            "workspace": side.workspace,
            "member": side.people[Role.VIEWER].id,
            "invitation": invitation["id"][:16],
            "session": own.short,
        }
        return side

    def person(self, caller: str) -> Person | None:
        if caller == NOBODY:
            return None
        return self.stranger if caller == STRANGER else self.a.people[caller]

    def state(self) -> dict[str, object]:
        """Everything that is kept, but what only says that somebody came by."""
        kept = {path: doc for path, doc in self.house.people.docs.items() if not path.startswith("asked/")}
        return {**kept, **dict(self.house.engine.docs), "said": list(self.house.bus.published)}


Ask = Callable[[World, str, Route, str, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Site:
    """A function with its table, and how somebody asks it: world, caller, route, path, what is posted."""

    table: Table
    ask: Ask
    callers: Sequence[str] = CALLERS


def ask_console(world: World, caller: str, route: Route, path: str, form: Mapping[str, str]) -> Answer:
    person = world.person(caller)
    browser = Browser(world.house) if person is None else world.house.signed_in(person, How.GOOGLE)
    token = browser.cookies.get(world.house.desk.cookies.session, "")
    said = {"mail": "x@y.example", "role": "viewer", "decision": "allow", "form": form_token(token), **form}
    answer = browser.ask(route.method, path, None if route.method in READS else said)
    return Answer(answer.status_code, answer.get_data(), str(answer.headers))


SITES = [Site(CONSOLE, ask_console)]


@dataclass(frozen=True)
class Step:
    site: Site
    route: Route
    caller: str
    sides: tuple[str, ...]  # of each thing that the route names: a or b

    @property
    def name(self) -> str:
        return f"{self.site.table.name} {self.route.method} {self.route.path} by {self.caller} with {self.sides}"


def crossings(site: Site) -> Iterator[Step]:
    """Each route with each mixture of things in which something is B's, by everybody of A."""
    for route in site.table.routes:
        for sides in product("ab", repeat=len(route.things)):
            if "b" in sides:
                yield from (Step(site, route, caller, sides) for caller in site.callers)


def too_low(site: Site) -> Iterator[Step]:
    """Each route with A's own things, by those who may not come there."""
    for route in site.table.routes:
        for caller in site.callers:
            level = {NOBODY: Level.NOBODY, STRANGER: Level.PERSON}.get(caller) or LEVELS.get(caller, Level.NOBODY)  # type: ignore[call-overload]
            if level < route.level:
                yield Step(site, route, caller, ("a",) * len(route.things))


def take(world: World, step: Step) -> Answer:
    ids = {
        name: (world.b if side == "b" else world.a).things[kind]
        for (name, kind), side in zip(step.route.things.items(), step.sides, strict=True)
    }
    path = step.route.path
    for name in step.route.objects:
        path = path.replace(f"{{{name}}}", ids[name])
    return step.site.ask(world, step.caller, step.route, path, {name: ids[name] for name in step.route.form})


def faults(world: World, step: Step) -> list[str]:
    """What is wrong with a step that must lead nowhere."""
    before = world.state()
    answer = take(world, step)
    after = {path: doc for path, doc in world.state().items() if not _passing(path)}
    found = []
    turned_away = step.caller == NOBODY and answer.status == 303 and "Location: /sign-in" in answer.headers
    if answer.status != 404 and not turned_away:
        found.append(f"{step.name}: answered {answer.status}")
    if step.caller != NOBODY and MARK.encode() in answer.body.lower():
        found.append(f"{step.name}: tells of B")
    if MARK.encode() in answer.body.lower() or any(_ids_in(answer.body, world.b)):
        found.append(f"{step.name}: has bytes of B")
    if after != {path: doc for path, doc in before.items() if not _passing(path)}:
        found.append(f"{step.name}: changed something")
    return found


def _ids_in(body: bytes, side: Side) -> Iterator[str]:
    return (name for name in side.things.values() if name.encode() in body)


def _passing(path: str) -> bool:
    """That somebody signed in to ask at all."""
    return path.startswith(("sessions/", "audit_entries/"))
