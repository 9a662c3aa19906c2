"""A mart is asked for again when anything that it is made of has changed, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shared.marts import statements
from shared.marts.files import all_marts
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.publishing.fingerprints import Source, behind, fingerprints, sources, turns_with_the_day
from shared.publishing.selection import published_marts, with_sources
from shared.sync.tables import views_of

DEMO = Workspace("demo", "Demo", currency="EUR")
TODAY = date(2026, 9, 1)
THEN = dict.fromkeys(sources(), "then")


def changed(*tables: str, workspace: Workspace = DEMO, today: date = TODAY) -> set[str]:
    """The marts that differ from those of the demo workspace of that day, once these tables have changed."""
    changes: dict[Source, str] = {source: "now" if source[1] in tables else then for source, then in THEN.items()}
    before, after = (
        fingerprints("demo-project", DEMO, THEN, TODAY),
        fingerprints("demo-project", workspace, changes, today),
    )
    return {name for name in after if after[name] != before[name]}


def test_nothing_is_another_one_by_itself() -> None:
    assert changed() == set()


@pytest.mark.parametrize("source", sources(), ids=".".join)
def test_a_table_that_changed_changes_the_marts_over_it_and_no_others(source: Source) -> None:
    found = changed(source[1])
    assert found
    assert found == {m.name for m in published_marts() if {s for s in behind(m.name) if s[1] == source[1]}}


def test_a_table_changes_what_reads_a_list_inside_its_records() -> None:
    views = {view.name: view.of.name for p in PLATFORMS.values() for s in p.streams for view in views_of(p, s)}
    read = {table for mart in with_sources(m.name for m in published_marts()) for table in mart.tables("raw")}
    assert read & views.keys()
    for view in read & views.keys():
        over = {mart.name for mart in published_marts() if ("raw", view) in statements.behind(mart.name)}
        assert over <= changed(views[view]), view


def test_settings_change_what_is_asked_with_them() -> None:
    dollars = changed(workspace=replace(DEMO, currency="USD"))
    assert {"fact_ad_performance", "ads_by_day"} <= dollars
    assert "sync_status" not in dollars
    assert "dim_date" in changed(workspace=replace(DEMO, fiscal_year_start=4))


def test_another_day_changes_what_tells_of_every_day_until_today() -> None:
    assert changed(today=date(2026, 9, 2)) == {"dim_date", "metrics_every_day", "moving_averages", "week_over_week"}


def test_whatever_a_mart_knows_of_the_time_is_its_day_or_left_out() -> None:
    """A mart that reads the clock otherwise would say something else each minute, under the same fingerprint."""
    clocks = {mart.name for mart in all_marts() if "CURRENT_TIMESTAMP" in mart.query}
    assert {mart.name for mart in all_marts() if turns_with_the_day(mart)} == {"dim_date", "metrics_every_day"}
    assert clocks == {"sync_status", "metrics_every_day"}, "of the one hours_old is left out, the other asks by days"
