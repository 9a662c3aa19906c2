"""What runs have read, and what proves it, reaches BigQuery; telling it again changes nothing."""

from __future__ import annotations

from typing import Any, cast

from infra.bigquery import runs
from infra.stores import Stores
from shared import model
from shared.connectors import PLATFORMS
from shared.stores.bigquery_rows import Rows
from shared.stores.storage import StorageObjects
from tests.contract.warehouse_worlds import SETTINGS, stand_in
from tests.flow.world import TINY, World
from tests.world.memory import MemoryVault


def test_runs_are_told_with_their_proof() -> None:
    stand_in()
    world = World("mailchimp", counts=TINY["mailchimp"], streams=["lists", "list_members", "reports"])
    (run,) = world.sync()
    documents: Any = world.machine.documents
    stores = Stores(SETTINGS, documents, cast(Any, None), MemoryVault(), StorageObjects(SETTINGS), world.clock)
    assert runs.refresh(stores, "demo") == 3
    told = {row["stream"]: row for row in Rows(stores.bigquery, SETTINGS.project).current("demo", runs.TABLE.name)}
    assert set(told) == {"lists", "list_members", "reports"}
    members = told["list_members"]
    held = world.rows()["mailchimp_list_members"]
    assert (members["state"], members["rows_read"], members["proof"]) == (model.COMPLETED, len(held), "equal")
    assert (members["records_told"], members["records_read"]) == (len(held), len(held))
    assert (members["run_id"], members["source_table"]) == (run["id"], "mailchimp_list_members")
    assert members["_page"].startswith("demo/raw/tributary/")
    assert {members["platform"]} <= set(PLATFORMS)
    world.clock.forward(hours=1)
    assert runs.refresh(stores, "demo") == 3
    assert len(Rows(stores.bigquery, SETTINGS.project).history("demo", runs.TABLE.name)) == 3, "nothing has changed"
