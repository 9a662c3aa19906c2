"""A dead letter finds a run in any state, and a person tries again what failed: in the end every run has ended.

A message dies also because all workers were busy. So what waits, what somebody is at work on and what succeeded must
come to no harm by it; and whatever fails takes nothing with it that stays open.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import log, model
from shared.messages import TableReady
from shared.model import Page, Slice, from_doc, to_doc
from shared.states import OPEN_SLICE, PageState, RunState, SliceState
from shared.sync import batches, failures, second_chance
from shared.sync.failures import Failures
from shared.sync.leases import problem_doc
from shared.sync.second_chance import Retrier
from shared.sync.slice_closing import SliceUpdate
from tests.flow.dead_letters import CASES, PAGES, ROWS, TABLE, TOPICS, Case, Moment, dead, retried, set_up, walk
from tests.support.machine import Machine

pytestmark = pytest.mark.slow

READ = Case(SliceState.STAGED, (PageState.WAITING,) * PAGES, "none", False)
IN_A_BATCH = replace(READ, table="left", batch=True)


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


@pytest.mark.parametrize("topics", [TOPICS[:1], TOPICS[1:], TOPICS, TOPICS[::-1]], ids="-then-".join)
def test_whatever_a_dead_letter_meets_the_run_ends(topics: tuple[str, ...]) -> None:
    assert len(CASES) > 70
    found = {str(case): wrong for case in CASES if (wrong := walk(case, topics))}
    assert not found


def slice_of(machine: Machine, told: Moment) -> dict[str, Any]:
    found: dict[str, Any] = machine.documents.docs[model.path("demo", "slices", told.slice)]
    return found


def failed_alone(machine: Machine, told: Moment) -> None:
    """The slice, and the run with it; its pages go on waiting."""
    slice_of(machine, told).update(state=SliceState.FAILED, problem={"code": "worker-died"}, lease_until=None)
    machine.extractor.runs.advance("demo", told.run)
    assert machine.run(told.run)["state"] == RunState.FAILED


def test_a_slice_whose_pages_were_all_loaded_meanwhile_is_closed_by_trying_it_again() -> None:
    machine, told = set_up(READ)
    failed_alone(machine, told)
    machine.settle()
    assert (slice_of(machine, told)["state"], slice_of(machine, told)["loaded"]) == (SliceState.FAILED, PAGES)
    assert retried(machine, told.run) == 1
    machine.settle()
    assert machine.run(told.run)["state"] == RunState.COMPLETED
    assert machine.documents.find("workspaces/demo/cursors"), "as if it had been closed in the first place"


def test_a_slice_whose_pages_have_reached_their_end_is_read_anew() -> None:
    machine, told = set_up(READ)
    failed_alone(machine, told)
    for path in [path for path in machine.documents.docs if "/pages/" in path]:
        del machine.documents.docs[path]
    machine.settle()
    assert retried(machine, told.run) == 1
    machine.settle()
    assert machine.run(told.run)["state"] == RunState.COMPLETED
    assert not machine.inconsistencies()
    assert len(machine.loader.warehouse.inner.current("demo", TABLE)) == ROWS  # type: ignore[attr-defined]


def test_what_fails_while_it_is_tried_again_is_tried_whole() -> None:
    """A batch fails between the look for failed pages and the transaction that makes them wait again."""
    machine, told = set_up(IN_A_BATCH)
    failed_alone(machine, told)
    inner, struck = machine.documents, list[bool]()

    class Striking:
        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

        def find(self, *args: Any, **more: Any) -> Any:
            found = inner.find(*args, **more)
            if not struck:
                struck.append(True)
                dead(machine, told, TableReady.topic)
            return found

    assert Retrier(Striking(), machine.bus, machine.clock).retry("demo", told.slice)
    machine.settle()
    assert machine.run(told.run)["state"] == RunState.COMPLETED
    assert not machine.inconsistencies()


def test_a_batch_that_a_loader_is_applying_is_not_failed_by_a_dead_letter() -> None:
    machine, told = set_up(READ)
    warehouse = machine.loader.warehouse.inner  # type: ignore[attr-defined]
    apply = warehouse.apply

    def meanwhile(load: Any) -> int:
        dead(machine, told, TableReady.topic)
        return int(apply(load))

    warehouse.apply = meanwhile
    machine.deliver(TableReady("demo", TABLE))
    assert slice_of(machine, told)["state"] == SliceState.LOADED


def test_what_is_tried_again_cannot_hurt_its_neighbours() -> None:
    """Its pages were refused before, so they are loaded by themselves."""
    machine, told = set_up(IN_A_BATCH)
    docs = machine.documents.docs
    refused = sorted(path for path in docs if "/pages/" in path)
    dead(machine, told, TableReady.topic)
    machine.bus.waiting.clear()
    page = from_doc(Page, docs[refused[0]])
    docs[model.path("demo", "pages", "zzz")] = to_doc(replace(page, id="zzz", slice="other", state=PageState.WAITING))
    part = from_doc(Slice, slice_of(machine, told))
    docs[model.path("demo", "slices", "other")] = to_doc(
        replace(part, id="other", state=SliceState.STAGED, to_load=1, loaded=0, problem=None)
    )
    for path in refused:
        machine.objects.write(f"{path}.gz", b"what no load job takes", {})
        docs[path]["object"] = f"{path}.gz"
    assert Retrier(machine.documents, machine.bus, machine.clock).retry("demo", told.slice)
    for _ in range(8):
        machine.deliver(TableReady("demo", TABLE))
        machine.clock.forward(minutes=12)
    assert {part["id"]: part["state"] for part in machine.slices(told.run)} == {
        "other": SliceState.LOADED,
        told.slice: SliceState.FAILED,
    }
    together = [batch for batch in machine.documents.find_all("batches") if len(batch["pages"]) > PAGES]
    assert not together


# -- engines broken on purpose ---------------------------------------------------------------------------


def the_walk() -> None:
    assert not any(walk(case, TOPICS[::-1]) for case in CASES)


def whatever_it_is_at(self: Any, workspace: str, name: str) -> None:
    """Mutant: every slice that is open fails by its dead letter."""

    def work(tx: Any) -> str:
        doc = tx.get(model.path(workspace, "slices", name))
        if doc["state"] in OPEN_SLICE:
            failed = batches.given_up(from_doc(Slice, doc), problem_doc(failures.GAVE_UP), self.clock.now())
            tx.set(model.path(workspace, "slices", name), to_doc(failed))
        return str(doc["run"])

    self.runs.advance(workspace, self.documents.transact(work))


def the_pages_only(tx: Any, table: Any, batch: Any, pages: list[Page], *rest: Any) -> Any:
    """Mutant: the slices of a batch that failed stay as they are."""
    runs = batches.fail_batch(tx, table, batch, [], *rest)
    for page in pages:
        tx.update(model.path(page.workspace, "pages", page.id), {"state": PageState.FAILED})
    return runs | {page.run for page in pages}


def without_a_new_fence(part: Slice, *rest: Any) -> Slice:
    """Mutant: who works on a slice does not see that it failed."""
    return replace(given_up(part, *rest), fence=part.fence)


given_up = batches.given_up


def among_the_others(value: Any) -> dict[str, Any]:
    """Mutant: what is tried again is loaded with all others."""
    return {**to_doc(value), **({"alone": False} if isinstance(value, Page) else {})}


def nobody_works(self: Any) -> None:
    """Mutant: every lease looks as if it had run out."""
    begin(self)
    real = self.clock

    class Tomorrow:
        def now(self) -> Any:
            return real.now() + timedelta(days=1)

    object.__setattr__(self, "clock", Tomorrow())


begin = Failures.__post_init__


Patch = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, tuple[Patch, Callable[[], None]]] = {
    "a table's dead letter ignored": (lambda patch: patch.setattr(Failures, "_table", lambda *_: None), the_walk),
    "a slice's dead letter ignored": (lambda patch: patch.setattr(Failures, "_slice", lambda *_: None), the_walk),
    "somebody is at work ignored": (lambda patch: patch.setattr(Failures, "__post_init__", nobody_works), the_walk),
    "what waits fails": (lambda patch: patch.setattr(Failures, "_slice", whatever_it_is_at), the_walk),
    "pages fail without slices": (lambda patch: patch.setattr(failures, "fail_batch", the_pages_only), the_walk),
    "a lease on a table ignored": (
        lambda patch: patch.setattr(Failures, "__post_init__", nobody_works),
        test_a_batch_that_a_loader_is_applying_is_not_failed_by_a_dead_letter,
    ),
    "nothing is settled": (
        lambda patch: patch.setattr(second_chance, "close_slice", lambda part, *_: SliceUpdate(part)),
        test_a_slice_whose_pages_were_all_loaded_meanwhile_is_closed_by_trying_it_again,
    ),
    "no new fence": (
        lambda patch: patch.setattr(batches, "given_up", without_a_new_fence),
        test_what_fails_while_it_is_tried_again_is_tried_whole,
    ),
    "tried again among the others": (
        lambda patch: patch.setattr(second_chance, "to_doc", among_the_others),
        test_what_is_tried_again_cannot_hurt_its_neighbours,
    ),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_broken_engine_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks, test = MUTANTS[mutant]
    breaks(monkeypatch)
    with pytest.raises(AssertionError):
        test()
