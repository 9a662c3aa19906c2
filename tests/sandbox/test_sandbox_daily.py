"""Numbers per day: the same for everybody, in sum at every level, restated for a while and then at rest."""

import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.sandbox import Box
from infra.sandbox.daily import Daily, Leaf, Life
from tests.sandbox.reading import START, Time, index
from tests.sandbox.tiny import Tiny, tiny

TODAY = START.date()
MEASURES = ("impressions", "clicks", "cost_micros", "conversions", "value_micros")
Cells = dict[tuple[str, ...], dict[str, object]]


def campaigns(box: Box[Tiny], account: str = "1") -> Cells:
    rows = box.truth([account])["tiny_campaign_daily"].present
    return index(rows, ("campaign", "day"))


def ads(box: Box[Tiny], account: str = "1") -> Cells:
    return index(box.truth([account])["tiny_ad_daily"].present, ("ad", "day"))


def one(now: Time, size: float = 1.0, life: Life | None = None, zone: str = "UTC") -> tuple[Daily, Leaf]:
    leaf = Leaf("7", "1", {"ad": "7"}, TODAY - timedelta(days=100), size=size, zone=zone)
    return Daily(5, lambda: int(now.now.timestamp()), lambda: [leaf], life=life), leaf


def test_campaigns_are_the_sum_of_their_ads_and_more_only_where_they_should() -> None:
    box = tiny()
    box.change(3)
    whole, summed = campaigns(box), Counter[tuple[str, str, str]]()
    for (ad, day), row in ads(box).items():
        campaign = f"1{int(ad) % 2}"
        for name in MEASURES:
            summed[campaign, day, name] += int(str(row.get(name, 0)))
    more = 0
    for (campaign, day), row in whole.items():
        for name in MEASURES:
            extra = int(str(row[name])) - summed.pop((campaign, day, name), 0)
            assert extra == 0 if campaign == "10" else extra >= 0
            more += extra
    assert more > 0, "one campaign spends what none of its ads shows"
    assert not +summed, "no ad has a day that its campaign has not"


@pytest.mark.parametrize("steps", [0, 5])
def test_numbers_make_sense(steps: int) -> None:
    box = tiny(counts={"ads": 20})
    box.change(steps)
    for row in ads(box).values():
        assert int(str(row["impressions"])) >= int(str(row["clicks"])) >= int(str(row["conversions"]))
        assert (int(str(row["cost_micros"])) > 0) == (int(str(row["clicks"])) > 0)
        assert (int(str(row["value_micros"])) > 0) == (int(str(row["conversions"])) > 0)


def test_the_same_seed_tells_the_same_whoever_asks_first() -> None:
    first, second = tiny(), tiny()
    one_day = list(second.world.daily.rows(["ad"], TODAY, TODAY, {"2"}))
    assert one_day
    for box in (first, second):
        box.change(2)
    assert first.truth() == second.truth()
    assert first.truth() != tiny(seed=8).truth()


def test_recent_days_are_restated_and_old_ones_rest() -> None:
    time = Time()
    box = tiny(time, counts={"ads": 30})
    before = ads(box)
    box.change()
    after = ads(box)
    moved = {place for place in before if before[place] != after.get(place)}
    oldest = min(day for _, day in moved)
    assert moved
    assert oldest >= (TODAY - timedelta(days=14)).isoformat()
    assert TODAY.isoformat() not in {day for _, day in moved}
    both = [(before[place], after[place]) for place in moved if place in after]
    assert any(int(str(new["conversions"])) > int(str(old["conversions"])) for old, new in both)
    assert any(int(str(new["clicks"])) < int(str(old["clicks"])) for old, new in both)
    assert any(int(str(new["cost_micros"])) < int(str(old["cost_micros"])) for old, new in both)
    vanished = {place for place in moved if place not in after}
    assert vanished
    assert set(index(box.truth(["1"])["tiny_ad_daily"].gone, ("ad", "day"))) == vanished
    time.move(days=30)
    late = ads(box)
    box.change()
    assert {place: row for place, row in ads(box).items() if place[1] <= TODAY.isoformat()} == {
        place: row for place, row in late.items() if place[1] <= TODAY.isoformat()
    }, "nothing that old moves any more"


def test_every_row_once_told_is_there_or_gone() -> None:
    time = Time()
    box = tiny(time, counts={"ads": 12})
    seen: dict[str, set[object]] = {"tiny_ad_daily": set(), "tiny_campaign_daily": set()}
    keys = {"tiny_ad_daily": ("ad", "day"), "tiny_campaign_daily": ("campaign", "day")}
    for _ in range(8):
        truth = box.truth()
        for table, key in keys.items():
            present, gone = set(index(truth[table].present, key)), set(index(truth[table].gone, key))
            assert not present & gone
            assert seen[table] <= present | gone
            seen[table] |= present
        time.move(hours=17)
        box.change()
    assert box.truth()["tiny_ad_daily"].gone


def test_days_come_as_the_clock_moves_each_in_its_own_zone() -> None:
    time = Time()
    daily, leaf = one(time, size=50)
    tokyo = replace(leaf, zone="Asia/Tokyo")
    tomorrow = TODAY + timedelta(days=1)
    noon, evening = daily.cell(leaf, TODAY)["impressions"], daily.cell(tokyo, TODAY)["impressions"]
    assert daily.cell(tokyo, tomorrow) == {}
    time.move(hours=4)
    assert daily.cell(tokyo, tomorrow), "one in the morning there"
    assert daily.cell(leaf, tomorrow) == {}
    later = daily.cell(leaf, TODAY)["impressions"]
    time.move(days=1)
    whole = daily.cell(leaf, TODAY)["impressions"]
    assert (noon, later, evening) == (whole * 12 // 24, whole * 16 // 24, whole * 21 // 24)
    assert 0 < noon < later < whole
    assert daily.cell(leaf, tomorrow)


def test_what_was_deleted_keeps_its_history() -> None:
    time = Time()
    box = tiny(time)
    before = ads(box)
    world = box.world
    world.leaves[0] = replace(world.leaves[0], ends=TODAY + timedelta(days=1))
    time.move(days=3)
    after = ads(box)
    ended, going_on = world.leaves[0].id, world.leaves[1].id
    days = {ad: max(day for other, day in after if other == ad) for ad in (ended, going_on)}
    assert days[ended] <= TODAY.isoformat() < days[going_on]
    assert {place for place in before if place[0] == ended} <= set(after)


def test_what_a_test_sets() -> None:
    daily, leaf = one(Time())
    day = TODAY - timedelta(days=5)
    daily.set(leaf, day, impressions=3, clicks=1)
    assert daily.cell(leaf, day) == {"impressions": 3, "clicks": 1}
    daily.live()
    assert daily.cell(leaf, day) == {"impressions": 3, "clicks": 1}
    daily.set(leaf, day)
    assert daily.cell(leaf, day) == {}
    assert [when for _, when in daily.gone(["ad"], day, day)] == [day]
    daily.set(leaf, day, clicks=2)
    assert not list(daily.gone(["ad"], day, day))


@pytest.mark.slow
def test_a_long_history_takes_no_memory() -> None:
    time = Time()
    first = date(2016, 1, 1)
    leaves = [Leaf(str(number), "1", {"ad": str(number)}, first) for number in range(5)]
    daily = Daily(1, lambda: int(time.now.timestamp()), lambda: leaves)
    daily.live()
    tracemalloc.start()
    count = sum(1 for _ in daily.rows(["ad"], first, TODAY))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 15_000
    assert most < 1_000_000


def test_life_can_be_stilled() -> None:
    daily, leaf = one(Time(), life=Life(days=14, late=0, invalid=0, vanishing=1))
    day = TODAY - timedelta(days=1)
    while not daily.cell(leaf, day):
        day -= timedelta(days=1)
    daily.live()
    assert daily.cell(leaf, day) == {}
    still, leaf = one(Time(), life=Life(days=0))
    told = still.cell(leaf, day)
    still.live()
    assert still.cell(leaf, day) == told != {}
