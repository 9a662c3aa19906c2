"""Metricool from request to tables, by every reading of what its document leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from infra.sandbox.metricool import STAND_IN as METRICOOL
from shared.model import Slice, from_doc
from shared.sync.reconciliation import Verdict, proof_of, short_by
from shared.sync.status import run_status
from tests.flow.pipeline import Pipeline
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fate

pytestmark = pytest.mark.slow

FEW = {"days": 12, "posts": 8, "plans": 6}
POSTS = [
    "brands", "instagram_posts", "instagram_stories", "tiktok_posts", "linkedin_posts", "instagram_timelines",
    "tiktok_timelines", "youtube_timelines", "facebook_stories",
]  # fmt: skip


def world_of(streams: list[str] = POSTS, **more: Any) -> Pipeline:
    return Pipeline("metricool", streams=streams, history_days=16, counts=FEW, **more)


def synced(world: Pipeline, request: str = "first") -> list[dict[str, Any]]:
    runs = world.sync(request)
    for run in runs:
        assert run["state"] == "completed", run["problems"]
    assert not world.differences()
    assert world.box.world.harm == []
    return runs


def again(world: Pipeline, request: str = "second") -> None:
    world.clock.forward(hours=8)
    world.box.change()
    synced(world, request)


@pytest.mark.parametrize(
    "options",
    [
        {"zone_as_asked": False},
        {"handles": "text", "aggregate": True, "hour": 0},
        {"nothing": 204},
        {"brands": "newer", "not_connected": 403},
        {"words": "document", "plain": "Europe/Madrid"},
    ],
)
def test_every_reading_ends_in_the_same_tables(options: dict[str, Any]) -> None:
    world = world_of(every=True, options=options)
    synced(world)
    again(world)


def test_plans_and_ads_are_read_when_they_are_asked_for() -> None:
    world = world_of(["scheduled_posts", "ads_campaigns", "google_ads_timelines"], every=True)
    synced(world)
    plans = world.rows()["metricool_scheduled_posts"]
    assert max(row["published_day"] for row in plans) > f"{world.clock.now():%Y-%m-%d}", "plans lie ahead"
    world.clock.forward(hours=8)
    world.box.change()
    world.sync("second")  # one was moved, one withdrawn, and what was published says so; none is left,
    again(world, "third")  # and that is believed when the next reading shows none either


@pytest.mark.parametrize("says", [True, False])
def test_lists_that_are_cut_off_are_read_whole_all_the_same(says: bool) -> None:
    """Cut at fifty: with a next page that nobody can ask for, or without a word."""
    world = world_of(["instagram_posts"])
    start = int(world.clock.now().timestamp())
    for number in range(120):
        world.box.world.add_post("instagram_posts", "1234501", start - 3_600 - number * 5_400)
    METRICOOL.levers["most"](world.box.world, {"records": 50, "says": says})
    synced(world)
    assert len(world.rows()["metricool_instagram_posts"]) >= 120


def test_a_day_that_does_not_fit_into_a_list_is_never_quietly_cut() -> None:
    world = world_of(["instagram_stories"])
    start = int(world.clock.now().timestamp())
    for number in range(30):
        world.box.world.add_post("instagram_stories", "1234501", start - 60 - number)
    METRICOOL.levers["most"](world.box.world, {"records": 20, "says": True})
    (run,) = world.sync()
    assert run["state"] != "completed"
    assert "part of this list" in run["problems"][0]["sentence"]


def test_posts_are_proved_by_their_count_and_a_lost_one_shows() -> None:
    world = world_of(["instagram_posts"])

    def proof(request: str) -> Any:
        (run,) = world.sync(request)
        return proof_of(from_doc(Slice, doc) for doc in world.machine.slices(run["id"]))

    assert proof("first").verdict == Verdict.EQUAL
    METRICOOL.levers["most"](world.box.world, {"records": 1, "says": False})
    told = proof("second")
    assert told.verdict != Verdict.EQUAL
    assert told.measures[0].name == "posts"


def test_living_posts_are_not_marked_as_gone_while_the_platform_counts_more_than_it_shows() -> None:
    """Their count comes from another call, as a sum; it is a count all the same."""
    world = world_of(["instagram_posts"])
    synced(world)
    posts = len(world.rows()["metricool_instagram_posts"])
    METRICOOL.levers["most"](world.box.world, {"records": 1, "says": False})
    world.clock.forward(hours=8)
    (run,) = world.sync("second")
    parts = [from_doc(Slice, doc) for doc in world.machine.slices(run["id"])]
    assert short_by(parts) > 0
    left = [row for row in world.rows()["metricool_instagram_posts"] if not row.get("_deleted_at")]
    assert len(left) == posts


def refusing(
    asked: list[str], streams: list[str], times: int | None = None, **said: Any
) -> tuple[Pipeline, dict[str, Any]]:
    """A run in which some questions, wherever they are asked, are refused."""
    world = world_of(streams)
    for what in asked:
        world.box.faults.add(f"* /api/v2/analytics/timelines?*{what}", times=times, **said)
    (run,) = world.sync()
    return world, run


def left_out(world: Pipeline, run: dict[str, Any]) -> set[str]:
    notes = (doc["notes"].get("left out", {}) for doc in world.machine.slices(run["id"]))
    return {name for note in notes for name in note}


NOT_IMPLEMENTED = '{"status": "INTERNAL_SERVER_ERROR", "detail": "Not implemented metric at Extractor"}'


@pytest.mark.parametrize("said", [{"status": 500, "body": NOT_IMPLEMENTED}, {"status": 403}, {"status": 400}])
def test_one_refused_metric_costs_no_other_and_no_post(said: dict[str, Any]) -> None:
    """8 of 8 videos came before their count was refused, and so they must while it is; the same of days."""
    world, run = refusing(["metric=videos", "metric=likes"], ["tiktok_posts", "tiktok_timelines"], **said)
    assert run["state"] == "completed", run["problems"]
    rows = world.rows()
    assert len(rows["metricool_tiktok_posts"]) == FEW["posts"]
    metrics = {(row["subject"], row["metric"]) for row in rows["metricool_tiktok_timelines"]}
    assert metrics == {
        *(("account", name) for name in ("video_views", "profile_views", "followers_count", "followers_delta_count",
                                         "comments", "shares")),
        *(("video", name) for name in ("views", "comments", "shares", "interactions", "reach", "engagement",
                                       "averageVideoViews")),
    }  # fmt: skip
    assert left_out(world, run) >= {"total posts", "video videos", "account likes", "video likes"}


def test_a_metric_that_has_no_answer_costs_no_other_and_the_run_is_not_complete() -> None:
    """An outage of one of many calls, longer than it is asked again: nobody may take that for a day without likes."""
    world, run = refusing(["metric=videos", "metric=likes"], ["tiktok_posts", "tiktok_timelines"], status=500)
    assert run["state"] == "partly"
    assert {problem["stream"] for problem in run["problems"]} == {"tiktok_timelines"}
    assert all("It was asked for" in problem["sentence"] for problem in run["problems"])
    rows = world.rows()
    assert len(rows["metricool_tiktok_posts"]) == FEW["posts"], "a proof never costs the rows"
    metrics = {(row["subject"], row["metric"]) for row in rows["metricool_tiktok_timelines"]}
    assert ("video", "shares") in metrics
    assert not {("account", "likes"), ("video", "likes"), ("video", "videos")} & metrics
    world.box.faults.clear()
    world.clock.forward(hours=8)
    synced(world, "second")
    assert not world.differences(["tiktok_timelines"])


def test_a_metric_that_is_out_of_order_for_a_while_is_read_in_the_end() -> None:
    """For longer than one question is asked again and again: it is asked once more when the others were answered."""
    world, run = refusing(["metric=views"], ["tiktok_timelines"], times=8, status=500)
    assert run["state"] == "completed", run["problems"]
    assert not world.differences(["tiktok_timelines"])
    assert "video views" not in left_out(world, run)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_anywhere_the_same_is_owed_and_the_same_is_there(before: bool) -> None:
    """One metric of four is out of order for good, without a word why: the others are read, the days are owed."""

    def ending(fate: Fate) -> tuple[int, list[tuple[Any, ...]]]:
        world = Pipeline("metricool", fate, streams=["facebook_ads_timelines"], history_days=3, counts=FEW)
        if isinstance(fate, Branching):
            fate.moment = world.machine.moment
        world.box.faults.add("* /api/v2/analytics/timelines?*metric=clicks", times=None, status=500)
        (run,) = world.sync()
        if fate.killed and [problem["code"] for problem in run["problems"]] == ["worker-died"]:
            world.clock.forward(hours=8)  # at the last of its attempts: the next sync comes to the same
            (run,) = world.sync("second")
        assert [problem["code"] for problem in run["problems"]] == ["platform-down"]
        assert not left_out(world, run)
        rows = world.rows()["metricool_facebook_ads_timelines"]
        owed = len(world.machine.documents.find("workspaces/demo/debts"))
        return owed, sorted((row["metric"], row["day"], row["value"]) for row in rows)

    calm = Fate()
    owed, rows = ending(calm)
    assert owed
    assert rows
    assert len({metric for metric, *_ in rows}) == 3

    def life(fate: Branching) -> None:
        assert ending(fate) == (owed, rows)

    fate = live(life, at_each(before))
    assert fate.branches + fate.same == calm.count


def test_a_platform_that_is_out_of_order_owes_its_days() -> None:
    world, run = refusing(["*"], ["bluesky_timelines"], status=500)
    assert run["state"] == "failed"
    assert not left_out(world, run)
    world.box.faults.clear()
    world.clock.forward(hours=8)
    synced(world, "second")


def test_metrics_that_are_not_known_are_noted_and_their_rows_stay() -> None:
    world = world_of(["linkedin_timelines"])
    (run,) = synced(world)
    notes = [doc["notes"].get("narrowed", {}).get("answers", 0) for doc in world.machine.slices(run["id"])]
    assert sum(notes) > 0, "a company does not have the metrics of a person"
    status = run_status(run, world.machine.slices(run["id"]), world.clock.now())
    assert "left out account reaction" in status.streams[0].odd_fields
    asked = sum(doc["calls"] for doc in world.machine.slices(run["id"])) / len(world.machine.slices(run["id"]))
    assert asked < 30, "after the first refusal of each subject, what it does not name is not asked"
    assert world.rows()["metricool_linkedin_timelines"]
