"""Every page as a picture, at 375, 1280 and 1920, light and dark: `make pictures`, then look into build/pictures.

    python -m tests.browser.pictures                      every page
    python -m tests.browser.pictures overview mail        of these pages alone
    python -m tests.browser.pictures --width 1280 --theme dark --language de
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from infra.local.processes import ROOT
from tests.browser import served
from tests.browser.filled import Filled, addresses, fill, open_addresses
from tests.browser.installed import found

if TYPE_CHECKING:
    from playwright.sync_api import Browser

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (375, 1280, 1920)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def take(browser: Browser, made: Filled, pages: Mapping[str, str], signed_in: bool, said: Any, into: Path) -> int:
    house, count = made.house, 0
    for theme in said.theme or THEMES:
        for width in said.width or WIDTHS:
            size: Any = {"width": width, "height": 800}
            context = browser.new_context(viewport=size, color_scheme=theme, locale=said.language)
            if signed_in:
                name = house.desk.cookies.session
                value = made.signed_in().cookies[name]
                context.add_cookies([{"name": name, "value": value, "url": house.address}])
            page = context.new_page()
            for name, where in pages.items():
                page.goto(house.address + where)
                page.screenshot(path=into / f"{name}-{width}-{theme}.png", full_page=True)
                count += 1
            context.close()
    return count


def main() -> int:
    words = argparse.ArgumentParser(description="Every page as a picture.")
    words.add_argument("pages", nargs="*", help="of these alone, by the name of their picture")
    words.add_argument("--width", type=int, action="append")
    words.add_argument("--theme", choices=THEMES, action="append")
    words.add_argument("--language", default="en", choices=("en", "de"))
    words.add_argument("--into", type=Path, default=ROOT / "build" / "pictures")
    said = words.parse_args()
    there = found()
    if isinstance(there, str):
        print(there, file=sys.stderr)
        return 1
    said.into.mkdir(parents=True, exist_ok=True)
    count = 0
    with served.house() as house, chromium(there.chromium) as browser:
        made = fill(house)
        for pages, signed_in in ((addresses(made), True), (open_addresses(made), False)):
            wanted = {name: where for name, where in pages.items() if not said.pages or name in said.pages}
            count += take(browser, made, wanted, signed_in, said, said.into)
    print(f"{count} pictures in {said.into}")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
