"""Each platform alone in a workspace, and none at all: every view answers, and says what it says among the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.marts.deploy import deploy
from shared.marts.files import Mart, all_marts
from shared.marts.parts import FOLDER
from shared.model import Workspace
from shared.platforms import PLATFORMS
from tests.marts import golden
from tests.marts.conftest import EMPTY, OURS
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

OF_PLATFORMS = [mart for mart in all_marts() if "platform" in {column.name for column in mart.columns}]
OTHERS = [mart for mart in all_marts() if mart not in OF_PLATFORMS and mart.name != "dim_date"]
APART = {"workspace_id", "_page", "hours_old"}  # differ between two workspaces, or from moment to moment
TELLING = [name for name in sorted(PLATFORMS) if (FOLDER / name / "marts").is_dir()]
GOLDEN = {row["connection_id"] for rows in golden.CURRENT.values() for row in rows}


@pytest.fixture(scope="module")
def together(desk: MartsFixture) -> dict[str, list[dict[str, Any]]]:
    """What the marts say of all platforms. Other tests add connections of their own."""
    rows = {mart.name: desk.all(OURS, mart.name) for mart in OF_PLATFORMS}
    return {name: [row for row in each if row.get("connection_id", "g1") in GOLDEN] for name, each in rows.items()}


@pytest.mark.parametrize("platform", TELLING)
def test_a_platform_alone_says_what_it_says_among_others(
    empty: MartsFixture, together: dict[str, list[dict[str, Any]]], platform: str
) -> None:
    assert hold(empty, platform) > 0
    for mart in OF_PLATFORMS:
        if mart.name == "missing_rates":  # tells several connections in one row
            continue
        ours = [row for row in together[mart.name] if row["platform"] == platform]
        assert said(empty.all(EMPTY, mart.name)) == said(ours), mart.name
    for mart in OTHERS:
        assert_ours(empty, mart)


def test_a_workspace_without_platforms_answers_every_view_with_nothing(empty: MartsFixture) -> None:
    assert hold(empty, "nothing") == 0
    for mart in OF_PLATFORMS:
        assert empty.all(EMPTY, mart.name) == [], mart.name
    for mart in OTHERS:
        assert_ours(empty, mart)
    assert empty.all(EMPTY, "dim_contacts") == empty.all(EMPTY, "commerce_beside_analytics") == []


def test_a_workspace_without_a_currency_converts_nothing_and_misses_no_rate(empty: MartsFixture) -> None:
    hold(empty, "google_ads")
    workspace = Workspace(empty.id(EMPTY), "Cedar", currency="EUR", fiscal_year_start=4, zone=golden.ZONE)
    deploy(empty.stores, replace(workspace, currency=""))
    try:
        rows = empty.all(EMPTY, "ads_by_day")
        assert rows
        assert {(row["cost"] is None, row["cost_converted"], row["reporting_currency"]) for row in rows} == {
            (False, None, None)
        }
        assert empty.all(EMPTY, "missing_rates") == []
    finally:
        deploy(empty.stores, workspace)


def hold(desk: MartsFixture, platform: str) -> int:
    """The golden rows of this platform alone; how many tables they are."""
    found = 0
    for space, tables in (("raw", golden.CURRENT), ("history", golden.HISTORY)):
        kept = {name: rows for name, rows in tables.items() if name.startswith(f"{platform}_")}
        if platform == "google_ads" and space == "raw":
            kept["tributary_runs"] = tables["tributary_runs"]
        desk.hold(EMPTY, space, kept)
        found += len(kept)
    return found


def said(rows: list[dict[str, Any]]) -> list[str]:
    """Apart from the last digit of what is computed, which hangs on the order of rows."""
    return sorted(
        repr({name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()
              if name not in APART}) for row in rows
    )  # fmt: skip


def assert_ours(desk: MartsFixture, mart: Mart) -> None:
    rows = desk.all(EMPTY, mart.name)
    assert {row["workspace_id"] for row in rows} <= {desk.id(EMPTY)}, mart.name
