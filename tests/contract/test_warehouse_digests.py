"""Rows whose digests an earlier release made: what says the same is no change, whatever its digest is."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest

from shared.clock import iso
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_tables import DIGEST
from shared.vocabulary.columns import columns
from shared.warehouse import names
from shared.warehouse.spec import Load, Sweep, TableSpec
from tests.contract.warehouse_backends import KINDS, WarehouseBackend, at
from tests.contract.warehouse_backends import world as world_of

pytestmark = pytest.mark.slow

THINGS = TableSpec(
    "sandbox_things",
    columns("""
    id* text Id
    day* date Day
    n int+ Count
    spent money+ Spent
    at time At
    tags texts Tags
    any json Any
    note text Note
    """),
    ("id", "day"),
    "Things",
)
ROW = {
    "id": "a", "day": "2026-09-01", "n": 1, "spent": "12.50", "at": "2026-09-01T06:00:00Z", "tags": ["x", "y"],
    "any": {"a": 1, "b": [1, 2.5]}, "_extra": {"colour": "red"},
}  # fmt: skip


@pytest.fixture
def world() -> WarehouseBackend:
    return world_of(KINDS[1])


def page(world: WarehouseBackend, rows: list[dict[str, Any]], hour: float, digest: str = "") -> tuple[str, float, str]:
    """A staged page; `digest`: as an earlier release made them, one that follows from something else, too."""
    staged = world.page(rows, hour)
    if digest:
        name = staged[0].replace(".ndjson.gz", "-old.ndjson.gz")
        held = [orjson.loads(line) for line in gzip.decompress(world.objects.read(staged[0])).splitlines()]
        old = [{**row, "_hash": f"{digest}{row['_hash']}", "_page": name} for row in held]
        data = gzip.compress(b"".join(orjson.dumps(row) + b"\n" for row in old), 1)
        world.objects.write(name, data, {"rows": str(len(rows)), "read_at": iso(at(hour))})
        staged = (name, hour, "c1")
    return staged


def made_by_an_earlier_release(world: WarehouseBackend, load: Load) -> None:
    """The table is as one that was made when digests were made in another way."""
    warehouse = world.warehouse
    assert isinstance(warehouse, BigQueryWarehouse)
    warehouse.prepare(load.workspace, load.table, ())
    place = f"{warehouse.settings.project}.{names.raw(load.workspace)}.{names.table_name(load.table.name)}"
    table = warehouse.client.get_table(place)
    assert table.labels[DIGEST]
    table.labels = {**table.labels, DIGEST: "1"}
    warehouse.client.update_table(table, ["labels"])


def events(world: WarehouseBackend) -> list[tuple[float, Any, bool]]:
    """Hour, count, and whether it is gone."""
    found = world.history(THINGS)
    return [
        ((row["_synced_at"] - at(0)).total_seconds() / 3600, row["n"], row["_deleted_at"] is not None) for row in found
    ]


def test_the_change_of_digests_is_no_change_of_rows(world: WarehouseBackend) -> None:
    old = world.load(THINGS, page(world, [ROW, {**ROW, "id": "b"}], 1, digest="old-"))
    made_by_an_earlier_release(world, old)
    world.run(old)
    fresh = world.page([ROW, {**ROW, "id": "b", "n": 2}], 2)
    world.run(world.load(THINGS, fresh))
    assert events(world) == [(1, 1, False), (1, 1, False), (2, 2, False)]
    assert all(not row["_hash"].startswith("old-") for row in world.current(THINGS)), "the new digest is taken over"


@pytest.mark.parametrize(
    "other",
    [
        {"n": 2}, {"n": None}, {"spent": "12.51"}, {"at": "2026-09-01T06:00:01Z"}, {"tags": ["y", "x"]}, {"tags": []},
        {"any": {"a": 1, "b": [2.5, 1]}}, {"any": None}, {"note": ""}, {"_extra": {"colour": "blue"}}, {"_extra": None},
    ],
)  # fmt: skip
def test_whatever_differs_besides_the_digest_is_a_change(world: WarehouseBackend, other: dict[str, Any]) -> None:
    old = world.load(THINGS, page(world, [ROW], 1, digest="old-"))
    made_by_an_earlier_release(world, old)
    world.run(old)
    changed = {name: value for name, value in {**ROW, **other}.items() if value is not None}
    world.run(world.load(THINGS, world.page([changed], 2)))
    assert len(events(world)) == 2


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_late_and_doubled_batches_end_the_same_beside_older_digests(
    world: WarehouseBackend, order: tuple[int, ...]
) -> None:
    said = [({"n": 1}, "old-"), ({"n": 1}, ""), ({"n": 2}, "old-"), ({"n": 2}, "")]
    pages = [page(world, [{**ROW, **row}], hour, digest) for hour, (row, digest) in enumerate(said, 1)]
    for number, place in enumerate(order):
        load = world.load(THINGS, pages[place])
        if not number:
            made_by_an_earlier_release(world, load)
        world.run(load)
    assert {n for _, n, _ in events(world)} == {1, 2}
    (row,) = world.current(THINGS)
    assert row["n"] == 2
    in_order = [n for _, n, _ in events(world)]
    assert in_order == sorted(in_order)
    if order == tuple(sorted(order)):
        assert events(world) == [(1, 1, False), (3, 2, False)]


def test_a_row_that_is_gone_and_comes_back_is_told_of(world: WarehouseBackend) -> None:
    old = world.load(THINGS, page(world, [ROW], 1, digest="old-"))
    made_by_an_earlier_release(world, old)
    world.run(old)
    world.run(world.load(THINGS, sweeps=(Sweep("c1", at(2), "sweep/run/2"),)))
    world.run(world.load(THINGS, world.page([ROW], 3)))
    assert events(world) == [(1, 1, False), (2, 1, True), (3, 1, False)]


def test_a_table_that_is_made_today_compares_digests(world: WarehouseBackend) -> None:
    """What every batch is charged for stays as little as it was."""
    load = world.load(THINGS, world.page([ROW], 1))
    world.run(load)
    warehouse = world.warehouse
    assert isinstance(warehouse, BigQueryWarehouse)
    place = f"{warehouse.settings.project}.{names.raw(load.workspace)}.{names.table_name(load.table.name)}"
    assert warehouse.client.get_table(place).labels[DIGEST]
    assert warehouse.tables.reach(load)[1]
