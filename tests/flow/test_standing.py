"""Where cursors stand when the run that moved them is lost; what of a connection is over, and from when it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import model
from shared.model import Connection, Cursor, Run, to_doc
from shared.sync.standing import LONGEST_EXPORT, NEVER, put_back, standing, stood, uncertain
from tests.flow.pipeline import Pipeline
from tests.support.memory import MemoryDocuments

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=1), NOW - timedelta(hours=2)
CONNECTION = Connection("c", "demo", "shopify", "acct", "Shop", last_run="last")


def cursor(until: datetime = NEW, run: str = "gone", **more: Any) -> Cursor:
    return Cursor("c.orders", "demo", "c", "orders", "", until, run, **more)


def run(name: str, ended: datetime | None) -> Run:
    state = model.RUNNING if ended is None else model.COMPLETED
    return Run(name, "demo", "c", "shopify", "schedule", state, started_at=NEW, finished_at=ended)


def stands(
    known: Cursor, *runs: Run, connection: Connection = CONNECTION
) -> tuple[Cursor | None, datetime | None, MemoryDocuments]:
    """Where it stands for a plan that is made now, what the connection says then, and what is written."""
    documents = MemoryDocuments()
    documents.set("workspaces/demo/cursors/c.orders", to_doc(known))
    for each in runs:
        documents.set(f"workspaces/demo/runs/{each.id}", to_doc(each))
    others = [each for each in runs if each.state in model.OPEN_RUN]
    found, then = standing(documents, connection, {known.id: known}, others, NOW)
    return found.get(known.id), then.ended_until, documents


@pytest.mark.parametrize(
    ("before", "ended_until", "where"),
    [
        (None, None, NEVER),
        (cursor(OLD, stood=NEVER), OLD, OLD),  # what moved it is over
        (cursor(OLD, stood=NEVER), OLD - timedelta(seconds=1), NEVER),  # that run may have children to read still
        (cursor(OLD), None, OLD),  # of a release that kept no such place
    ],
)
def test_a_cursor_remembers_where_it_stood_before_runs_that_may_have_more_to_do(
    before: Cursor | None, ended_until: datetime | None, where: datetime
) -> None:
    assert stood(before, ended_until) == where


def test_a_cursor_of_a_lost_run_is_put_back_and_stays_there() -> None:
    found, _, documents = stands(cursor(stood=OLD))
    assert found == cursor(OLD, stood=OLD)
    assert documents.get("workspaces/demo/cursors/c.orders") == to_doc(found)
    assert put_back(found) == found
    assert not uncertain(found, None)


def test_the_first_reading_of_a_lost_run_never_was() -> None:
    found, _, documents = stands(cursor(stood=NEVER))
    assert found is None
    assert documents.get("workspaces/demo/cursors/c.orders") is None


@pytest.mark.parametrize("ended", [None, NOW - timedelta(minutes=1), OLD])
def test_a_cursor_whose_run_is_there_counts(ended: datetime | None) -> None:
    known = cursor(run="here", stood=OLD)
    assert stands(known, run("here", ended))[0] == known


def test_a_cursor_of_a_release_that_kept_no_such_place_counts() -> None:
    assert stands(cursor())[0] == cursor()


def test_what_is_long_over_counts_although_its_run_has_reached_its_end() -> None:
    known = cursor(stood=OLD)
    assert stands(known, connection=replace(CONNECTION, ended_until=NEW))[0] == known


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([run("last", NOW - LONGEST_EXPORT)], NOW - LONGEST_EXPORT),
        ([run("last", NOW - LONGEST_EXPORT + timedelta(seconds=1))], None),  # an export may lack what it wrote down
        ([run("last", NOW - LONGEST_EXPORT), run("open", None)], None),
        ([], None),
    ],
)
def test_when_all_has_ended_long_enough_ago_the_connection_says_so(runs: list[Run], said: datetime | None) -> None:
    assert stands(cursor(OLD, "last", stood=NEVER), *runs)[1] == said


def test_what_the_connection_says_is_over_never_goes_back() -> None:
    before = replace(CONNECTION, ended_until=NOW - timedelta(minutes=5))
    assert stands(cursor(), run("last", NOW - LONGEST_EXPORT), connection=before)[1] == before.ended_until


def test_syncs_that_follow_each_other_say_what_is_over_and_read_no_more_than_before() -> None:
    """Three syncs, hours apart: each says that the one before it is over, and none puts a cursor back."""
    world = Pipeline("shopify", counts={"orders": 2, "customers": 1, "products": 1}, streams=["orders"])
    where = model.path("demo", "connections", world.connection.id)
    for number in range(3):
        began = world.clock.now()
        world.sync(str(number))
        doc = world.machine.documents.get(where) or {}
        assert (doc["ended_until"] is None) == (number == 0)
        moved = world.cursors()[f"{world.connection.id}.orders"]
        assert moved["until"] == began
        assert moved["stood"] == (NEVER if number == 0 else began - timedelta(hours=8))
        world.clock.forward(hours=8)
        world.clock.moment = began + timedelta(hours=8)
