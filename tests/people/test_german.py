"""Every page of the console in every other language: nothing of it is left in English."""

from __future__ import annotations

import pytest

from shared.console.routes import TABLE
from shared.people.levels import How, Level, Role
from shared.people.routes import READS, Route
from shared.tongue.catalogue import ENGLISH, names
from tests.people.house import Browser
from tests.people.walk import World
from tests.support.languages import english_left, said

OTHERS = sorted(set(names()) - {ENGLISH})
PAGES = [route for route in TABLE.routes if route.method in READS and not route.program]
# Words of platforms, which are shown as they are told, and names of people here.
DATA = {*names().values(), "active", "paused", "sent", "ended", "viewer", "analyst", "admin"}


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.does)
def test_no_page_has_english_left(world: World, route: Route, language: str) -> None:
    browser = Browser(world.house, **{"Accept-Language": language})
    if route.level > Level.NOBODY:
        browser = world.house.signed_in(world.a.people[Role.ADMIN], How.GOOGLE)
        browser.headers["Accept-Language"] = language
    answer = browser.ask("GET", _path(world, route))
    if answer.mimetype != "text/html" or answer.status_code in (302, 303):
        return
    page = answer.get_data(as_text=True)
    assert said(page).language == language
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    assert english_left(page, language, DATA) == []


def test_what_is_left_in_english_is_found(world: World) -> None:
    page = Browser(world.house).ask("GET", "/sign-in").get_data(as_text=True)
    assert said(page).language == ENGLISH
    left = english_left(page, "de")
    assert "Send me a link" in left
    assert any("By invitation only. Not invited yet?" in each for each in left)  # a name stands in it


def _path(world: World, route: Route) -> str:
    path = route.path
    for name, kind in route.things.items():
        path = path.replace(f"{{{name}}}", world.a.things[kind])
    for name, example in route.words.items():
        path = path.replace(f"{{{name}}}", example)
    return path
