"""The pace of an allowance that all connections of our app share: turns, dealt to lanes. Pure.

Turns are numbered from a moment on, one after the other at the pace that is allowed, and each lane has every so-manieth
of them. So lanes need not know of one another, and each is a document that is written less than once a second, which
is what Firestore documents as its limit for long.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.stores.ports import Doc
from shared.vocabulary.platform import Limits

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def lanes_of(limits: Limits) -> int:
    """In how many documents the pace is kept; 0: in the one of the allowance itself."""
    paced = limits.per_second is not None and limits.per_second > 1
    simple = limits.burst == 1 and limits.remaining_header is None
    return int(limits.per_second or 0) + 1 if paced and simple and limits.shared_by == "app" else 0


def next_turn(limits: Limits, lane: int, doc: Doc | None, now: datetime) -> int:
    """The number of the lane's next turn that is neither over nor taken."""
    lanes = lanes_of(limits)
    due = -((EPOCH - now) // _gap(limits))  # rounded up
    taken: int = (doc or {}).get("turn", 0)
    return max(due + (lane - due) % lanes, taken + lanes)


def moment(limits: Limits, turn: int) -> datetime:
    return EPOCH + turn * _gap(limits)


def _gap(limits: Limits) -> timedelta:
    return timedelta(seconds=1 / (limits.per_second or 1.0))
