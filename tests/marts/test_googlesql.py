"""GoogleSQL's reference implementation answers the marts over the golden rows, and says what the stand-in says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from shared.marts.files import all_marts
from shared.model import Workspace
from tests.googlesql.answers import answers
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.googlesql.service import Rows, Service
from tests.marts import golden
from tests.marts.conftest import EMPTY
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

APART = {"hours_old"}  # differs from moment to moment
DIGITS = 6  # quotients of amounts have nine in GoogleSQL, and more in the stand-in


@pytest.fixture(scope="module")
def answered(service: Service, empty: MartsFixture) -> dict[str, Rows]:  # noqa: F811
    workspace = Workspace(empty.id(EMPTY), "Cedar", currency="EUR", fiscal_year_start=4, zone=golden.ZONE)
    whom = answers(service, workspace, golden.CURRENT, golden.HISTORY, golden.RATES)
    return {mart.name: whom.mart(mart.name) for mart in all_marts()}


@pytest.fixture(scope="module")
def held(empty: MartsFixture) -> MartsFixture:
    empty.hold(EMPTY, "raw", golden.CURRENT)
    empty.hold(EMPTY, "history", golden.HISTORY)
    return empty


@pytest.mark.parametrize("mart", [mart.name for mart in all_marts()])
def test_a_mart_says_in_googlesql_what_it_says_here(answered: dict[str, Rows], held: MartsFixture, mart: str) -> None:
    assert said(answered[mart]) == said(held.all(EMPTY, mart))


def test_the_golden_rows_reach_every_mart_but_those_of_what_is_amiss(answered: dict[str, Rows]) -> None:
    """Which the tests of what numbers mean have."""
    assert {name for name, rows in answered.items() if not rows} == {
        "ads_beside_campaigns", "ads_not_told", "coverage_by_day"
    }  # fmt: skip


def said(rows: Rows) -> list[str]:
    return sorted(repr({name: plain(value) for name, value in row.items() if name not in APART}) for row in rows)


def plain(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(float(value), DIGITS) + 0.0  # no negative nothing
    return str(value) if isinstance(value, (date, datetime)) else value
