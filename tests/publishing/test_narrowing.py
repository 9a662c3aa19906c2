"""What is not asked, because it holds no rows: nothing of it is named, and all else is the text that the view has."""

from __future__ import annotations

import pytest

from shared.marts import statements
from shared.marts.files import USED, Mart
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.publishing.fingerprints import Source, behind, over, sources
from shared.publishing.narrowing import instead
from shared.publishing.selection import published_marts, with_sources

DEMO = Workspace("demo", "Demo", currency="EUR")
ASKED = with_sources(mart.name for mart in published_marts())


def narrowed(mart: Mart, empty: set[Source]) -> str:
    return statements.query("demo-project", DEMO, mart, instead(mart, empty))


def of_platform(name: str) -> set[Source]:
    return {source for source in sources() if source[1].startswith(f"{name}_")}


@pytest.mark.parametrize("mart", ASKED, ids=lambda mart: mart.name)
def test_where_every_table_holds_rows_the_text_is_that_of_the_view(mart: Mart) -> None:
    assert narrowed(mart, set()) == statements.query("demo-project", DEMO, mart)


@pytest.mark.parametrize("name", PLATFORMS)
def test_of_a_platform_without_rows_nothing_is_named(name: str) -> None:
    """Neither its tables nor the views over lists in them; what is named of others stays."""
    empty = of_platform(name)
    assert empty
    gone = {table for _, table in empty}
    for mart in ASKED:
        sql = narrowed(mart, empty)
        for space, table in mart.uses:
            there = f"`demo-project.demo_{space}.{table}`" in sql
            assert there == (over(table) not in gone) or space in {"marts", "shared"}, (mart.name, table)


def test_a_table_keeps_the_name_by_which_its_query_calls_it() -> None:
    mart = next(each for each in ASKED if each.name == "sync_status")
    assert mart.tables("raw") == {"tributary_runs"}
    assert narrowed(mart, {("raw", "tributary_runs")}).endswith("LIMIT 0) AS tributary_runs")
    coverage = next(each for each in ASKED if each.name == "coverage_by_day")
    assert "LIMIT 0) AS r, UNNEST(" in narrowed(coverage, {("raw", "tributary_runs")})


def test_what_is_shared_and_other_marts_are_never_left_out() -> None:
    for mart in ASKED:
        everything = {(space, over(table)) for space, table in behind(mart.name) if space in {"raw", "history"}}
        sql = narrowed(mart, everything)
        left = [found for found in USED.finditer(mart.query) if found["space"] in {"marts", "shared"}]
        assert sql.count("`demo-project.") == len(left)
