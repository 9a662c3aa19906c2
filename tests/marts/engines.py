"""One question, two who answer it: GoogleSQL's reference implementation, and BigQuery's stand-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from shared.model import Workspace
from tests.googlesql.answers import Held, answers
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts import golden
from tests.marts.conftest import EMPTY

Row = Mapping[str, Any]
Ask = Callable[[str], list[Row]]  # all rows of a mart
Engine = Callable[..., Ask]  # over rows of tables, and over their history


@pytest.fixture(params=["googlesql", "stand-in"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """`engine(raw, history)` is asked for a mart, and answers with plain numbers, days and moments."""

    def by_reference(raw: Held, history: Held | None = None) -> Ask:
        workspace = Workspace("cedar", "Cedar", currency="EUR", fiscal_year_start=4, zone=golden.ZONE)
        whom = answers(request.getfixturevalue("service"), workspace, raw, history or {}, golden.RATES)
        return lambda mart: [plain(row) for row in whom.mart(mart)]

    def by_stand_in(raw: Held, history: Held | None = None) -> Ask:
        desk = request.getfixturevalue("empty")
        desk.hold(EMPTY, "raw", raw)
        desk.hold(EMPTY, "history", history or {})
        return lambda mart: [plain(row) for row in desk.all(EMPTY, mart)]

    return by_reference if request.param == "googlesql" else by_stand_in


def plain(row: Row) -> Row:
    """Amounts to six digits, so that nine of them and more are the same."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return round(float(value), 6) + 0.0
    return value


def told(rows: list[Row], *columns: str, **where: object) -> list[tuple[Any, ...]]:
    """These columns of the rows that are meant, in order."""
    found = [tuple(row[name] for name in columns) for row in rows if all(row[k] == v for k, v in where.items())]
    return sorted(found, key=lambda values: [(value is not None, _order(value)) for value in values])


def _order(value: Any) -> Any:
    return str(value) if isinstance(value, (date, datetime, str)) or value is None else f"{value:020.6f}"
