"""Many accounts behind one login: searching among them, ticking all or none, and what is connected in the end."""

from __future__ import annotations

import pytest

from tests.oauth.connect_flow import Browser, ConnectFlow, Page
from tests.oauth.example_platform import ADVERTS, open_flow, to_choice
from tests.oauth.test_choice import nothing_connected, ticks
from tests.oauth.test_pages import structure

BAKERIES = [{"id": f"b{n}", "title": f"Bäckerei {n}", "currency": "EUR", "zone": "Europe/Vienna"} for n in range(6)]
CAFES = [{"id": f"c{n}", "title": f"Café {n}", "currency": "USD", "zone": "America/New_York"} for n in range(6)]
SHUT = {"id": "s", "title": "Bäckerei, shut", "closed": "It was cancelled."}


@pytest.fixture
def many() -> tuple[ConnectFlow, Browser, str, str]:
    flow, _ = open_flow(ADVERTS, *BAKERIES, *CAFES, SHUT)
    browser, link, address = to_choice(flow)
    return flow, browser, link, address


def shown(page: Page) -> list[str]:
    return [str(box["name"]) for box in ticks(page)]


def ticked(page: Page) -> set[str]:
    return {str(box["name"]) for box in ticks(page) if "checked" in box}


def buttons(page: Page) -> list[tuple[str | None, str | None]]:
    return [(button.get("name"), button.get("value")) for button in structure(page).of("button")]


def test_from_twelve_accounts_on_there_is_a_search() -> None:
    for count, there in ((11, False), (12, True)):
        flow, _ = open_flow(ADVERTS, *({"id": f"a{n}", "title": f"A {n}"} for n in range(count)))
        browser, _, address = to_choice(flow)
        page = browser.get(address)
        assert bool([box for box in structure(page).of("input") if box["type"] == "search"]) is there
        assert f"Tick all shown ({count})" in page.html


def test_enter_searches_where_there_is_a_search_and_connects_otherwise(
    many: tuple[ConnectFlow, Browser, str, str],
) -> None:
    """A form is sent by its first button then."""
    _, browser, _, address = many
    assert buttons(browser.get(address))[0] == ("show", "found")
    flow, _ = open_flow(ADVERTS, *BAKERIES)
    other, _, address = to_choice(flow)
    assert buttons(other.get(address))[0] == (None, None)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("bäckerei", [*(f"pick-{n}" for n in range(6)), "pick-12"]),
        ("  BÄCKEREI   3 ", ["pick-3"]),
        ("c4", ["pick-10"]),
        ("usd new york", [f"pick-{n}" for n in range(6, 12)]),
        ("", [f"pick-{n}" for n in range(13)]),
        ("florist", []),
    ],
)
def test_a_search_shows_what_fits(many: tuple[ConnectFlow, Browser, str, str], search: str, names: list[str]) -> None:
    flow, browser, link, address = many
    page = browser.post(address, {"search": search, "show": "found"})
    assert page.status == 200
    assert shown(page) == names
    assert (f"{len(names)} of 13 accounts are shown" if names else "No account is found") in page.html
    nothing_connected(flow, link)


def test_what_is_ticked_stays_in_sight_whatever_is_searched_for(many: tuple[ConnectFlow, Browser, str, str]) -> None:
    """Nothing may be connected that is not seen."""
    flow, browser, link, address = many
    page = browser.post(address, {"pick-7": "yes", "search": "bäckerei 1", "show": "found"})
    assert shown(page) == ["pick-1", "pick-7"]
    assert ticked(page) == {"pick-7"}
    assert "; 1 ticked" in page.html
    page = browser.post(address, {"pick-7": "yes", "search": "bäckerei 1", "show": "all"})
    assert len(shown(page)) == 13
    assert ticked(page) == {"pick-7"}
    assert browser.post(address, {"pick-7": "yes", "search": "bäckerei 1"}).status == 303
    assert [one.account for one in flow.connections()] == ["c1"]
    assert flow.link_doc(link).used_at is not None


def test_all_means_all_that_is_shown_and_can_be_read(many: tuple[ConnectFlow, Browser, str, str]) -> None:
    flow, browser, link, address = many
    page = browser.post(address, {"pick-9": "yes", "search": "bäckerei", "tick": "all"})
    assert ticked(page) == {*(f"pick-{n}" for n in range(6)), "pick-9"}
    assert "Tick all shown (7)" in page.html
    nothing_connected(flow, link)
    page = browser.post(address, {**dict.fromkeys(ticked(page), "yes"), "search": "bäckerei", "tick": "none"})
    assert ticked(page) == set()
    assert "none is ticked" in page.html
    nothing_connected(flow, link)


def test_more_than_can_be_connected_are_not_ticked_by_one_press() -> None:
    flow, _ = open_flow(ADVERTS, *({"id": f"a{n}", "title": f"A {n}"} for n in range(51)))
    browser, link, address = to_choice(flow)
    page = browser.get(address)
    assert ("tick", "none") in buttons(page)
    assert ("tick", "all") not in buttons(page)
    page = browser.post(address, {"tick": "all"})  # asked all the same, it still has to be sent
    page = browser.post(address, dict.fromkeys(ticked(page), "yes"))
    assert (page.status, "Please tick 50 accounts at most" in page.html) == (422, True)
    nothing_connected(flow, link)


def test_a_mistake_keeps_the_search(many: tuple[ConnectFlow, Browser, str, str]) -> None:
    _, browser, _, address = many
    page = browser.post(address, {"search": "café"})
    assert page.status == 422
    assert 'value="café"' in page.html
    assert shown(page) == [f"pick-{n}" for n in range(6, 12)]


@pytest.mark.parametrize("search", ['"><script>alert(1)</script>', "{0}{title}", "x" * 5000, "\x00", "%2e", "a" * 101])
def test_a_hostile_search_is_text(many: tuple[ConnectFlow, Browser, str, str], search: str) -> None:
    flow, browser, link, address = many
    page = browser.post(address, {"search": search, "show": "found"})
    assert page.status == 200
    assert "<script>" not in page.html
    assert shown(page) == []
    structure(page)
    nothing_connected(flow, link)


def test_each_field_and_button_has_a_name(many: tuple[ConnectFlow, Browser, str, str]) -> None:
    _, browser, _, address = many
    for page in (browser.get(address), browser.post(address, {"search": "café", "show": "found"})):
        read = structure(page)
        assert {a["for"] for a in read.of("label")} == {a["id"] for a in read.of("input")}
        ids = [a["id"] for _, a in read.all if "id" in a]
        assert len(ids) == len(set(ids))
        assert not read.of("script")
        assert sum("autofocus" in a for _, a in read.all) <= 1
