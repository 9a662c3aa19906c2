"""The ways that people go, in a real browser: from the first sign-in to an invited colleague, and back out again."""

from __future__ import annotations

import re
from collections import deque
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from shared.keys.texts import PATTERN
from shared.kit.calendar import as_moments
from shared.messages import LetterWanted
from shared.model import Connection, Slice, path
from shared.people.levels import Role
from shared.publishing.manifest import Stamp
from shared.states import RunState, SliceState
from shared.stores.ports import Transaction
from tests.browser.filled import HERE, Filled
from tests.browser.looking import window
from tests.browser.served import ACCOUNTS, stand_in
from tests.feeds.kiosk import Kiosk
from tests.oauth.connect_flow import HOST, ConnectFlow
from tests.people.connected import client, connected, part, person, run
from tests.people.house import OWNER, House
from tests.people.plenty import plenty
from tests.people.publishing import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.slow
STREAM = "insights_ad_daily"


def is_open(page: Page, heading: str) -> None:
    page.get_by_role("heading", level=1, name=heading).wait_for()


def with_google(page: Page, account: str) -> None:
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("heading", name="Choose an account").wait_for()
    page.get_by_role("button", name=account).click()


def at_google(context: BrowserContext, house: House) -> Page:
    stand_in(context, ACCOUNTS, house.app)
    return context.new_page()


# -- the agency ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_agency_comes_from_its_first_sign_in_to_an_invited_colleague(
    browser: Browser, house: House, script: bool
) -> None:
    house.account("90", "colleague@gmail.com", name="Colleague")
    with window(browser, house, java_script_enabled=script) as context:
        page = at_google(context, house)
        page.goto(house.address)
        is_open(page, "Sign in")
        with_google(page, OWNER)
        is_open(page, "Welcome, Owner. Three steps are left")
        page.get_by_label("Name of the client").fill("Corner Bakery")
        page.get_by_role("button", name="Go on").click()
        is_open(page, "Add a client")
        assert page.get_by_label("Name", exact=True).input_value() == "Corner Bakery"
        page.get_by_role("button", name="Add the client").click()
        is_open(page, "Connections")
        page.get_by_role("link", name="People").click()
        is_open(page, "People of Corner Bakery")
        page.get_by_label("Mail address").fill("colleague@gmail.com")
        page.get_by_label("Role", exact=True).select_option("analyst")
        page.get_by_role("button", name="Invite").click()
        link = page.get_by_label("Link").input_value()
    house.bus.waiting = deque(each for each in house.bus.waiting if isinstance(each, LetterWanted))
    assert house.letter_link() == link
    with window(browser, house, java_script_enabled=script) as context:
        page = at_google(context, house)
        page.goto(link)
        if not script:
            page.locator("#link").fill(link)
            page.get_by_role("button", name="Open").click()
        is_open(page, "Owner invites you to Corner Bakery")
        assert "#" not in page.url
        with_google(page, "colleague@gmail.com")
        is_open(page, "Overview")
        assert page.get_by_role("link", name="Settings").count() == 0


# -- a client ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_client_comes_from_a_link_to_connected(browser: Browser, house: House, script: bool) -> None:
    flow = ConnectFlow()
    link = flow.link("mailchimp")
    with window(browser, house, java_script_enabled=script) as context:
        stand_in(context, f"https://{HOST}", connect_pages(flow))
        stand_in(context, "https://login.mailchimp.com", flow.boxes["mailchimp"].wsgi)
        page = context.new_page()
        page.goto(link)
        if not script:
            page.locator("#link").fill(link)
            page.get_by_role("button", name="Open").click()
        is_open(page, "Tidewater Agency would like to read your Mailchimp data")
        assert page.url.partition("#")[2] == ""
        page.get_by_role("button", name="Continue to Mailchimp").click()
        page.get_by_role("button", name="Allow").click()
        is_open(page, "Mailchimp is connected")
    assert [each.platform for each in flow.connections()] == ["mailchimp"]


def connect_pages(flow: ConnectFlow) -> Any:
    from flask import Request

    def app(environ: dict[str, Any], start: Any) -> Any:
        answer = flow.start if "/oauth_start" in environ["PATH_INFO"] else flow.callback
        return answer(Request(environ))(environ, start)

    return app


# -- a hole -------------------------------------------------------------------------------------------------------


def test_a_hole_is_pressed_and_fills_while_one_looks(browser: Browser, house: House) -> None:
    ads = connected(house, client(house, "bakery", "Corner Bakery"), "ads", "meta_ads", title="Ads", zone="UTC")
    today = house.clock.now().date()
    missing = today - timedelta(days=4)
    publish(house, "bakery", {"coverage_by_day": [
        {"workspace_id": "bakery", "connection_id": "ads", "platform": "meta_ads", "account_id": "1", "stream": STREAM,
         "source_table": f"meta_ads_{STREAM}", "date": today - timedelta(days=ago),
         "state": "missing" if ago == 4 else "proved"}
        for ago in range(1, 9)
    ]}, stamp=Stamp(as_of=house.clock.now() - timedelta(hours=1)))  # fmt: skip
    with window(browser, house, person(house, "bakery")) as context:
        page = context.new_page()
        page.goto(f"{house.address}/workspaces/bakery/coverage")
        hole = page.locator("details.hole")
        hole.locator("summary").click()
        hole.get_by_role("button", name=re.compile("Read these days again")).click()
        page.get_by_text("It begins in a moment").wait_for()
        going = run(house, ads, page.url.partition("asked=")[2])
        reading = part(house, going, STREAM, SliceState.WORKING, as_moments((missing, missing)))
        cell = page.locator(f"[id='d-ads-{STREAM}-{missing}']")
        page.get_by_text("Days are being read").wait_for()
        assert "nw" in str(cell.get_attribute("class"))
        ended(house, ads, reading, going.id)
        page.get_by_text("Days are being read").wait_for(state="detached")
        assert "rd" in str(cell.get_attribute("class"))
        assert hole.count() == 0


def moved(where: str, state: SliceState, tx: Transaction) -> None:
    tx.update(where, {"state": state})


def ended(house: House, connection: Connection, reading: Slice, run_id: str) -> None:
    for state in (SliceState.STAGED, SliceState.LOADED):
        house.engine.transact(partial(moved, path("bakery", "slices", reading.id), state))
    run(house, connection, run_id, RunState.COMPLETED)


def test_a_stream_that_is_done_says_so_while_one_looks(browser: Browser, house: House) -> None:
    reading = connected(house, client(house, "bakery", "Corner Bakery"), "letters")
    going = run(house, reading, "run")
    first, _ = (part(house, going, stream, SliceState.WORKING) for stream in ("lists", "campaigns"))
    with window(browser, house, person(house, "bakery")) as context:
        page = context.new_page()
        page.goto(f"{house.address}/workspaces/bakery/connections")
        row = page.locator("tr", has=page.locator("#state-letters-lists"))
        row.locator(".st.work").wait_for()
        for state in (SliceState.STAGED, SliceState.LOADED):
            house.engine.transact(partial(moved, path("bakery", "slices", first.id), state))
        row.locator(".st.good svg").wait_for()
        assert row.inner_text().split()[-1] == "Done"
        assert row.locator("progress.done").count() == 1
        assert page.locator("tr", has=page.locator("#state-letters-campaigns")).locator(".st.work").count() == 1


# -- what goes out ----------------------------------------------------------------------------------------------


def test_a_feed_is_made_and_read(browser: Browser, house: House, tmp_path: Path) -> None:
    house.workspace("bakery", "Corner Bakery")
    publish(house, "bakery", plenty("bakery", house.clock.now().date(), days=30))
    with window(browser, house, person(house, "bakery", Role.ANALYST)) as context:
        page = context.new_page()
        page.goto(f"{house.address}/workspaces/bakery/feeds")
        page.get_by_label("Name", exact=True).fill("Spend, for the board")
        page.get_by_role("button", name="Make it and show its key").click()
        page.locator(".once").wait_for()
        (key,) = [
            found[0] for each in page.locator(".once input").all() if (found := PATTERN.search(each.input_value()))
        ]
        page.goto(f"{house.address}/workspaces/bakery/feeds")
        assert page.get_by_role("rowheader", name="Spend, for the board").count() == 1
        assert page.locator(".once").count() == 0
    (feed,) = house.people.find("feeds")
    stores = (house.people, house.engine, cast(Any, house.feeds), house.vault, house.objects, house.bus)
    kiosk = Kiosk(tmp_path, house.clock, *stores)
    answer = kiosk.ask(f"/webhook/v1/{feed['id']}/data?format=csv", key, feed["id"])
    assert answer.status_code == 200, answer.get_data()
    assert "cost" in answer.get_data(as_text=True).partition("\n")[0].split(",")


# -- how it ends -----------------------------------------------------------------------------------------------


def test_a_session_ends_by_itself_and_the_page_that_waits_says_so(browser: Browser, house: House) -> None:
    reading = connected(house, client(house, "bakery", "Corner Bakery"), "letters")
    part(house, run(house, reading, "run"), "campaigns", SliceState.WORKING)
    with window(browser, house, person(house, "bakery")) as context:
        page = context.new_page()
        page.goto(f"{house.address}/workspaces/bakery/connections")
        is_open(page, "Connections")
        house.clock.forward(minutes=31)  # it asks how far it is, which keeps nobody signed in
        page.wait_for_url("**/sign-in**")
        is_open(page, "Sign in")


def test_back_after_signing_out_shows_nothing(browser: Browser, filled: Filled) -> None:
    with window(browser, filled.house, filled.analyst) as context:
        page = context.new_page()
        for where in (f"{HERE}/overview", f"{HERE}/contacts"):
            page.goto(filled.house.address + where)
        page.get_by_text("ann@customers.example").wait_for()
        page.get_by_role("button", name="Sign out").click()
        is_open(page, "Sign in")
        page.go_back()
        is_open(page, "Sign in")
        assert "customers.example" not in page.content()
        page.go_back()
        is_open(page, "Sign in")
        assert "Northwind" not in page.content()


# -- without a mouse --------------------------------------------------------------------------------------------

FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return { name: e.outerHTML.slice(0, 100), body: e === document.body,
           ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, seen: r.width > 0 && r.height > 0 }; }"""
REACHABLE = """() => [...document.querySelectorAll(`a[href], button, input:not([type=hidden]), select, textarea,
  summary, [tabindex="0"]`)].filter(e => e.checkVisibility() && !e.disabled).length"""


@pytest.mark.parametrize("where", ["/", f"{HERE}/overview", f"{HERE}/coverage", f"{HERE}/connections", f"{HERE}/feeds"])
def test_by_keyboard_alone_everything_is_reached_and_seen(browser: Browser, filled: Filled, where: str) -> None:
    with window(browser, filled.house, filled.owner) as context:
        page = context.new_page()
        page.goto(filled.house.address + where)
        many, seen, unseen = page.evaluate(REACHABLE), 0, []
        page.keyboard.press("Tab")
        while not (focused := page.evaluate(FOCUSED))["body"] and seen < many + 5:
            seen += 1
            if not focused["ring"] or not focused["seen"]:
                unseen.append(focused["name"])
            page.keyboard.press("Tab")
        assert unseen == []
        assert seen >= many - 5  # a date has parts of its own, and radio buttons of a group are one stop


def test_the_first_key_leads_past_the_menu_and_arrows_read_a_picture(browser: Browser, filled: Filled) -> None:
    with window(browser, filled.house, filled.owner) as context:
        page = context.new_page()
        page.goto(f"{filled.house.address}{HERE}/overview")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the page"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('main').contains(document.activeElement)")
        frame = page.locator(".frame").first
        frame.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert "30 Aug" in frame.locator("xpath=following-sibling::p[1]").inner_text()
