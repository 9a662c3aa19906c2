"""What the bill reckons, held to the engine: a sync of every platform is played in the times that things take, counted,
and must be about what is reckoned for it, together never more."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from infra.cost.installation import FUNCTIONS, USUAL, Habits
from infra.cost.usage import Sync
from shared import log, model
from shared.messages import SliceReady, TableReady
from shared.platforms import PLATFORMS
from tests.cost.counting import Counted
from tests.cost.played import Played, instance_seconds, played
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

MORE = 1.40  # at most so much is reckoned for what was counted, over all platforms; and never less
MORE_OBJECTS = 1.60  # each call is reckoned to bring rows, and the accounts that are played have empty months
CLOSE = 0.40  # documents of a sync of one platform, as reckoned for what it did


@pytest.fixture(scope="module")
def every() -> list[Played]:
    with log.written_to(io.StringIO()):
        return [played(platform) for platform in sorted(PLATFORMS)]


def documents(did: Counter[str], habits: Habits) -> dict[str, float]:
    """Reads and writes of one sync, as infra/cost/usage.py adds them up."""
    return {
        "reads": habits.reads_a_run
        + did["slices"] * habits.reads_a_slice
        + did["calls"] * habits.reads_a_call
        + did["batches"] * habits.reads_a_batch,
        "writes": habits.writes_a_run + did["calls"] * habits.writes_a_call + did["batches"] * habits.writes_a_batch,
    }


def reckoned(sync: Sync) -> Counter[str]:
    found = Counter(slices=sync.slices, calls=sync.calls, objects=sync.objects, batches=sync.batches)
    found["requests"] = 3 + sync.slices + sync.batches
    found.update({kind: round(count) for kind, count in documents(found, Habits()).items()})
    return found


def test_syncs_of_all_platforms_take_no_more_than_is_reckoned_and_not_much_less(every: list[Played]) -> None:
    counted, whole = Counter[str](), Counter[str]()
    for each in every:
        counted.update(each.counts)
        whole.update(reckoned(each.reckoned))
    assert set(counted) == set(whole)
    for what, count in counted.items():
        most = MORE_OBJECTS if what == "objects" else MORE
        assert count <= whole[what] <= count * most, (what, count, whole[what])


def test_tables_have_as_many_batches_as_are_reckoned(every: list[Played]) -> None:
    """One batch for most of them, also where several slices fill them; more where reading takes minutes."""
    counted = sum(sum(each.loads.values()) for each in every)
    assert counted <= sum(each.reckoned.loads for each in every) <= counted * MORE
    several = [(each, table) for each in every for table, slices in each.slices.items() if slices > 1]
    assert len(several) > 80
    quick = [each.loads[table] for each, table in several if each.reckoned.loads == each.reckoned.tables]
    assert sum(quick) <= 1.1 * len(quick)
    slow = [each for each in every if each.reckoned.loads > each.reckoned.tables]
    assert {each.platform for each in slow} >= {"metricool"}


@pytest.mark.parametrize(("function", "message"), [("extract_page", SliceReady), ("load_batch", TableReady)])
def test_instances_are_busy_no_longer_than_is_reckoned(
    every: list[Played], function: str, message: type[SliceReady] | type[TableReady]
) -> None:
    """Of connections that sync alone, and of a client's usual ones that sync at the same moment."""

    def busy(sync: Sync) -> float:
        habits = Habits()
        if function == "extract_page":
            return sync.calls * habits.call_seconds
        return (sync.batches - sync.sweeps) * habits.batch_seconds + sync.sweeps * habits.sweep_seconds

    alone = sum(instance_seconds(function, each.work[message]) for each in every)
    as_alone = sum(busy(each.reckoned) for each in every) / FUNCTIONS[function].alone
    assert alone <= as_alone <= alone * MORE, (alone, as_alone)
    usual = [each for each in every if each.platform in USUAL[:5]]
    together = instance_seconds(function, [work for each in usual for work in each.work[message]])
    as_together = sum(busy(each.reckoned) for each in usual) / FUNCTIONS[function].together
    assert together <= as_together <= together * MORE, (together, as_together)


def test_the_documents_of_a_sync_follow_from_what_it_did(every: list[Played]) -> None:
    for each in every:
        for kind, expected in documents(each.counts, Habits()).items():
            assert expected == pytest.approx(each.counts[kind], rel=CLOSE), (each.platform, kind, each.counts)


def test_a_tick_with_nothing_to_do_takes_five_reads() -> None:
    world = Pipeline("emailoctopus", counts={"lists": 1, "contacts": 2, "campaigns": 1})
    world.sync("first")
    world.machine.documents.set(
        model.path("demo", "connections", world.connection.id),
        {**model.to_doc(world.connection), "next_sync_at": None},
    )
    documents = Counted(world.machine.documents)
    world.machine.ticker.__class__(documents, world.machine.bus, world.clock).tick()
    assert documents.counts == {"reads": Habits().reads_a_tick}
