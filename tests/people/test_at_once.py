"""Many people at once on one served instance, and two owners who do the same at the same moment: without an error."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx2
import pytest

from shared.model import Workspace, from_doc, workspace_path
from shared.people.levels import Role
from shared.people.persons import Person
from shared.people.sessions import form_token
from tests.browser import served
from tests.browser.filled import BAKERY, HERE, Filled, fill
from tests.people.house import House

pytestmark = pytest.mark.slow
PEOPLE = 50
EACH = 2  # pages that each of them asks for: other ones than their neighbours
PAGES = (
    "/account",
    f"{HERE}/overview",
    f"{HERE}/campaigns",
    f"{HERE}/connections",
    f"{HERE}/coverage.json",
    f"{HERE}/mail.csv",
)


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    with served.house() as house:
        yield fill(house)


def visitor(house: House, person: Person) -> httpx2.Client:
    name = house.desk.cookies.session
    return httpx2.Client(
        base_url=house.address, cookies={name: house.signed_in(person).cookies[name]}, timeout=120,
        headers={"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"},
    )  # fmt: skip


def guests(house: House) -> list[Person]:
    made = []
    for number in range(PEOPLE):
        guest = house.person(f"guest{number}@agency.example", google=f"guest-{number}", name=f"Guest {number}")
        house.role(guest, BAKERY, (Role.VIEWER, Role.ANALYST, Role.ADMIN)[number % 3])
        made.append(guest)
    return made


def post(client: httpx2.Client, house: House, where: str, **said: str) -> httpx2.Response:
    token = client.cookies[house.desk.cookies.session]
    return client.post(where, data={"form": form_token(token), **said}, follow_redirects=False)


def test_fifty_people_look_at_once_and_each_gets_what_they_would_alone(filled: Filled) -> None:
    visitors = [visitor(filled.house, each) for each in guests(filled.house)]
    alone = {where: visitors[0].get(where) for where in PAGES}
    begun = time.perf_counter()
    for where in PAGES:
        visitors[0].get(where)
    one = (time.perf_counter() - begun) * EACH / len(PAGES)
    together = Barrier(PEOPLE)

    def look(number: int) -> list[tuple[str, httpx2.Response]]:
        together.wait()
        ordered = PAGES[number % len(PAGES) :] + PAGES[: number % len(PAGES)]
        return [(where, visitors[number].get(where)) for where in ordered[:EACH]]

    begun = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        got = [each for answers in pool.map(look, range(PEOPLE)) for each in answers]
    all_of_them = time.perf_counter() - begun
    assert Counter(answer.status_code for _, answer in got) == {200: PEOPLE * EACH}
    for where, answer in got:
        if where.endswith((".json", ".csv")):  # a page has the name of whoever looks, and is of their role
            assert answer.content == alone[where].content
    assert all_of_them < 2 * PEOPLE * one  # nobody waits for more than what the others ask for


@pytest.mark.parametrize(("zone", "statuses"), [("UTC", [303, 303]), ("Europe/Berlin", [303, 422])])
def test_two_owners_add_a_client_of_the_same_name_at_once_and_one_is_made(
    filled: Filled, zone: str, statuses: list[int]
) -> None:
    """The very same is the one that there is; another of that name is refused."""
    house, name = filled.house, f"Twin {zone[:3]}"
    second = house.person(f"{zone[:3]}@agency.example", google=name, owner=True, name="Second")
    owners = [visitor(house, each) for each in (filled.owner, second)]
    together = Barrier(2)

    def add(owner: httpx2.Client, own: str) -> int:
        together.wait()
        return post(owner, house, "/clients", name=name, zone=own, fiscal_year_start="1").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, owners, ("UTC", zone))) == statuses
    assert len(house.engine.find("workspaces", ("name", "==", name))) == 1


def test_two_owners_change_different_settings_at_once_and_both_stand(filled: Filled) -> None:
    house = filled.house
    third = house.person("third@agency.example", google="third", owner=True, name="Third")
    owners = [visitor(house, each) for each in (filled.owner, third)]
    was = from_doc(Workspace, house.engine.get(workspace_path("atlas")) or {})
    same = {"name": was.name, "agency": was.agency, "contact": was.contact, "zone": was.zone, "readers": "",
            "currency": was.currency, "fiscal_year_start": str(was.fiscal_year_start)}  # fmt: skip
    shown = {f"was_{name}": value for name, value in same.items()}
    together = Barrier(2)

    def change(owner: httpx2.Client, **said: str) -> int:
        together.wait()
        return post(owner, house, "/workspaces/atlas/settings", **{**same, **shown, **said}).status_code

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(change, owners[0], contact="ask@agency.example")
        other = pool.submit(change, owners[1], currency="USD")
        assert (first.result() < 400, other.result() < 400) == (True, True)
    now = from_doc(Workspace, house.engine.get(workspace_path("atlas")) or {})
    assert (now.contact, now.currency) == ("ask@agency.example", "USD")


def test_whoever_is_taken_out_while_they_look_sees_nothing_more(filled: Filled) -> None:
    house = filled.house
    leaving = house.person("leaving@agency.example", google="leaving", name="Leaving")
    house.role(leaving, BAKERY, Role.ADMIN)
    looking, boss = visitor(house, leaving), visitor(house, filled.owner)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda _: looking.get(f"{HERE}/people").status_code, range(30))
        removed = post(boss, house, f"{HERE}/members/{leaving.id}/remove")
        statuses = list(answers)
    assert removed.status_code == 303
    assert set(statuses) <= {200, 404}
    assert looking.get(f"{HERE}/people").status_code == 404
    assert post(looking, house, f"{HERE}/invitations", mail="friend@gmail.com", role="admin").status_code == 404
