"""A Chromium, and windows of it in which somebody of the house is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from shared.people.persons import Person
from tests.people.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

Theme = Literal["light", "dark"]
HEIGHT = 800
ARGUMENTS = ("--no-sandbox",)  # in a container there is nobody else whom Chromium’s own would keep out


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS])
        try:
            yield made
        finally:
            made.close()


@contextmanager
def window(
    browser: Browser, house: House, who: Person | None = None, width: int = 1280, theme: Theme = "light",
    language: str = "en", **more: Any,
) -> Iterator[BrowserContext]:  # fmt: skip
    """`who` is signed in in it."""
    made = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=theme, locale=language, **more)
    made.set_default_timeout(10_000)
    if who is not None:
        name = house.desk.cookies.session
        made.add_cookies([{"name": name, "value": house.signed_in(who).cookies[name], "url": house.address}])
    try:
        yield made
    finally:
        made.close()
