"""Two workspaces full of identical ids, on BigQuery's stand-in, with the marts deployed as for anybody."""

from __future__ import annotations

import pytest

from tests.marts import golden
from tests.marts.invented import invent
from tests.marts.invented.book import DAYS
from tests.marts.marts_fixture import MartsFixture, open_desk
from tests.marts.summing import AGAIN, KEYS, Told

OURS, THEIRS = "acme", "birch"
EMPTY = "cedar"  # of which each test says what it holds, as it counts in euro
SEEDS = (1, 2)


@pytest.fixture(scope="session")
def desk() -> MartsFixture:
    made = open_desk({OURS: "EUR", THEIRS: "USD"})
    for workspace in (OURS, THEIRS):
        for table, rows in golden.CURRENT.items():
            made.fill(workspace, "raw", table, rows)
        for table, rows in golden.HISTORY.items():
            made.fill(workspace, "history", table, rows)
    made.rates(golden.RATES)
    return made


@pytest.fixture(scope="session")
def empty(desk: MartsFixture) -> MartsFixture:
    """The same desk with a workspace of which nobody else knows, and which holds nothing yet."""
    desk.add(EMPTY, "EUR", known=False)
    return desk


@pytest.fixture(scope="module", params=SEEDS)
def told(empty: MartsFixture, request: pytest.FixtureRequest) -> Told:
    """Rows invented for all platforms, and once more with a day of each account restated."""
    first = invent(request.param)
    connections = sorted({row["connection_id"] for rows in first.rows.values() for row in rows})
    restated = {each: first.shape("restated", each).choice(DAYS) for each in connections}
    books = first, invent(request.param, restated)
    marts = []
    for book in books:
        empty.hold(EMPTY, "raw", book.rows)
        empty.hold(EMPTY, "history", book.history)
        marts.append({mart: empty.all(EMPTY, mart) for mart in (*KEYS, *AGAIN, "metrics_by_day")})
    return Told(books, (marts[0], marts[1]), restated)
