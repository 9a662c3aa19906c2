"""All marts that may be asked, full of rows that were made up, in one folder; and an engine that reads it."""

from __future__ import annotations

from datetime import date

import pytest

from shared.questions.catalogue import marts
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from tests.questions.folder import Folder, published, typed
from tests.questions.invented import rows

CALENDAR = Calendar(date(2024, 3, 31), fiscal_year_start=4)
ASKED = [name for name, mart in marts().items() if not mart.persons]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return published(tmp_path_factory.mktemp("marts"), {name: typed(name, rows(name)) for name in ASKED})


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()
