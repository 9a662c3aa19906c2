"""One Chromium for all tests of a file; a house that is filled once for those that only look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import served
from tests.browser.filled import Filled, fill
from tests.browser.installed import Installed, found, is_required
from tests.browser.looking import chromium
from tests.people.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def installed() -> Installed:
    there = found()
    if not isinstance(there, Installed):
        if is_required():
            pytest.fail(there)
        pytest.skip(there)
    return there


# Playwright keeps a loop running in this thread while it is open, in which no test may begin one of its own: so it is
# closed with its file.
@pytest.fixture(scope="module")
def browser(installed: Installed) -> Iterator[Browser]:
    with chromium(installed.chromium) as made:
        yield made


@pytest.fixture(scope="session")
def filled(installed: Installed) -> Iterator[Filled]:
    with served.house() as house:
        yield fill(house)


@pytest.fixture
def house(installed: Installed) -> Iterator[House]:
    with served.house() as made:
        yield made
