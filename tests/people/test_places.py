"""The menu of a client: each of its places is a page, and nobody is shown a way to one that is not for them."""

from __future__ import annotations

import re

import pytest

from shared.console.places import PLACES, Place, menu
from shared.console.routes import TABLE
from shared.model import Workspace
from shared.people.levels import Level, Role
from tests.people.house import House

ALL = [place for _, places in PLACES for place in places]


@pytest.mark.parametrize("place", ALL, ids=lambda place: place.path)
def test_a_place_is_a_page_for_just_those_who_are_shown_it(place: Place) -> None:
    found = TABLE.find("GET", ("workspaces", "bakery", *place.path.split("/")))
    assert found is not None
    assert found[0].level == place.level


@pytest.mark.parametrize("role", Role)
def test_who_looks_sees_the_places_of_their_role(house: House, role: Role) -> None:
    house.workspace("bakery", 'B<b> & "Sons"')
    person = house.person("me@a.example", google="5")
    house.role(person, "bakery", role)
    page = house.signed_in(person).open("/workspaces/bakery").text
    shown = set(re.findall(r'<a href="/workspaces/bakery/([\w/-]+)"', page.partition('<div class="side">')[2]))
    levels = {Role.VIEWER: Level.VIEWER, Role.ANALYST: Level.ANALYST, Role.ADMIN: Level.ADMIN}
    assert shown >= {place.path for place in ALL if place.level <= levels[role]}
    assert not shown & {place.path for place in ALL if place.level > levels[role]}
    assert "B<b>" not in page


def test_the_place_where_one_is_is_marked_also_on_what_lies_beneath_it() -> None:
    for path in ("overview", "overview.json"):
        groups = menu(Workspace("bakery", "Bakery"), Level.VIEWER, path).groups
        assert [each.name for _, entries in groups for each in entries if each.here] == ["Overview"]
