"""Every page as a browser shows it, judged by axe-core: both themes, both languages, on a phone and on a desk.

Also that no page is wider than what it is shown on, down to 320 pixels and with letters of twice the size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.filled import Filled, addresses, open_addresses
from tests.browser.installed import Installed
from tests.browser.looking import ARGUMENTS, Theme, window
from tests.oauth.connect_flow import ConnectFlow
from tests.oauth.test_pages import every_page
from tests.people.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
# WCAG 2.0 to 2.2 at A and AA, and what is good practice besides.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LARGE = "--blink-settings=defaultFontSize=32"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPILLS = """() => [...document.querySelectorAll('main *, header *')].filter(e => {
  const r = e.getBoundingClientRect();
  return r.right > innerWidth + 1 && !e.closest('.scroll') && getComputedStyle(e).position !== 'absolute';
}).slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [
        f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("signed_in", [True, False], ids=["console", "open"])
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_shuts_anybody_out(
    browser: Browser, filled: Filled, installed: Installed, width: int, theme: Theme, language: str, signed_in: bool
) -> None:
    axe, wrong = installed.axe.read_text(), {}
    with window(browser, filled.house, filled.owner if signed_in else None, width, theme, language) as context:
        page = context.new_page()
        for name, where in (addresses(filled) if signed_in else open_addresses(filled)).items():
            page.goto(filled.house.address + where)
            assert page.evaluate("document.documentElement.lang") == language
            found = faults(page, axe)
            if page.evaluate(WIDER) > 0:
                found.append(f"wider than {width}: {page.evaluate(SPILLS)}")
            if found:
                wrong[name] = found
    assert wrong == {}


@pytest.fixture(scope="module")
def large(installed: Installed, browser: Browser) -> Iterator[Browser]:
    """Set up by somebody who reads letters of twice the size."""
    made = browser.browser_type.launch(executable_path=installed.chromium, args=[*ARGUMENTS, LARGE])
    yield made
    made.close()


@pytest.mark.parametrize("width", [375, 640, 1280])
def test_letters_of_twice_the_size_fit(large: Browser, filled: Filled, width: int) -> None:
    wrong = {}
    for who, pages in ((filled.owner, addresses(filled)), (None, open_addresses(filled))):
        with window(large, filled.house, who, width, language="de") as context:
            page = context.new_page()
            for name, where in pages.items():
                page.goto(filled.house.address + where)
                assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
                if page.evaluate(WIDER) > 0:
                    wrong[name] = page.evaluate(SPILLS)
    assert wrong == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_connect_page_shuts_anybody_out(browser: Browser, installed: Installed, width: int, theme: Theme) -> None:
    axe, wrong = installed.axe.read_text(), {}
    made = every_page(ConnectFlow())
    with window(browser, House(), None, width, theme) as context:
        page = context.new_page()
        for name, shown in made.items():
            page.set_content(shown.html.replace('http-equiv="refresh"', 'name="stays-for-once"'))
            found = faults(page, axe)
            if page.evaluate(WIDER) > 0:
                found.append(f"wider than {width}: {page.evaluate(SPILLS)}")
            if found:
                wrong[name] = found
    assert {"ask", "connected", "denied", "key form", "opening", "privacy"} <= set(made)
    assert wrong == {}
