"""What a batch does to its tables: the real store on the stand-in, and the memory of the flow tests, side by side.

`world.run` does every batch twice over and demands that the second time changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from google.api_core.exceptions import Conflict, NotFound

from shared.errors import Bug, Later
from shared.stores.bigquery import BigQueryWarehouse, _job_name
from shared.vocabulary.columns import columns
from shared.warehouse.spec import Sweep, TableSpec
from tests.contract.warehouse_backends import KINDS, SETTINGS, Row, WarehouseBackend, at
from tests.contract.warehouse_backends import world as world_of

pytestmark = pytest.mark.slow

THINGS = TableSpec(
    "sandbox_things", columns("id* text Id", "day* date Day", "n int+ Count", "note text Note"), ("id", "day"), "Things"
)
DAY = "2026-09-01"


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> WarehouseBackend:
    return world_of(request.param)


def thing(name: str, n: int | None = None, **more: Any) -> Row:
    return {"id": name, "day": DAY, **({} if n is None else {"n": n}), **more}


def sweep(hour: float, connection: str = "c1") -> Sweep:
    return Sweep(connection, at(hour), f"sweep/run/{hour}")


def short(rows: list[Row]) -> list[tuple[Any, ...]]:
    """Id, count, hour of the reading, and whether it is gone."""
    return [(row["id"], row["n"], _hour(row["_synced_at"]), row["_deleted_at"] is not None) for row in rows]


def _hour(moment: Any) -> float:
    return float((moment - at(0)).total_seconds() / 3600)


def test_rows_arrive_with_where_they_came_from(world: WarehouseBackend) -> None:
    page = world.page([thing("a", 1, note="x"), thing("b", _extra={"colour": "red"})], hour=1)
    assert world.run(world.load(THINGS, page)) == 2
    a, b = world.current(THINGS)
    assert [a[name] for name in ("id", "n", "note", "workspace_id")] == ["a", 1, "x", world.workspace]
    assert [a[name] for name in ("connection_id", "_page", "_line")] == ["c1", page[0], 0]
    assert a["_synced_at"] == at(1)
    assert a["_extra"] is None
    assert a["_deleted_at"] is None
    assert (b["n"], b["note"], b["_extra"], b["_line"]) == (None, None, {"colour": "red"}, 1)
    assert len(a["_hash"]) == 32
    assert world.history(THINGS) == [a, b]


def test_only_changes_enter_history(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1), thing("b", 1)], hour=1)))
    world.run(world.load(THINGS, world.page([thing("a", 1), thing("b", 2)], hour=2)))
    assert short(world.current(THINGS)) == [("a", 1, 2, False), ("b", 2, 2, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("b", 1, 1, False), ("b", 2, 2, False)]


def test_there_and_back_again_is_three_readings(world: WarehouseBackend) -> None:
    for hour, n in enumerate((1, 2, 1), start=1):
        world.run(world.load(THINGS, world.page([thing("a", n)], hour)))
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 2, False), ("a", 1, 3, False)]


def test_there_and_back_again_in_one_batch(world: WarehouseBackend) -> None:
    pages = [world.page([thing("a", n)], hour) for hour, n in enumerate((1, 1, 2, 1, 1), start=1)]
    world.run(world.load(THINGS, *reversed(pages)))
    assert short(world.current(THINGS)) == [("a", 1, 5, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 3, False), ("a", 1, 4, False)]


def test_duplicates_inside_a_page_and_between_pages(world: WarehouseBackend) -> None:
    one = world.page([thing("a", 1), thing("a", 2), thing("a", 2)], hour=1)
    other = world.page([thing("a", 2), thing("b", 1)], hour=1)
    assert world.run(world.load(THINGS, one, other)) == 5
    assert short(world.current(THINGS)) == [("a", 2, 1, False), ("b", 1, 1, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 1, False), ("b", 1, 1, False)]


def test_an_object_named_twice_counts_once(world: WarehouseBackend) -> None:
    page = world.page([thing("a", 1)], hour=1)
    assert world.run(world.load(THINGS, page, page)) == 1
    assert len(world.history(THINGS)) == 1


def test_an_older_page_arriving_late_never_overwrites(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.run(world.load(THINGS, world.page([thing("a", 3)], hour=3)))
    world.run(world.load(THINGS, world.page([thing("a", 2)], hour=2)))
    assert short(world.current(THINGS)) == [("a", 3, 3, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 2, False), ("a", 3, 3, False)]


def test_an_older_page_that_says_nothing_new_leaves_no_trace(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.run(world.load(THINGS, world.page([thing("a", 2)], hour=3)))
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=2)))
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 3, False)]


def test_a_late_page_between_two_readings_that_agree_makes_two_changes(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=3)))
    world.run(world.load(THINGS, world.page([thing("a", 2)], hour=2)))
    assert short(world.current(THINGS)) == [("a", 1, 3, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 2, False), ("a", 1, 3, False)]


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_loading_it_all_again_in_any_order_changes_nothing(world: WarehouseBackend, order: tuple[int, ...]) -> None:
    loads = [world.load(THINGS, world.page([thing("a", n), thing("b", 1)], h)) for h, n in ((1, 1), (2, 1), (3, 2))]
    for load in loads:
        world.once(load)
    seen = world.everything(loads[0])
    for number in order:
        world.once(loads[number])
    assert world.everything(loads[0]) == seen


def test_two_connections_with_the_same_keys_are_two_rows(world: WarehouseBackend) -> None:
    pages = [world.page([thing("a", n)], 1, connection) for connection, n in (("c1", 1), ("c2", 2))]
    world.run(world.load(THINGS, *pages))
    world.run(world.load(THINGS, world.page([thing("a", 5)], 2, "c2")))
    found = [(row["connection_id"], row["n"]) for row in world.current(THINGS)]
    assert found == [("c1", 1), ("c2", 5)]
    assert [(row["connection_id"], row["n"]) for row in world.history(THINGS)] == [("c1", 1), ("c2", 2), ("c2", 5)]


def test_two_workspaces_with_the_same_ids_never_meet(world: WarehouseBackend) -> None:
    other = f"{world.workspace}_other"
    world.run(world.load(THINGS, world.page([thing("a", 1)], 1)))
    world.run(world.load(THINGS, world.page([thing("a", 2)], 1, workspace=other), workspace=other))
    world.run(world.load(THINGS, sweeps=(sweep(5),), workspace=other))
    assert short(world.current(THINGS)) == [("a", 1, 1, False)]
    assert short(world.current(THINGS, other)) == [("a", 2, 1, True)]
    assert {row["workspace_id"] for row in world.history(THINGS, other)} == {other}


def test_a_sweep_marks_what_a_complete_reading_did_not_see(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1), thing("b", 1)], 1), world.page([thing("a", 1)], 1, "c2")))
    seen = world.page([thing("a", 1)], hour=3)
    world.run(world.load(THINGS, seen, sweeps=(sweep(2),)))
    assert short(world.current(THINGS)) == [("a", 1, 3, False), ("b", 1, 1, True), ("a", 1, 1, False)]
    gone = world.current(THINGS)[1]
    assert (gone["_deleted_at"], gone["connection_id"]) == (at(2), "c1")
    told = [row for row in world.history(THINGS) if row["_deleted_at"]]
    assert [(row["id"], row["_synced_at"], row["_deleted_at"]) for row in told] == [("b", at(2), at(2))]
    assert told[0] == {**gone, "_synced_at": at(2), "_page": "sweep/run/2"}


def test_a_row_that_comes_back_is_a_change(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.run(world.load(THINGS, sweeps=(sweep(2),)))
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=3)))
    assert short(world.current(THINGS)) == [("a", 1, 3, False)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 1, 2, True), ("a", 1, 3, False)]
    world.run(world.load(THINGS, sweeps=(sweep(4),)))
    assert short(world.history(THINGS))[-1] == ("a", 1, 4, True)


def test_a_late_page_does_not_bring_a_swept_row_back(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.run(world.load(THINGS, sweeps=(sweep(3),)))
    world.run(world.load(THINGS, world.page([thing("a", 2)], hour=2)))
    assert short(world.current(THINGS)) == [("a", 2, 2, True)]
    assert short(world.history(THINGS)) == [("a", 1, 1, False), ("a", 2, 2, False), ("a", 1, 3, True)]


def test_a_reading_of_the_same_moment_as_the_sweep_stays(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1), thing("b", 1)], hour=1)))
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=2), sweeps=(sweep(2),)))
    assert short(world.current(THINGS)) == [("a", 1, 2, False), ("b", 1, 1, True)]


def test_a_sweep_of_certain_days_leaves_the_others_alone(world: WarehouseBackend) -> None:
    days = [f"2026-09-{day:02d}" for day in range(1, 6)]
    world.run(world.load(THINGS, world.page([thing(day[-1], 1, day=day) for day in days], hour=1)))
    seen = world.page([thing("3", 1, day=days[2])], hour=3)
    some = replace(sweep(2), column="day", first=date(2026, 9, 2), last=date(2026, 9, 4))
    world.run(world.load(THINGS, seen, sweeps=(some,)))
    assert [row[3] for row in short(world.current(THINGS))] == [False, True, False, True, False]
    assert [row["id"] for row in world.history(THINGS) if row["_deleted_at"]] == ["2", "4"]


def test_several_sweeps_of_one_batch(world: WarehouseBackend) -> None:
    pages = [world.page([thing(name, 1)], 1, connection) for name, connection in (("a", "c1"), ("b", "c2"))]
    world.run(world.load(THINGS, *pages))
    world.run(world.load(THINGS, sweeps=(sweep(2, "c1"), sweep(3, "c2"), sweep(4, "c1"))))
    assert [row["_deleted_at"] for row in world.current(THINGS)] == [at(2), at(3)]
    assert len(world.history(THINGS)) == 4


def test_a_new_column_finds_old_rows_empty(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1), thing("b", 1)], hour=1)))
    grown = replace(THINGS, columns=(*THINGS.columns, *columns("tags texts Tags", "cost money+ Cost")))
    world.run(world.load(grown, world.page([thing("a", 1, tags=["x"], cost="1.5")], hour=2)))
    assert [(row["id"], row["tags"], row["cost"] and float(row["cost"])) for row in world.current(grown)] == [
        ("a", ["x"], 1.5),
        ("b", [], None),
    ]
    # A worker that still runs the old code goes on beside the new one.
    world.run(world.load(THINGS, world.page([thing("c", 1)], hour=3)))
    assert len(world.current(grown)) == 3


def test_a_column_that_changes_its_type_is_refused(world: WarehouseBackend) -> None:
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    with pytest.raises(Bug, match="changed its type"):
        world.warehouse.prepare(
            world.workspace, replace(THINGS, columns=columns("id* text I", "day* date D", "n text N"))
        )


def test_a_table_without_key_holds_one_row_per_connection(world: WarehouseBackend) -> None:
    account = TableSpec("sandbox_account", columns("name text Name"), ())
    world.run(world.load(account, world.page([{"name": "x"}], 1), world.page([{"name": "y"}], 1, "c2")))
    world.run(world.load(account, world.page([{"name": "z"}], 2)))
    assert [(row["connection_id"], row["name"]) for row in world.current(account)] == [("c1", "z"), ("c2", "y")]


def test_a_page_that_does_not_fit_is_refused_without_a_word_of_it(world: WarehouseBackend) -> None:
    page = world.page([thing("a", 1)], hour=1)
    world.objects.write(page[0], b"secret-row-content", {})
    world.warehouse.prepare(world.workspace, THINGS)
    with pytest.raises(Bug) as refused:
        world.warehouse.stage(world.load(THINGS, page))
    assert "secret-row-content" not in str(refused.value) + repr(refused.value)


def test_many_pages_in_one_batch(world: WarehouseBackend) -> None:
    pages = [world.page([thing(f"k{page}-{line}", line) for line in range(10)], page / 100) for page in range(200)]
    assert world.run(world.load(THINGS, *pages)) == 2000
    assert len(world.current(THINGS)) == 2000


def test_a_dropped_table_is_made_again() -> None:
    """Somebody tidies up while a worker is warm: the next try finds its way."""
    world = world_of(KINDS[1])
    assert isinstance(world.warehouse, BigQueryWarehouse)
    world.run(world.load(THINGS, world.page([thing("a", 1)], hour=1)))
    world.warehouse.client.delete_dataset(f"{world.workspace}_raw", delete_contents=True)
    load = world.load(THINGS, world.page([thing("a", 2)], hour=2))
    with pytest.raises(Later):
        world.once(load)
    world.run(load)
    assert short(world.current(THINGS)) == [("a", 2, 2, False)]


def test_rows_that_come_again_into_a_new_table_find_their_history() -> None:
    """The current rows were lost and their history was not; a replay brings the same pages, in other batches."""
    world = world_of(KINDS[1])
    assert isinstance(world.warehouse, BigQueryWarehouse)
    pages = [world.page([thing("a", n), thing(f"b{n}", 1)], hour) for hour, n in ((1, 1), (2, 2), (3, 1))]
    for page in pages:
        world.once(world.load(THINGS, page))
    seen = world.everything(world.load(THINGS, *pages))
    world.warehouse.client.delete_dataset(f"{world.workspace}_raw", delete_contents=True)
    again = BigQueryWarehouse(world.warehouse.settings)
    for part in (pages[:1], pages[1:]):
        replace(world, warehouse=again).once(world.load(THINGS, *part))
    assert world.everything(world.load(THINGS, *pages)) == seen


def test_staging_twice_holds_each_row_once_whatever_was_staged_before() -> None:
    """A job is begun before it is asked for, so a second begin must find the first; what is half there is replaced."""
    world = world_of(KINDS[1])
    assert isinstance(world.warehouse, BigQueryWarehouse)
    load = world.load(THINGS, world.page([thing("a", 1), thing("b", 1)], hour=1))
    world.warehouse.prepare(load.workspace, THINGS)
    client, staging = world.warehouse.client, world.warehouse._staging(load)
    assert [world.warehouse.stage(load) for _ in range(3)] == [2, 2, 2]
    assert client.get_table(staging).num_rows == 2
    first, second = (f"{_job_name(load)}-load-{number}" for number in (1, 2))
    assert client.get_job(first).state == "DONE"
    with pytest.raises(NotFound):
        client.get_job(second)
    stray = world.page([thing("z", 1)], hour=1)
    config = client.get_job(first).configuration
    client.load_table_from_uri(f"gs://{SETTINGS.bucket}/{stray[0]}", staging, job_config=config).result()
    assert client.get_table(staging).num_rows == 1
    assert world.warehouse.stage(load) == 2
    assert client.get_table(staging).num_rows == 2, "written over, not added to"
    assert client.get_job(second).state == "DONE"
    for _ in range(2):
        world.warehouse.apply(load)
    assert len(world.current(THINGS)) == len(world.history(THINGS)) == 2


def test_an_id_of_a_job_is_taken_once() -> None:
    world = world_of(KINDS[1])
    assert isinstance(world.warehouse, BigQueryWarehouse)
    client = world.warehouse.client
    name = f"tributary-{world.workspace}-taken"
    assert list(client.query("SELECT 1", job_id=name, job_retry=None).result())
    with pytest.raises(Conflict):
        client.query("SELECT 1", job_id=name, job_retry=None)
