"""Rows are marked as gone only after a complete reading that nothing speaks against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared import model
from tests.flow.pipeline import Pipeline

STREAMS = ["lists", "segments"]


def world_of(lists: int = 3) -> Pipeline:
    world = Pipeline("mailchimp", counts={"lists": lists, "members": 30, "campaigns": 1}, streams=STREAMS)
    world.sync()
    return world


def marked(world: Pipeline, table: str) -> int:
    return sum(1 for row in world.warehouse.current("demo", table) if row.get("_deleted_at"))


def problems(run: dict[str, Any]) -> set[tuple[str, str]]:
    return {(problem["stream"], problem["code"]) for problem in run["problems"]}


def empty(records: str) -> dict[str, Any]:
    return {"kind": "status", "status": 200, "body": f'{{"{records}": [], "total_items": 0}}'}


def test_a_stream_that_seems_to_be_empty_is_not_believed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The platform answers 200 with an empty list, and its total agrees."""
    world = world_of()
    world.clock.forward(hours=8)
    world.box.faults.add(match="GET /3.0/lists?", times=1, **empty("lists"))
    (run,) = world.sync("second")
    assert run["state"] == model.PARTLY
    assert problems(run) == {("lists", "sweep-held")}, "of its children nothing is said: they were not looked at"
    assert "showed 0 rows where 3 were before" in run["problems"][0]["sentence"]
    assert marked(world, "mailchimp_lists") == marked(world, "mailchimp_segments") == 0
    assert '"sweep held back"' in capsys.readouterr().out
    world.clock.forward(hours=8)
    (run,) = world.sync("third")
    assert run["state"] == model.COMPLETED
    assert marked(world, "mailchimp_lists") == 0
    assert not world.differences()


def test_what_is_still_empty_at_the_next_reading_is_gone() -> None:
    world = world_of()
    world.box.faults.add(match="GET /3.0/lists?", times=2, **empty("lists"))
    world.clock.forward(hours=8)
    world.sync("second")
    world.clock.forward(hours=8)
    (run,) = world.sync("third")
    assert marked(world, "mailchimp_lists") == 3
    assert problems(run) == {("segments", "sweep-held")}, "and what hung on them is looked at twice in their turn"


def test_rows_that_the_platform_counts_and_does_not_show_hold_cursor_and_marks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = Pipeline("constant_contact", counts={"contacts": 30, "campaigns": 1}, streams=["contacts"])
    world.box.faults.add(match="GET /v3/contacts", times=1, kind="status", status=200, body=SHORT)
    (run,) = world.sync()
    assert run["state"] == model.PARTLY
    assert problems(run) == {("contacts", "rows-missing")}
    assert not [doc for doc in world.cursors().values() if doc["stream"] == "contacts"]
    assert [doc["code"] for doc in world.machine.documents.find("workspaces/demo/debts")] == ["rows-missing"]
    assert '"proof differs"' in capsys.readouterr().out
    world.clock.forward(hours=8)
    (run,) = world.sync("second")
    assert run["state"] == model.COMPLETED
    assert not world.differences()
    assert not world.machine.documents.find("workspaces/demo/debts")


SHORT = '{"contacts": [], "contacts_count": 30}'


def test_a_slow_clock_marks_nothing_that_lives() -> None:
    """A plan that is killed and made again, and workers whose clock is behind the planner's."""
    world = world_of()
    world.clock.forward(hours=8)
    behind = Behind(world.clock, timedelta(seconds=30))
    object.__setattr__(world.machine.extractor, "clock", behind)
    (run,) = world.sync("second")
    assert run["state"] == model.COMPLETED
    assert marked(world, "mailchimp_lists") == marked(world, "mailchimp_segments") == 0
    assert not world.differences()


class Behind:
    def __init__(self, clock: Any, by: timedelta) -> None:
        self.clock, self.by = clock, by

    def now(self) -> Any:
        return self.clock.now() - self.by

    def pause(self, seconds: float) -> None:
        self.clock.pause(seconds)

    def every(self, seconds: float, act: Callable[[], None]) -> Any:
        return self.clock.every(seconds, act)


DAYS = {"campaigns": 3, "ad_groups": 1, "ads": 1, "keywords": 1, "days": 30}


def days_world() -> Pipeline:
    return Pipeline("google_ads", counts=DAYS, streams=["campaigns", "campaign_daily"], history_days=30)


def test_a_window_that_is_refused_does_not_keep_the_others_from_being_marked() -> None:
    world = days_world()
    world.sync()
    stray = taken_back(world)
    world.clock.forward(hours=8)
    world.renew_access()
    oldest = min(str(row["date"]) for row in world.rows()[TABLE])
    world.box.faults.add(match="POST *", times=None, kind="status", status=403, holding=oldest)
    (run,) = world.sync("second")
    parts = [part for part in world.machine.slices(run["id"]) if part["stream"] == "campaign_daily"]
    assert {part["state"] for part in parts if part["kind"] == "extract"} == {model.FAILED, model.LOADED}
    assert stray()


def test_a_backfill_marks_the_days_that_it_read_whole() -> None:
    world = days_world()
    world.sync()
    stray = taken_back(world)
    world.clock.forward(hours=8)
    world.renew_access()
    world.machine.sync(world.connection, "again", "backfill", since="2026-08-01", until="2026-09-02")
    assert stray()


TABLE = "google_ads_campaign_daily"


def taken_back(world: Pipeline) -> Callable[[], bool]:
    """A row of the newest day that an earlier reading saw, and that the platform no longer shows; is it marked?"""
    table = world.warehouse.tables["demo", TABLE]
    row = {**max(table.current.values(), key=lambda each: str(each["date"])), "campaign_id": "999"}
    identity = table.of(row)
    table.current[identity] = row
    return lambda: bool(table.current[identity].get("_deleted_at"))


EMPTY_DAYS: dict[str, Any] = {"kind": "status", "status": 200, "body": '{"results": [], "totalResultsCount": "0"}'}


@pytest.mark.parametrize("days", [("2026-08-20", "2026-08-22"), ("2026-07-01", "2026-09-01")], ids=["a piece", "all"])
def test_days_that_a_backfill_shows_empty_are_gone_when_the_next_one_agrees(days: tuple[str, str]) -> None:
    world = Pipeline("google_ads", counts=DAYS, streams=["campaign_daily"], history_days=30)
    world.sync()
    since, until = days
    assert [row for row in world.rows()[TABLE] if since <= row["date"] < until]
    world.box.faults.add(match="POST *", times=None, **EMPTY_DAYS)
    states = []
    for number in range(2):
        world.clock.forward(hours=8)
        world.renew_access()
        name = world.machine.sync(world.connection, f"again {number}", "backfill", since=since, until=until)
        run = world.machine.run(name)
        states.append((run["state"], problems(run), marked(world, TABLE)))
    assert states[0] == (model.PARTLY, {("campaign_daily", "sweep-held")}, 0)
    assert states[1][:2] == (model.COMPLETED, set())
    still = {row["date"] for row in world.rows()[TABLE] if not row.get("_deleted_at")}
    assert not [day for day in still if since <= day < until]
