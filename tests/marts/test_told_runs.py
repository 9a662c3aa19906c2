"""`sync_status` is fresh by itself, through Google's clients, the SQL and load jobs; and `marts refresh` mends it."""

from __future__ import annotations

import itertools
import os
from typing import Any

import httpx2
import pytest

from infra.sandbox import create_any
from shared.marts import files, statements
from shared.marts.refresh import refresh
from shared.model import Workspace
from shared.states import RunState
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.bigquery_tables import Tables
from shared.stores.installation import Stores
from shared.stores.storage import StorageObjects
from shared.warehouse import names
from shared.warehouse.runs import TABLE
from tests.contract.warehouse_backends import SETTINGS, stand_in
from tests.flow.pipeline import TINY, VALUES
from tests.support.machine import Machine
from tests.support.memory import MemoryVault, Time

pytestmark = pytest.mark.slow

STREAMS = ["lists", "list_members", "reports"]
_numbers = itertools.count(1)


class Site:
    """One account, synced into BigQuery's stand-in, with the one mart that tells of its runs."""

    def __init__(self) -> None:
        stand_in()
        self.clock, self.workspace = Time(), f"told{os.getpid()}_{next(_numbers)}"
        now = self.clock.now
        box = create_any("mailchimp", clock=now, monotonic=lambda: now().timestamp(), counts=TINY["mailchimp"])
        self.warehouse, objects = BigQueryWarehouse(SETTINGS), StorageObjects(SETTINGS)
        self.machine = Machine(httpx2.WSGITransport(app=box.wsgi), self.warehouse, objects=objects, clock=self.clock)
        self.machine.keys.value = next(iter(box.credential().values()))
        documents: Any = self.machine.documents
        self.stores = Stores(SETTINGS, documents, MemoryVault(), objects, self.clock, self.machine.bus)
        self.connection = self.machine.connect("mailchimp", self.workspace, values=VALUES["mailchimp"], streams=STREAMS)

    def sync(self, request: str = "first") -> dict[str, Any]:
        return self.machine.run(self.machine.sync(self.connection, request), self.workspace)

    def show(self) -> None:
        tables = Tables(self.stores.bigquery, SETTINGS.project, SETTINGS.location)
        tables.have(self.workspace, TABLE, ())
        tables.dataset(names.marts(self.workspace), self.workspace)
        mart = next(each for each in files.all_marts() if each.name == "sync_status")
        self.do(statements.statement(SETTINGS.project, Workspace(self.workspace, "Told"), mart))

    def do(self, sql: str) -> None:
        self.stores.bigquery.query(sql).result()

    @property
    def rows(self) -> Rows:
        return Rows(self.stores.bigquery, SETTINGS.project)

    def status(self) -> dict[str, dict[str, Any]]:
        found = self.rows.query(f"SELECT * FROM {names.marts(self.workspace)}.sync_status WHERE is_newest")
        return {row["stream"]: row for row in found}

    def address(self, dataset: str) -> str:
        return names.address(SETTINGS.project, dataset, TABLE.name)


@pytest.fixture
def site() -> Site:
    return Site()


def test_it_is_fresh_by_itself(site: Site) -> None:
    site.show()
    assert site.status() == {}
    run = site.sync()
    told = site.status()
    assert set(told) == set(STREAMS)
    assert {(row["state"], row["run_id"], row["is_newest"]) for row in told.values()} == {
        (RunState.COMPLETED, run["id"], True)
    }
    members = told["list_members"]
    held = site.rows.current(site.workspace, "mailchimp_list_members")
    assert (members["proof"], members["rows_read"], members["records_told"]) == ("equal", len(held), len(held))
    site.clock.forward(hours=8)
    again = site.sync("second")
    assert {row["run_id"] for row in site.status().values()} == {again["id"]}
    assert refresh(site.stores, site.workspace) == 0, "there is nothing left to tell"


def test_what_is_missing_or_damaged_is_mended_and_nothing_else(site: Site) -> None:
    site.sync()
    site.clock.forward(hours=8)
    newest = site.sync("second")
    site.show()
    before, history = site.status(), site.rows.history(site.workspace, TABLE.name)
    assert len(history) == 6
    gone = f"WHERE run_id = '{newest['id']}' AND stream = 'reports'"
    site.do(f"DELETE FROM {site.address(names.raw(site.workspace))} {gone}")
    site.clock.forward(hours=1)
    assert refresh(site.stores, site.workspace) == 3, "a run is told whole"
    site.clock.forward(hours=1)
    assert refresh(site.stores, site.workspace) == 0
    assert says(site.status()) == says(before)
    assert len(site.rows.history(site.workspace, TABLE.name)) == 6, "nothing else is said than before"
    for dataset in (names.raw(site.workspace), names.history(site.workspace)):
        site.do(f"DROP TABLE {site.address(dataset)}")
    site.clock.forward(hours=1)
    assert refresh(site.stores, site.workspace) == 6
    assert says(site.status()) == says(before)
    assert len(site.rows.history(site.workspace, TABLE.name)) == 6


def says(told: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """All but where it stands, and how long ago that was by the real clock."""
    return {
        name: {key: value for key, value in row.items() if key not in {"_page", "_line", "hours_old"}}
        for name, row in told.items()
    }


def test_a_workspace_without_runs_has_nothing_to_tell(site: Site) -> None:
    assert refresh(site.stores, site.workspace) == 0
