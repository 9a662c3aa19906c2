"""Two workspaces full of identical ids, on BigQuery's stand-in, with the marts deployed as for anybody."""

from __future__ import annotations

import pytest

from tests.marts import golden
from tests.marts.desk import Desk, open_desk

OURS, THEIRS = "acme", "birch"
EMPTY = "cedar"  # of which each test says what it holds, as it counts in euro


@pytest.fixture(scope="session")
def desk() -> Desk:
    made = open_desk({OURS: "EUR", THEIRS: "USD"})
    for workspace in (OURS, THEIRS):
        for table, rows in golden.CURRENT.items():
            made.fill(workspace, "raw", table, rows)
        for table, rows in golden.HISTORY.items():
            made.fill(workspace, "history", table, rows)
    made.rates(golden.RATES)
    return made


@pytest.fixture(scope="session")
def empty(desk: Desk) -> Desk:
    """The same desk with a workspace of which nobody else knows, and which holds nothing yet."""
    desk.add(EMPTY, "EUR", known=False)
    return desk
