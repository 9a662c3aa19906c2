"""A letter that was written down goes out, also when nobody was told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.letters.letter import Kind, Letter, want
from shared.letters.reminding import QUIET, Reminder
from shared.messages import LetterWanted
from shared.model import to_doc
from shared.states import LetterState
from tests.support.memory import MemoryBus, MemoryDocuments, Time


@pytest.fixture
def there() -> Reminder:
    return Reminder(MemoryDocuments(), MemoryBus(), Time())


def written(there: Reminder, **more: object) -> Letter:
    now = there.clock.now()
    made = want(Kind.INVITATION, "a@b.example", {"link": "https://x"}, now, now + timedelta(days=7))
    letter = replace(made, **more)  # type: ignore[arg-type]
    there.documents.set(letter.path, to_doc(letter))
    return letter


def said(there: Reminder) -> list[object]:
    bus = there.bus
    assert isinstance(bus, MemoryBus)
    return list(bus.published)


def test_a_letter_of_which_nobody_was_told_is_told_two_minutes_later(there: Reminder) -> None:
    letter = written(there)
    assert there.remind() == 0, "whoever wrote it may be about to tell"
    clock = there.clock
    assert isinstance(clock, Time)
    clock.forward(seconds=QUIET.total_seconds())
    assert there.remind() == 1
    assert said(there) == [LetterWanted(letter.id)]


@pytest.mark.parametrize("state", [each for each in LetterState if each is not LetterState.WANTED])
def test_what_is_on_its_way_or_ended_is_left_alone(there: Reminder, state: LetterState) -> None:
    written(there, state=state, created_at=there.clock.now() - timedelta(hours=1))
    assert there.remind() == 0
    assert said(there) == []


def test_what_is_of_no_use_any_more_is_left_alone(there: Reminder) -> None:
    written(there, created_at=there.clock.now() - timedelta(days=8), useless_at=there.clock.now())
    assert there.remind() == 0
