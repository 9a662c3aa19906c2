"""Every verb as everybody of A, with everything of B: nothing is there, no byte of B comes back, and nobody asked
BigQuery about B. And mutants that drop one check each: the walk has to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from shared.keys.admission import Shown
from shared.keys.key import Key
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.keys.tokens import Grant, grant_of
from shared.looking import addresses, callers, looker, records
from shared.looking.callers import Callers
from shared.looking.verbs import VERBS
from shared.people import roles
from shared.people.levels import How, Level, Role
from tests.looking.world import Looking, body
from tests.people.house import OPERATOR

Patch = pytest.MonkeyPatch
MARK = b"zulu"
DOOR = "https://api.example"

# Who may look in A, and who may not.
MAY = ("analyst", "admin", "owner", "key", "token of a key", "token of a person")
MAY_NOT = (
    "nobody",
    "stranger",
    "viewer",
    "key without the scope",
    "key of a viewer",
    "guessed",
    "admin by mail, no role",
)


def shown_by(looking: Looking, who: str) -> Shown:
    """The same each time."""
    if who not in looking.shown:
        looking.shown[who] = shown_to(looking, who)
    return looking.shown[who]


def shown_to(looking: Looking, who: str) -> Shown:
    a, people = looking.world.a, looking.world.a.people
    if who in ("viewer", "analyst", "admin"):
        return looking.session(people[Role(who)])
    admit = looking.house.tokens.door.admit
    return {
        "nobody": lambda: Shown("session", "", ""),
        "guessed": lambda: Shown("key", looking.key(a.workspace).name, "0" * 64),
        "stranger": lambda: looking.session(looking.world.stranger),
        "owner": lambda: looking.session(looking.house.person("boss@gmail.com", google="boss", owner=True)),
        "key": lambda: looking.key(a.workspace, people[Role.ANALYST].id),
        "key without the scope": lambda: looking.key(a.workspace, scopes=[Scope.DATA_READ]),
        "key of a viewer": lambda: downgraded(looking),
        "token of a key": lambda: token(
            looking, grant_of(admit(looking.presented(a.workspace, "operator"), [Kind.API]), DOOR)
        ),
        "token of a person": lambda: token(
            looking, Grant(f"person:{people[Role.ANALYST].id}", a.workspace, (Scope.CONTACTS_READ,), DOOR)
        ),
        "admin by mail, no role": lambda: looking.session(
            looking.house.person("late@alfa.example", owner=True), How.MAIL
        ),
    }[who]()  # fmt: skip


def token(looking: Looking, grant: Grant) -> Shown:
    issued = looking.house.tokens.begin(OPERATOR, grant)
    return looking.house.tokens.admit(issued.access.reveal(), DOOR).shown


def downgraded(looking: Looking) -> Shown:
    """Who made it has become a viewer since."""
    person = looking.house.person("once@alfa.example", google="once")
    looking.house.role(person, looking.world.a.workspace, Role.ANALYST)
    shown = looking.key(looking.world.a.workspace, person.id)
    looking.house.role(person, looking.world.a.workspace, Role.VIEWER)
    return shown


@dataclass(frozen=True)
class Step:
    verb: str
    who: str
    workspace: str  # a or b
    thing: str  # whose id is asked for: a or b

    def take(self, looking: Looking) -> tuple[int, bytes]:
        sides = {"a": looking.world.a.workspace, "b": looking.world.b.workspace}
        theirs = sides[self.thing]
        mark = theirs.partition("_")[0]
        every: dict[str, dict[str, Any]] = {
            "contacts": {"begins": "", "after": ""},
            "contact": {"contact": looking.contact(theirs)},
            "history": {"contact": looking.contact(theirs)},
            "record": {"page": looking.page(theirs), "line": 1},
        }
        asked = every[self.verb]
        if self.verb == "contacts" and self.thing != self.workspace:
            asked = {"after": looking.contact(theirs)}
        if self.verb == "contact" and self.who in ("key", "nobody"):  # by the address, for some of them
            asked = {"address": f"ann@{mark}.example"}
        answer = looking.post(f"/{self.verb}", body(sides[self.workspace], shown_by(looking, self.who), **asked))
        return answer.status_code, answer.get_data()


def crossings() -> Iterator[Step]:
    for verb, who, (workspace, thing) in product(VERBS, MAY + MAY_NOT, (("b", "b"), ("b", "a"), ("a", "b"))):
        if not (who == "owner" and workspace == "b"):  # an owner sees every workspace
            yield Step(verb, who, workspace, thing)


def too_low() -> Iterator[Step]:
    yield from (Step(verb, who, "a", "a") for verb, who in product(VERBS, MAY_NOT))


def faults(looking: Looking, step: Step) -> list[str]:
    looking.persons.asked.clear()
    status, said = step.take(looking)
    found = [] if status == 404 else [f"{step}: answered {status}"]
    if MARK in said.lower():
        found.append(f"{step}: has bytes of B")
    if looking.world.b.workspace in looking.persons.asked:
        found.append(f"{step}: asked BigQuery about B")
    return found


def test_nothing_of_another_workspace_is_there_for_anybody(looking: Looking) -> None:
    assert [fault for step in crossings() for fault in faults(looking, step)] == []


def test_nobody_looks_whose_role_does_not_lead_there(looking: Looking) -> None:
    assert [fault for step in too_low() for fault in faults(looking, step)] == []


@pytest.mark.parametrize("who", MAY)
def test_whoever_may_look_sees_their_own(looking: Looking, who: str) -> None:
    """Otherwise a walk in which nothing answers at all would pass, too."""
    for verb in VERBS:
        status, said = Step(verb, who, "a", "a").take(looking)
        assert (verb, status) == (verb, 200)
        assert b"alfa" in said
        assert MARK not in said


def test_the_walk_knows_every_verb() -> None:
    assert {step.verb for step in crossings()} == set(VERBS) == {"contacts", "contact", "history", "record"}


# -- mutants -----------------------------------------------------------------------------------------------


def everybody_is_an_analyst(patch: Patch) -> None:
    patch.setattr(Callers, "level", lambda *_: ("person:x", Level.ANALYST))


def a_role_anywhere_counts_everywhere(patch: Patch) -> None:
    def role_of(documents: Any, _: str, person: str) -> Role | None:
        found = documents.find_all("members", ("person", "==", person))
        return Role(found[0]["role"]) if found else None

    patch.setattr(roles, "role_of", role_of)


def every_role_is_that_of_an_admin(patch: Patch) -> None:
    patch.setattr(roles, "level", lambda person, how, role: Level.ADMIN if role else Level.PERSON)


def an_owner_may_come_by_mail(patch: Patch) -> None:
    kept = roles.level
    patch.setattr(roles, "level", lambda person, how, role: kept(person, How.GOOGLE, role))


def a_key_opens_every_workspace(patch: Patch) -> None:
    kept = Key.state
    patch.setattr(Callers, "_as_key", lambda self, name, workspace, among: (f"key:{name}", Level.ANALYST))
    patch.setattr(Key, "state", kept)


def a_key_is_known_by_its_id(patch: Patch) -> None:
    patch.setattr("shared.looking.callers.hmac.compare_digest", lambda *_: True)


def scopes_are_not_looked_at(patch: Patch) -> None:
    patch.setattr(callers, "cut", lambda *_: frozenset(Scope))


def a_role_that_is_less_is_not_noticed(patch: Patch) -> None:
    patch.setattr(callers, "role_now", lambda *_: "owner")


def a_token_opens_every_workspace(patch: Patch) -> None:
    kept = Callers._by_token

    def by_token(self: Any, shown: Shown, _: str) -> Any:
        doc = self.documents.get(f"families/{shown.name}")
        return kept(self, shown, doc["workspace"] if doc else "")

    patch.setattr(Callers, "_by_token", by_token)


def any_page_is_a_page_of_ours(patch: Patch) -> None:
    patch.setattr(records, "is_page_of", lambda *_: True)


def contacts_have_one_name_everywhere(patch: Patch) -> None:
    """Then a name out of B is one in A, and whoever is asked for is found."""
    patch.setattr(addresses.Keys, "of", lambda *_: "")
    kept = Looking.fill

    def fill(self: Looking, workspace: str) -> None:
        kept(self, workspace)
        for row in (*self.persons.held[workspace], *self.persons.done[workspace]):
            row["address"] = "ann@zulu.example"

    patch.setattr(Looking, "fill", fill)


def the_workspace_is_that_of_the_thing(patch: Patch) -> None:
    kept = looker.Looker._record

    def record(self: Any, workspace: Any, asked: Any) -> Any:
        return kept(self, replace(workspace, id=asked.page.partition("/")[0]), asked)

    patch.setattr(looker.Looker, "_record", record)


MUTANTS: list[Callable[[Patch], None]] = [
    everybody_is_an_analyst,
    a_role_anywhere_counts_everywhere,
    every_role_is_that_of_an_admin,
    an_owner_may_come_by_mail,
    a_key_opens_every_workspace,
    a_key_is_known_by_its_id,
    scopes_are_not_looked_at,
    a_role_that_is_less_is_not_noticed,
    a_token_opens_every_workspace,
    any_page_is_a_page_of_ours,
    contacts_have_one_name_everywhere,
    the_workspace_is_that_of_the_thing,
]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_walk_notices(mutant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    mutant(monkeypatch)
    looking = Looking()
    assert any(faults(looking, step) for walk in (crossings, too_low) for step in walk())
