"""Every page as a picture, at 375, 1280 and 1920, light and dark: `make pictures`, then look into build/pictures.

python -m tests.browser.pictures                      every page
python -m tests.browser.pictures overview mail        of these pages alone
python -m tests.browser.pictures --width 1280 --theme dark --language de
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.processes import ROOT
from tests.browser import served
from tests.browser.filled import Filled, addresses, fill, open_addresses
from tests.browser.installed import found
from tests.browser.looking import Theme, chromium, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (375, 1280, 1920)


def take(browser: Browser, made: Filled, pages: Mapping[str, str], signed_in: bool, said: Any, into: Path) -> int:
    count = 0
    for theme in said.theme or THEMES:
        for width in said.width or WIDTHS:
            who = made.owner if signed_in else None
            with window(browser, made.house, who, width, theme, said.language) as context:
                page = context.new_page()
                for name, where in pages.items():
                    page.goto(made.house.address + where)
                    page.screenshot(path=into / f"{name}-{width}-{theme}.png", full_page=True)
                    count += 1
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
