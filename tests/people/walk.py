"""The walk: two workspaces full of things, and every route of every table as everybody, with everything of the other.

Whatever a route names, by path or by form, is taken from B while somebody of A asks: nothing may be there for them, no
byte of B may come back, and nothing may change. A function that has routes joins with a site of its own (`SITES`).
Who comes to feeds is no person but a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from shared import model
from shared.access import wishes
from shared.agents.tools import TOOLS
from shared.api.endpoints import BY_PLACE
from shared.api.endpoints import TABLE as API
from shared.console.routes import TABLE as CONSOLE
from shared.feeds.routes import TABLE as FEED
from shared.keys.scopes import cut
from shared.keys.texts import read
from shared.kit import campaign_names
from shared.kit.campaign_names import CampaignName
from shared.model import workspace_path
from shared.oauth import links
from shared.people import client_links
from shared.people.levels import LEVELS, How, Level, Role
from shared.people.persons import Person
from shared.people.routes import READS, Route, Table
from shared.people.sessions import form_token
from shared.secret import Secret
from shared.states import AccessAct
from tests.agents.desk import Agency
from tests.agents.desk import said as told
from tests.api.service import EVERY
from tests.feeds.kiosk import Kiosk, ads
from tests.people.house import OPERATOR as BY
from tests.people.house import Browser, House
from tests.people.publishing import a_row_of_each, publish
from tests.support.memory import Time

MARK = "zulu"  # stands in every text of B
NOBODY, STRANGER = "nobody", "stranger"
CALLERS = (NOBODY, STRANGER, *Role)
KEY, LINK, LOST = "key", "link", "a key that was revoked"
KEYS = (NOBODY, KEY, LINK, LOST)
POSTED = {  # by a form
    "since": "2026-08-01",
    "until": "2026-08-02",
    "kind": "daily",
    "mail": "x@y.example",
    "role": "viewer",
    "decision": "allow",
    "name": "Mine",
    "data:read": "on",
}


# A tool is a route of its own here: what it names is looked for in the same way.
AGENTS = Table(
    "agents",
    tuple(Route("POST", f"/{tool.name}", Level.PERSON, tool.name, form=tool.names, program=True) for tool in TOOLS),
    frozenset(kind for tool in TOOLS for kind in tool.names.values()),
)
ARGUMENTS = {"ask": {"mart": "ads_by_day", "measures": ["clicks"], "dimensions": ["account_id"]}}


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
    keys: dict[str, Secret] = field(default_factory=dict)


class World:
    """A and B, each with people of every role, invitations, sessions, connections, runs, links and published marts."""

    def __init__(self) -> None:
        self.house, self.turns, self.folder = House(), Time(), TemporaryDirectory()
        # It publishes marts of its own, so its documents of the engine are its own as well.
        self.kiosk = Kiosk(
            Path(self.folder.name) / "kiosk", self.house.clock, self.house.people, vault=self.house.vault
        )
        self.service = Agency(
            Path(self.folder.name),
            self.house.clock,
            self.house.people,
            self.house.engine,
            self.kiosk.feeds,
            self.house.bus,
            self.house.vault,
            self.house.objects,
            limits_clock=self.turns,
        )
        self.stranger = self.house.person("stranger@gmail.com", google="stranger")
        self.a, self.b = self._side("alfa", "a"), self._side(MARK, "b")
        elsewhere = self.service.workspace("elsewhere")
        self.house.role(self.stranger, elsewhere, Role.ADMIN)
        self.keys = {STRANGER: self.service.key(elsewhere, *cut(EVERY, Role.ADMIN), maker=self.stranger.id)}
        for role in Role:
            self.keys[role] = self.service.key(self.a.workspace, *cut(EVERY, role), maker=self.a.people[role].id)
        self.agents = {STRANGER: self.service.agent_key(elsewhere, maker=self.stranger.id)}
        for role in Role:
            self.agents[role] = self.service.agent_key(self.a.workspace, maker=self.a.people[role].id)
        for key in self.agents.values():
            self.service.modern(key, "tools/list")
        for caller in self.keys:  # whoever asks for the first time leaves a trace of that
            ask_api(self, caller, API.find("GET", ("auth", "profile"))[0], "/auth/profile", {})  # type: ignore[index]

    def _side(self, name: str, tag: str) -> Side:
        side = Side(self.house.workspace(f"{name}_works", f"{name} works"))
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
        self.service.workspace(side.workspace, mark=name)
        (contact,) = self.house.contacts(side.workspace, f"ann@{name}.example")
        _, link = links.create(self.house.engine, self.house.clock, side.workspace, "mailchimp", name)
        wished = self.house.engine, self.house.people, self.house.clock, BY, side.workspace, f"{side.workspace}-1"
        side.things = {
            "wish": wishes.ask(*wished, AccessAct.VALIDATE, "once").id,
            "connection": f"{side.workspace}-1",
            "run": f"{side.workspace}-run",
            "link": link.id,
            "campaign": campaign_names.write(CampaignName(f"{side.workspace}-1", "ads", "c/1")),
            "workspace": side.workspace,
            "member": side.people[Role.VIEWER].id,
            "invitation": invitation["id"][:16],
            "session": own.short,
            "contact": contact,
            "feed": self._feed(side, name),
            "key": self._key(side),
            "client_link": self._client_link(side, name),
            **self._webhook(side, name),
        }
        return side

    def _webhook(self, side: Side, name: str) -> dict[str, str]:
        hooks = self.service.desk.hooks
        _, hook = hooks.make(BY, side.workspace, f"{name} board", f"https://{name}.example/in")
        return {"webhook": hook.id, "delivery": hooks.test(BY, hook.id, "once").id}

    def _client_link(self, side: Side, name: str) -> str:
        house = self.house
        return client_links.make(
            house.people, house.clock, BY, side.workspace, f"client@{name}.example", side.people[Role.ADMIN].id
        )[1].short

    def _key(self, side: Side) -> str:
        known = read(self.service.key(side.workspace, "data:read", maker=side.people[Role.ADMIN].id))
        assert known is not None
        return known.id

    def _feed(self, side: Side, name: str) -> str:
        """Marts that are published, a feed with a key that is good and one that was revoked, and a link of another."""
        kiosk, where = self.kiosk, side.workspace
        home = self.house.engine.get(workspace_path(where))
        assert home is not None
        kiosk.engine.set(workspace_path(where), home)
        kiosk.roles["ann", where] = "analyst"
        kiosk.publish(where, {"ads_by_day": ads(f"{name}-account", 3, platform=name)})
        asks = "mart=ads_by_day&measures=clicks&dimensions=platform,account_id&grain=day&limit=100000"
        lost, side.keys[LOST], _ = kiosk.feed(where, asks, f"{name} lost")
        kiosk.register.revoke(BY, lost.id)
        _, side.keys[LINK], _ = kiosk.feed(where, asks, f"{name} link", link=True)
        feed, side.keys[KEY], _ = kiosk.feed(where, asks, f"{name} feed")
        return feed.id

    def person(self, caller: str) -> Person | None:
        if caller == NOBODY:
            return None
        return self.stranger if caller == STRANGER else self.a.people[caller]

    def state(self) -> dict[str, object]:
        """Everything that is kept, but what only says that somebody came by."""
        passing = ("asked/", "limits/", "looks/")
        kept = {path: doc for path, doc in self.house.people.docs.items() if not path.startswith(passing)}
        looked = {
            model.publication_path(where) for where in (self.a.workspace, "elsewhere")
        }  # that one looks at what is one's own is noted
        engines = {
            **{path: doc for path, doc in self.house.engine.docs.items() if path not in looked},
            **{f"kiosk {path}": doc for path, doc in self.kiosk.engine.docs.items()},
            **{f"feeds {path}": doc for path, doc in self.house.feeds.docs.items()},
        }
        said = [*self.house.bus.published, *self.kiosk.bus.published]
        return {**kept, **engines, **dict(self.kiosk.feeds.docs), "said": said}


Ask = Callable[[World, str, Route, str, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Site:
    """A function with its table, and how somebody asks it: world, caller, route, path, what is posted."""

    table: Table
    ask: Ask
    callers: Sequence[str] = CALLERS
    turns_away: Callable[[Step, Answer], bool] = lambda step, answer: (
        step.caller == NOBODY and answer.status == 303 and "Location: /sign-in" in answer.headers
    )


def ask_console(world: World, caller: str, route: Route, path: str, form: Mapping[str, str]) -> Answer:
    person = world.person(caller)
    browser = Browser(world.house) if person is None else world.house.signed_in(person, How.GOOGLE)
    token = browser.cookies.get(world.house.desk.cookies.session, "")
    said = {**POSTED, "form": form_token(token), **form}
    answer = browser.ask(route.method, path, None if route.method in READS else said)
    return Answer(answer.status_code, answer.get_data(), str(answer.headers))


def ask_feed(world: World, caller: str, route: Route, path: str, _: Mapping[str, str]) -> Answer:
    """By the key that A has; a link's stands in the address."""
    key = world.a.keys[caller].reveal() if caller != NOBODY else ""
    where = f"{path}?key={key}" if caller == LINK else path
    answer = world.kiosk.instance.ask(where, "" if caller == LINK else key, method=route.method)
    world.house.clock.forward(minutes=1)  # a key has so many calls of a minute, and steps are many
    return Answer(answer.status_code, answer.get_data(), str(answer.headers))


def ask_api(world: World, caller: str, route: Route, path: str, form: Mapping[str, str]) -> Answer:
    """With a key that each has made for themselves, with all that they may give."""
    world.turns.forward(minutes=1)  # so that no limit stands before what is looked at here
    endpoint = BY_PLACE[route.method, route.path]
    body = dict(endpoint.example or {}) if endpoint.writes else None
    query = f"?{urlencode(endpoint.sample)}" if endpoint.sample else ""
    answer = world.service.ask(route.method, path + query, world.keys.get(caller, ""), body)
    return Answer(answer.status, answer.body, str(answer.headers))


def ask_agent(world: World, caller: str, route: Route, _: str, form: Mapping[str, str]) -> Answer:
    """With a key for agents that each has made for themselves. What a tool says is not there is no page that is not."""
    world.turns.forward(minutes=1)
    params = {"name": route.does, "arguments": {**ARGUMENTS.get(route.does, {}), **form}}
    answer = world.service.modern(world.agents.get(caller, ""), "tools/call", params)
    error = told(answer).get("result", {}).get("structuredContent", {}).get("error", {})
    status = 404 if error.get("code") == "not-there" else 422 if error else answer.status_code
    return Answer(status, answer.get_data(), str(answer.headers))


def turned_away(step: Step, answer: Answer) -> bool:
    """Nobody is asked for a key; and whoever is of this workspace is told which scope they lack."""
    if step.caller == NOBODY:
        return answer.status == 401
    low = _level(step.caller) < step.route.level
    within = dict(zip(step.route.things, step.sides, strict=True)).get("workspace", "a") == "a"
    return answer.status == 403 and low and within and (step.caller != STRANGER or not step.route.things)


def without_a_key(step: Step, answer: Answer) -> bool:
    return step.caller in (NOBODY, LOST) and answer.status == 401


SITES = [
    Site(CONSOLE, ask_console),
    Site(API, ask_api, turns_away=turned_away),
    Site(FEED, ask_feed, KEYS, without_a_key),
    Site(AGENTS, ask_agent, turns_away=without_a_key),
]


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
            if _level(caller) < route.level:
                yield Step(site, route, caller, ("a",) * len(route.things))


def _level(caller: str) -> Level:
    known = {
        NOBODY: Level.NOBODY,
        STRANGER: Level.PERSON,
        KEY: Level.PERSON,
        **{str(role): LEVELS[role] for role in Role},
    }
    return known.get(caller, Level.NOBODY)


def take(world: World, step: Step) -> Answer:
    ids = {
        name: (world.b if side == "b" else world.a).things[kind]
        for (name, kind), side in zip(step.route.things.items(), step.sides, strict=True)
    }
    path = step.route.path
    for name in step.route.objects:
        path = path.replace(f"{{{name}}}", ids[name])
    for name, example in step.route.words.items():
        path = path.replace(f"{{{name}}}", example)
    return step.site.ask(world, step.caller, step.route, path, {name: ids[name] for name in step.route.form})


def faults(world: World, step: Step) -> list[str]:
    """What is wrong with a step that must lead nowhere."""
    before = world.state()
    answer = take(world, step)
    after = {path: doc for path, doc in world.state().items() if not _passing(path)}
    found = []
    if answer.status != 404 and not step.site.turns_away(step, answer):
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
    return path.startswith(("sessions/", "audit_entries/", "limits/", "accesses/", "looks/"))
