"""The stand-in itself: what it acknowledged survives its end, and it never outlives whoever started it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.warehouse import WarehouseStandIn, start
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.storage import StorageObjects
from shared.vocabulary.columns import columns
from shared.warehouse import names
from shared.warehouse.spec import TableSpec
from tests.contract.warehouse_backends import SETTINGS, WarehouseBackend

pytestmark = pytest.mark.slow

THINGS = TableSpec("sandbox_things", columns("id* text Id", "n int Count"), ("id",))


def opened(stand_in: WarehouseStandIn, monkeypatch: pytest.MonkeyPatch) -> WarehouseBackend:
    for name, value in stand_in.environment().items():
        monkeypatch.setenv(name, value)
    warehouse = BigQueryWarehouse(SETTINGS)
    rows = Rows(warehouse.client, SETTINGS.project)
    reads = {"current": rows.current, "history": rows.history}
    return WarehouseBackend(
        warehouse, StorageObjects(SETTINGS), lambda what, workspace, table: reads[what](workspace, table), "kept"
    )


def test_a_kept_folder_survives_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(tmp_path / "cloud", buckets=[SETTINGS.bucket])
    world = opened(first, monkeypatch)
    page = world.page([{"id": "a", "n": 1}], hour=1)
    load = world.load(THINGS, page)
    world.once(load)
    before = world.everything(load)
    first.process.kill()
    first.stop()

    second = start(tmp_path / "cloud", buckets=[SETTINGS.bucket])
    try:
        world = opened(second, monkeypatch)
        assert world.everything(load) == before
        assert [(found.name, found.metadata) for found in world.objects.list("kept/")] == [(page[0], {"rows": "1"})]
        assert world.run(load) == 1, "the batch can be done again from its page"
        assert world.everything(load) == before
    finally:
        second.stop()


def test_it_says_how_many_rows_a_table_has_whatever_wrote_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing leaves out what is empty by this number, and a sweep looks by it whether a table may be listed."""
    stand_in = start(buckets=[SETTINGS.bucket])
    try:
        world = opened(stand_in, monkeypatch)
        load = world.load(THINGS, world.page([{"id": "a", "n": 1}, {"id": "b", "n": 2}], hour=1))
        world.once(load)
        client = BigQueryWarehouse(SETTINGS).client
        table = f"{SETTINGS.project}.{names.raw(load.workspace)}.{load.table.name}"
        assert client.get_table(table).num_rows == 2
        client.query(f"DELETE FROM `{table}` WHERE id = 'a'").result()
        assert client.get_table(table).num_rows == 1
    finally:
        stand_in.stop()


def test_who_lists_rows_and_who_asks_have_each_their_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of fourteen questions had the rows of a list for its answer, or none, and lists those of a question."""
    stand_in = start(buckets=[SETTINGS.bucket])
    try:
        world = opened(stand_in, monkeypatch)
        load = world.load(THINGS, world.page([{"id": str(n), "n": n} for n in range(20)], hour=1))
        world.once(load)
        client = BigQueryWarehouse(SETTINGS).client
        table = client.get_table(f"{SETTINGS.project}.{names.raw(load.workspace)}.{load.table.name}")

        def listed(_: int) -> int:
            return len(list(client.list_rows(table, selected_fields=table.schema[:2])))

        def asked(most: int) -> int:
            return len(list(client.query(f"SELECT id FROM `{table}` WHERE n < {most}").result()))

        with ThreadPoolExecutor(6) as pool:
            lists, asks = pool.map(listed, range(300)), pool.map(asked, [5, 10, 15] * 40)
            assert set(lists) == {20}
            assert list(asks) == [5, 10, 15] * 40
    finally:
        stand_in.stop()


def test_it_ends_with_whoever_started_it() -> None:
    stand_in = start()
    try:
        assert stand_in.process.stdin
        stand_in.process.stdin.close()  # as happens when the starting process is killed
        assert stand_in.process.wait(timeout=60) == 0
        assert stand_in._temporary
        assert not stand_in._temporary.exists(), "and leaves nothing behind"
    finally:
        stand_in.stop()


def test_a_stand_in_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "bqemulator.duckdb").write_bytes(b"not a database" * 100)
    with pytest.raises(RuntimeError, match="ended at once"):
        start(tmp_path)
