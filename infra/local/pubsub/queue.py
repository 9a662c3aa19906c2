"""What one subscription still has to deliver. Pure: it is told the time.

Retry: https://cloud.google.com/pubsub/docs/handling-failures
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from infra.local.wire import Proto

# (failed attempts so far, shortest, longest) -> seconds until the next attempt
Backoff: TypeAlias = Callable[[int, float, float], float]

# Without a retry policy a pull is retried at once; the service backs push off from 100 ms to 60 s.
_PULL_WITHOUT_POLICY = (0.0, 0.0)
_PUSH_WITHOUT_POLICY = (0.1, 60.0)
_POLICY_DEFAULTS = (10.0, 600.0)
_DEFAULT_ATTEMPTS = 5


def exponential(failures: int, shortest: float, longest: float) -> float:
    """Twice as long after every failure, within bounds; without jitter, so that tests can tell."""
    return min(longest, shortest * 2.0 ** min(failures - 1, 60))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to hand a message over."""

    subscription: str
    ack_id: str
    message: Proto
    attempt: int


@dataclass(slots=True)
class _Pending:
    """A message not yet acknowledged."""

    message: Proto
    attempts: int
    due: float  # when it may be delivered or, while it is leased, when the lease ends
    lease: int = 0  # number of the delivery under way; 0: none


# (when, tie-break: the older message first, message id), as a heap
_Agenda: TypeAlias = list[tuple[float, int, str]]


class Queue:
    """The pending messages of one subscription."""

    def __init__(self, subscription: Proto, backoff: Backoff = exponential) -> None:
        self.subscription = subscription
        self._backoff = backoff
        self._pending: dict[str, _Pending] = {}
        self._waiting: _Agenda = []
        self._leases: _Agenda = []
        self._sequence = 0
        self.leased = 0

    def __len__(self) -> int:
        return len(self._pending)

    def message_ids(self) -> list[str]:
        """The ids of everything pending."""
        return list(self._pending)

    @property
    def pushes(self) -> bool:
        """Whether messages are posted to an endpoint."""
        return bool(self.subscription.push_config.push_endpoint)

    @property
    def most_attempts(self) -> int | None:
        """After how many attempts a message is a dead letter; None without a policy."""
        if not self.subscription.HasField("dead_letter_policy"):
            return None
        return self.subscription.dead_letter_policy.max_delivery_attempts or _DEFAULT_ATTEMPTS

    def add(self, message: Proto, now: float, attempts: int = 0) -> None:
        """Take in a message to deliver from now on."""
        pending = self._pending[message.message_id] = _Pending(message, attempts, now)
        self._plan(pending)

    def take(self, now: float, most: int) -> list[Delivery]:
        """Lease up to this many messages whose time has come."""
        taken: list[Delivery] = []
        while len(taken) < most and (pending := self._first(self._waiting)) is not None and pending.due <= now:
            heapq.heappop(self._waiting)
            self._sequence += 1
            pending.lease, pending.attempts = self._sequence, pending.attempts + 1
            pending.due = now + self.subscription.ack_deadline_seconds
            self.leased += 1
            self._plan(pending)
            taken.append(self._delivery(pending))
        return taken

    def next_due(self, room: bool = True) -> float | None:
        """When a lease ends or, given room for another delivery, the next message may be delivered."""
        agendas = (self._leases, self._waiting) if room else (self._leases,)
        return min((first.due for agenda in agendas if (first := self._first(agenda))), default=None)

    def acknowledge(self, ack_id: str) -> Proto | None:
        """Done: gives the message, or None when this delivery is no longer the current one."""
        pending = self._leased(ack_id)
        if pending is None:
            return None
        return self._remove(pending)

    def extend(self, ack_id: str, seconds: int, now: float) -> None:
        """Move the end of a lease."""
        if (pending := self._leased(ack_id)) is not None:
            pending.due = now + seconds
            self._plan(pending)

    def fail(self, ack_id: str, now: float) -> Delivery | None:
        """Not delivered this time; gives the attempt that failed, or None when it is not the current one."""
        pending = self._leased(ack_id)
        return None if pending is None else self._failed(pending, now)

    def lapse(self, now: float) -> Iterator[Delivery]:
        """Fail every delivery whose lease has ended."""
        while (pending := self._first(self._leases)) is not None and pending.due <= now:
            heapq.heappop(self._leases)
            yield self._failed(pending, now)

    def bury(self, delivery: Delivery) -> bool:
        """Take a failed message out for good; False when it is gone already."""
        pending = self._pending.get(delivery.message.message_id)
        return pending is not None and self._remove(pending) is not None

    def exhausted(self, delivery: Delivery) -> bool:
        """Whether this failed attempt was the last one allowed."""
        return self.most_attempts is not None and delivery.attempt >= self.most_attempts

    def _failed(self, pending: _Pending, now: float) -> Delivery:
        failed = self._delivery(pending)
        pending.lease = 0
        self.leased -= 1
        pending.due = now + self._backoff(pending.attempts, *self._bounds())
        self._plan(pending)
        return failed

    def _bounds(self) -> tuple[float, float]:
        if not self.subscription.HasField("retry_policy"):
            return _PUSH_WITHOUT_POLICY if self.pushes else _PULL_WITHOUT_POLICY
        policy = self.subscription.retry_policy
        shortest, longest = _POLICY_DEFAULTS
        if policy.HasField("minimum_backoff"):
            shortest = policy.minimum_backoff.ToMicroseconds() / 1e6
        if policy.HasField("maximum_backoff"):
            longest = policy.maximum_backoff.ToMicroseconds() / 1e6
        return shortest, longest

    def _delivery(self, pending: _Pending) -> Delivery:
        ack_id = f"{pending.message.message_id}:{pending.lease}"
        return Delivery(self.subscription.name, ack_id, pending.message, pending.attempts)

    def _leased(self, ack_id: str) -> _Pending | None:
        message_id, _, lease = ack_id.partition(":")
        pending = self._pending.get(message_id)
        return pending if pending is not None and pending.lease and str(pending.lease) == lease else None

    def _remove(self, pending: _Pending) -> Proto:
        if pending.lease:
            self.leased -= 1
        del self._pending[pending.message.message_id]
        return pending.message

    def _plan(self, pending: _Pending) -> None:
        """Put a message on the agenda; an earlier entry for it becomes stale and is skipped."""
        agenda = self._leases if pending.lease else self._waiting
        heapq.heappush(agenda, (pending.due, int(pending.message.message_id), pending.message.message_id))

    def _first(self, agenda: _Agenda) -> _Pending | None:
        """The message whose turn is next on an agenda."""
        while agenda:
            due, _, message_id = agenda[0]
            pending = self._pending.get(message_id)
            if pending is not None and pending.due == due and bool(pending.lease) == (agenda is self._leases):
                return pending
            heapq.heappop(agenda)
        return None
