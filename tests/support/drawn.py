"""Every change of a state that a test brings about must be drawn in docs/states.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import documents
from tests.transitions import pictures

KINDS = {
    "slices": "SliceState",
    "runs": "RunState",
    "pages": "PageState",
    "batches": "BatchState",
    "connections": "ConnectionState",
    "calls": "CallState",
    "wishes": "WishState",
    "letters": "LetterState",
    "alarms": "AlarmState",
    "deliveries": "DeliveryState",
}
DRAWN = {(name, *arrow) for name, kind in KINDS.items() for arrow in pictures()[kind]}


@pytest.fixture(autouse=True)
def every_step_is_drawn() -> Iterator[None]:
    documents.STEPPED.clear()
    yield
    found = undrawn()
    assert not found, f"not in docs/states.md: {sorted(found)}"


def undrawn() -> set[tuple[str, str, str]]:
    """A document that was written with the state that it has is no step, and one that is deleted ends without one."""
    steps = {step for step in documents.STEPPED if step[0] in KINDS and step[2] and step[1] != step[2]}
    return steps - DRAWN
