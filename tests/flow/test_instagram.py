"""What only a whole sync of Instagram shows: Pages without it, days that are told no more, less than was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from shared.model import Slice, from_doc
from shared.sync.status import stream_status
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

SMALL = {"media": 6, "posts": 4, "stories": 3, "days": 12}
DAYS = ["ig_account_insights_daily", "ig_account_insights_totals", "ig_follows_daily", "fb_page_insights_daily"]


def world(**settings: Any) -> Pipeline:
    return Pipeline("instagram", **{"counts": SMALL, "history_days": 15, "limits": False, **settings})


@pytest.mark.parametrize(
    "options",
    [
        {"until_included": False},
        {"few_followers": "error"},
        {"page_metrics": "certain"},
        {"without_views": "IMAGE"},
        {"not_known": "bare"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_either_reading_of_what_is_not_documented_loses_nothing(options: dict[str, Any]) -> None:
    made = world(every=True, options=options)
    for request in ("first", "second"):
        for run in made.sync(request):
            assert run["state"] == "completed", run["problems"]
        assert not made.differences()
        made.clock.forward(hours=8)
        made.box.change()


def test_a_page_without_instagram_ends_well_and_asks_nothing_there() -> None:
    made = world(every=True)
    mill = next(each for each in made.connections if each.account == "100000003")
    run = made.machine.run(made.machine.sync(mill))
    assert run["state"] == "completed"
    assert {part["stream"] for part in made.machine.slices(run["id"])} == {
        "fb_pages", "fb_page_insights_daily", "fb_posts", "fb_post_insights"
    }  # fmt: skip
    only = made.machine.run(made.machine.sync(mill, "again", streams="ig_media"))
    assert only["state"] == "completed"
    assert made.machine.slices(only["id"]) == []


def test_days_that_meta_tells_no_more_stay() -> None:
    """An empty answer means that it is not known just now, not that there was nothing."""
    made = world(streams=DAYS)
    made.sync()
    before = {name: len(rows) for name, rows in made.rows().items()}
    assert set(before) == {f"instagram_{name}" for name in DAYS}
    made.box.world.leaves.clear()
    made.clock.forward(hours=8)
    (run,) = made.sync("second")
    assert run["state"] == "completed"
    after = {name: [row for row in rows if row.get("_deleted_at") is None] for name, rows in made.rows().items()}
    assert {name: len(rows) for name, rows in after.items()} == before


def test_that_less_was_asked_for_is_said() -> None:
    made = world(streams=["ig_media", "ig_media_insights"])
    (run,) = made.sync()
    parts = [from_doc(Slice, part) for part in made.machine.slices(run["id"])]
    told = stream_status("ig_media_insights", [part for part in parts if part.stream == "ig_media_insights"])
    albums = [row for row in made.box.world.media.of(made.connection.account) if row["media_type"] == "CAROUSEL_ALBUM"]
    early = [row for row in made.box.world.media.of(made.connection.account) if row["without_numbers"]]
    assert told.narrowed == len([row for row in albums if not row["without_numbers"]]) > 0
    assert told.odd_fields == {"left out views": 1, "left out total_interactions": 1}
    assert told.absent == len(early) > 0
    assert stream_status("ig_media", [part for part in parts if part.stream == "ig_media"]).narrowed == 0


def test_reposts_are_read_where_they_are_asked_for() -> None:
    """Of posts of a kind that has none there is no row, and the others move as long as they are young."""
    asked = ["ig_media", "ig_media_reposts", "ig_reposts_daily"]
    made = world(streams=asked, every=True)
    for request in ("first", "second", "third"):
        for run in made.sync(request):
            assert run["state"] == "completed", run["problems"]
        assert not made.differences()
        made.clock.forward(hours=30)
        made.box.change()
    rows = made.rows()
    kinds = {row["id"]: row["kind"] for row in rows["instagram_ig_media"]}
    told = {kinds[row["media_id"]] for row in rows["instagram_ig_media_reposts"]}
    assert told == {"REELS", "IMAGE", "CAROUSEL_ALBUM"}
    assert any(row["reposts"] for row in rows["instagram_ig_reposts_daily"])
