"""The datasets are lost and made again from what was staged: the same rows, the same marks, and the truth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared import model
from shared.messages import SyncRequested
from shared.states import ConnectionState, RunState, SliceState
from shared.sync import batches, marked_as_gone, replaying
from shared.sync.second_chance import Retrier
from tests.flow.pipeline import Pipeline
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fate, Killed

pytestmark = pytest.mark.slow

# Of each platform as few rows as still vanish: its counts, and the streams that are read.
SMALL: dict[str, tuple[dict[str, int], list[str], dict[str, Any]]] = {
    "google_ads": (
        {"campaigns": 3, "ad_groups": 1, "ads": 1, "keywords": 1, "days": 30},
        ["campaigns", "campaign_daily", "ad_groups", "ad_group_daily"],
        {"history_days": 100},
    ),
    "google_analytics": ({"visits": 3, "orders": 1, "days": 10}, ["daily_overview", "traffic_acquisition"], {}),
    "metricool": ({}, ["instagram_posts", "facebook_posts", "brands"], {"history_days": 100}),
    "klaviyo": ({"profiles": 6, "lists": 2, "campaigns": 2}, ["lists", "profiles", "campaigns"], {}),
    "mailchimp": ({"lists": 2, "members": 5, "campaigns": 3}, [], {}),
    "shopify": ({"orders": 3, "customers": 3, "products": 2}, [], {}),
}


Marks = dict[tuple[Any, ...], datetime | None]


def lived(platform: str) -> Pipeline:
    """Four syncs, eight hours apart, with changes between them; then sixty days go by."""
    counts, streams, more = SMALL[platform]
    world = Pipeline(platform, counts=counts or None, streams=streams, **more)
    for number in range(4):
        world.sync(f"sync {number}")
        world.clock.forward(hours=8)
        world.renew_access()
        if number < 3:  # what changes later is seen sixty days later, where the platform still tells
            world.box.change(3)
    world.clock.forward(days=60)
    world.renew_access()
    return world


def rows(world: Pipeline) -> Marks:
    """Every row, and since when it is gone."""
    return {
        (name, *identity): row.get("_deleted_at")
        for (_, name), table in world.warehouse.tables.items()
        if name.startswith(world.platform)
        for identity, row in table.current.items()
    }


def events(world: Pipeline) -> set[tuple[Any, ...]]:
    """What history tells of vanishing: row, moment and sweep."""
    return {
        (name, *identity, when, row["_page"])
        for (_, name), table in world.warehouse.tables.items()
        for identity, told in table.events.items()
        for (when, there, _, _), _, row in told
        if not there
    }


def lose(world: Pipeline) -> None:
    world.warehouse.tables.clear()
    world.warehouse.views.clear()


@pytest.mark.parametrize("platform", SMALL)
def test_rows_and_marks_are_those_that_were_there(platform: str) -> None:
    world = lived(platform)
    held, told = rows(world), events(world)
    lose(world)
    run = world.machine.run(world.machine.sync(world.connection, "lost", "replay"))
    assert run["state"] == RunState.COMPLETED
    assert rows(world) == held
    still = {event for event in told if held[event[:-2]] is not None}
    assert still <= events(world) <= told
    for number in range(2):
        world.sync(f"after {number}")
        world.clock.forward(hours=24)
        world.renew_access()
    gone = {row for row, since in held.items() if since is not None}
    assert {row for row, since in rows(world).items() if since is not None} >= gone
    assert not world.differences()


# -- in a small world ------------------------------------------------------------------------------------------------

EMPTY: dict[str, Any] = {"kind": "status", "status": 200, "body": '{"lists": [], "total_items": 0}'}
LISTS = "mailchimp_lists"


def went(fate: Fate | None = None, lists: int = 3) -> Pipeline:
    """All lists are there, seem to have gone, and are believed to have gone at the third sync."""
    world = Pipeline("mailchimp", fate, counts={"lists": lists, "members": 1, "campaigns": 1}, streams=["lists"])
    world.sync()
    world.box.faults.add(match="GET /3.0/lists?", times=2, **EMPTY)
    for number in range(2):
        world.clock.forward(hours=8)
        world.sync(f"empty {number}")
    assert len(set(rows(world).values()) - {None}) == 1
    return world


def replay(world: Pipeline, request: str = "again", **more: str) -> dict[str, Any]:
    world.clock.forward(hours=1)
    return world.machine.run(world.machine.sync(world.connection, request, "replay", **more))


def test_a_row_that_came_back_lives() -> None:
    world = went()
    world.clock.forward(hours=8)
    world.sync("there again")
    assert set(rows(world).values()) == {None}
    lose(world)
    assert replay(world)["state"] == RunState.COMPLETED
    assert set(rows(world).values()) == {None}


def test_a_replay_over_tables_that_are_there_changes_nothing_and_writes_nothing_down() -> None:
    world = went()
    held, told, there = rows(world), world.warehouse.history("demo", LISTS), set(world.machine.objects.held)
    for request in ("one", "two"):
        assert replay(world, request)["state"] == RunState.COMPLETED
        assert rows(world) == held
        assert world.warehouse.history("demo", LISTS) == told
    assert not [name for name in set(world.machine.objects.held) - there if "/sweeps/" in name]


@pytest.mark.parametrize("killed_at", [None, 0, 1, 2, 3])
def test_a_replay_needs_no_access(killed_at: int | None) -> None:
    """The client took the access back, before it was asked for or while it was planned: what was read before can be
    loaded all the same."""
    fate = Fate()
    world = went(fate)
    held = rows(world)
    lose(world)
    documents, where = world.machine.documents, model.path("demo", "connections", world.connection.id)
    over = {"code": "grant-ended", "sentence": "The access is over.", "move": "client"}
    asked = SyncRequested("demo", world.connection.id, "replay", "again")
    if killed_at is not None:
        fate.at = fate.count + killed_at
        with pytest.raises(Killed):
            world.machine.planner.handle(asked, "m")
        fate.at = None
    documents.set(where, {**documents.get(where), "state": ConnectionState.RECONNECT, "problem": over})
    world.machine.bus.publish(asked)
    world.machine.settle()
    assert world.machine.run(model.stable_id(world.connection.id, "replay", "again"))["state"] == RunState.COMPLETED
    assert rows(world) == held
    assert documents.get(where)["state"] == ConnectionState.RECONNECT


def test_of_a_window_what_vanished_in_it() -> None:
    world = went()
    third = world.clock.now()
    lose(world)
    replay(world, until=third.isoformat())
    assert set(rows(world).values()) == {None}, "the sweep was made at the end of that window, which is not part of it"
    replay(world, "the rest", since=third.isoformat())
    assert set(rows(world).values()) == {None}, "of no stream without pages in the window anything is said"
    replay(world, "all")
    assert set(rows(world).values()) == {third}


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_anywhere_it_ends_the_same(before: bool) -> None:
    """From the sweep itself on: told, written down, replayed."""
    held = rows(went())

    def life(fate: Branching) -> None:
        world = went(fate, lists=3)
        lose(world)
        fate.arm()
        assert replay(world)["state"] == RunState.COMPLETED
        assert rows(world) == held
        assert not world.machine.inconsistencies()

    assert live(life, at_each(before), armed=False).branches > 10


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_while_it_is_told_a_sweep_is_written_down(before: bool) -> None:
    fate = Fate()
    went(fate)
    (writes, *_), last = [at for at, what in enumerate(fate.seen) if what == "objects.write"][-2:], fate.count

    def life(fate: Branching) -> None:
        world = went(fate)
        held = rows(world)
        lose(world)
        replay(world)
        assert rows(world) == held

    assert live(life, lambda at: [before] if writes <= at < last else []).branches == last - writes


def test_many_sweeps_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as make several pages, batches and descriptions."""
    for module, name in ((batches, "MOST_SWEEPS"), (replaying, "MOST_SWEEPS"), (marked_as_gone, "MOST")):
        monkeypatch.setattr(module, name, 1)
    counts = {"campaigns": 2, "ad_groups": 1, "ads": 1, "keywords": 1, "days": 5}
    world = Pipeline(
        "google_ads", counts=counts, streams=["campaigns", "campaign_daily", "device_daily"], history_days=20
    )
    for number in range(4):
        world.sync(f"sync {number}")
        world.box.change(3)
        world.clock.forward(hours=8)
        world.renew_access()
    held = rows(world)
    assert any(held.values())
    lose(world)
    run = replay(world)
    assert run["state"] == RunState.COMPLETED
    assert rows(world) == held
    assert max(part["to_load"] for part in world.machine.slices(run["id"]) if part["kind"] == "sweep") == 4


def test_nothing_is_marked_of_a_stream_whose_pages_did_not_arrive() -> None:
    world = went()
    name = min(name for name in world.machine.objects.held if "/lists/" in name)
    kept = world.machine.objects.held[name]
    world.machine.objects.held[name] = (b"damaged", kept[1])
    lose(world)
    run = replay(world)
    assert run["state"] == RunState.FAILED
    assert {part["state"] for part in world.machine.slices(run["id"])} == {SliceState.FAILED, SliceState.PLANNED}
    world.machine.objects.held[name] = kept
    (part,) = [part for part in world.machine.slices(run["id"]) if part["state"] == SliceState.FAILED]
    machine = world.machine
    assert Retrier(machine.documents, machine.bus, machine.clock).retry("demo", part["id"])
    machine.settle()
    assert machine.run(run["id"])["state"] == RunState.COMPLETED
    assert all(rows(world).values())


def test_an_older_loader_takes_what_is_marked_again_for_no_sweep_of_today() -> None:
    """It knows pages of rows and sweeps only, and would mark whatever was read before the first of these."""
    world = went()
    lose(world)
    run = replay(world)
    pages = world.machine.documents.find("workspaces/demo/pages", ("run", "==", run["id"]))
    assert {page["kind"] for page in pages} == {"rows", "sweeps"}
    assert not any(page["sweeps"] for page in pages if page["kind"] == "rows")
