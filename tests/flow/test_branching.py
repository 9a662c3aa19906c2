"""A kill at every side effect must be one: each in a life of its own, and none that goes wrong is missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pytest

from tests.support import documents
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fate, Killed

pytestmark = pytest.mark.slow

STEPS = ("objects.write", "documents.set", "bus.publish")


@dataclass
class Told:
    """What a life did; a kill is survived by beginning its step again."""

    fate: Fate
    done: list[str] = field(default_factory=list)

    def live(self) -> None:
        for step in STEPS:
            act = partial(self.done.append, step)
            try:
                self.fate.meet(step, act)
            except Killed:
                self.fate.meet(step, act)


def outcome(life: Told) -> tuple[bool, str]:
    return life.fate.killed, " ".join(life.done)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_each_side_effect_is_killed_once_and_the_first_life_is_not(before: bool) -> None:
    lives: list[Told] = []

    def life(fate: Branching) -> None:
        lives.append(Told(fate))
        lives[0].live()
        if fate.at is not None:
            again = [STEPS[fate.at]] * (1 if before else 2)
            assert lives[0].done == [*STEPS[: fate.at], *again, *STEPS[fate.at + 1 :]]
            assert fate.killed
            assert fate.before == before

    fate = live(life, at_each(before))
    assert fate.seen == [*STEPS]
    assert fate.branches == fate.count == 3
    assert outcome(lives[0]) == (False, " ".join(STEPS))


def test_what_is_one_death_is_lived_once() -> None:
    moments = iter(["first", "first", "first", "second", "second"])  # after and before each, and after the last

    def life(fate: Branching) -> None:
        fate.moment = lambda: next(moments)
        told = Told(fate)
        told.live()
        if fate.at is not None:
            assert told.done == [*STEPS]
            assert fate.at in (0, 2)

    fate = live(life, at_each(True))
    assert (fate.branches, fate.same) == (2, 1)


def test_a_side_effect_within_another_does_not_come_after_one() -> None:
    fate, within = Branching(moment=lambda: "always"), list[bool]()
    fate.meet("bus.publish", int)
    assert fate.goes_on()
    fate.meet("documents.transact", lambda: within.append(fate.goes_on()))
    assert within == [False]
    assert fate.goes_on()


def test_those_that_are_chosen_are_killed() -> None:
    fate = live(lambda fate: Told(fate).live(), lambda at: [True, False] if at == 1 else [])
    assert fate.branches == 2


def test_what_leads_there_is_not_killed() -> None:
    def life(fate: Branching) -> None:
        Told(fate).live()
        fate.arm()
        fate.meet("bus.publish", int)

    with pytest.raises(AssertionError, match=r"killed before effect 0: bus\.publish\n(.|\n)*Killed"):
        live(life, at_each(True), armed=False)


def test_a_life_that_ends_badly_after_its_kill_is_told_with_its_kill() -> None:
    def life(fate: Branching) -> None:
        told = Told(fate)
        told.live()
        assert told.done.count("documents.set") == 1, "done twice"

    with pytest.raises(AssertionError, match=r"killed after effect 1: documents\.set\n(.|\n)*done twice"):
        live(life, at_each(False))


def test_a_step_that_nobody_drew_is_noticed_after_a_kill_as_well() -> None:
    def life(fate: Branching) -> None:
        Told(fate).live()
        if fate.killed:
            documents.STEPPED.add(("slices", "loaded", "planned"))

    with pytest.raises(AssertionError, match=r"not in docs/states\.md: .*'planned'"):
        live(life, at_each(True))
    assert ("slices", "loaded", "planned") not in documents.STEPPED, "a copy leaves nothing behind"


def test_a_kill_that_comes_to_nothing_is_none() -> None:
    with pytest.raises(AssertionError, match="nothing was killed"):
        live(lambda fate: Told(fate).live(), lambda at: [])


def test_what_goes_wrong_where_nothing_is_killed_is_told_as_it_is() -> None:
    def life(fate: Branching) -> None:
        Told(fate).live()
        assert fate.killed, "without a kill"

    with pytest.raises(AssertionError, match="without a kill"):
        live(life, at_each(True))


def test_steps_of_others_in_this_process_are_none_of_its_own() -> None:
    documents.STEPPED.add(("runs", "", "completed"))
    live(lambda fate: Told(fate).live(), at_each(True))
    documents.STEPPED.clear()
