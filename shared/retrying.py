"""What is tried again inside a process: how often, and with which pauses.

Pauses are moments of chance that may grow, because those who met would otherwise meet again. They pass on the clock
that is handed in, and none is longer than a process may wait; what takes longer waits in a document. What one of
Google's clients tries again by itself is not tried again here: the file that calls it says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_attempt,
    stop_never,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from shared.clock import LONGEST_PAUSE, Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    first: float  # seconds that the pause before the second try may last; twice as many before each further one
    tries: int = 0  # at most; 0: until the moment that is named
    least: float = 0.0  # seconds that each pause lasts
    within: timedelta | None = None  # after that, no further try is begun

    def retrying(self, clock: Clock, until: datetime | None = None, **more: Any) -> Retrying:
        """For whoever needs more than `again` and `look` give. `until`: as `within`, named by the caller."""
        end = until or (clock.now() + self.within if self.within else None)
        stop: stop_base = stop_after_attempt(self.tries) if self.tries else stop_never
        return Retrying(
            sleep=clock.pause,
            stop=stop | _Passed(clock, end) if end else stop,
            wait=wait_random_exponential(multiplier=self.first, min=self.least, max=LONGEST_PAUSE),
            **more,
        )


@dataclass(frozen=True)
class _Passed(stop_base):
    """A moment of the clock that is handed in; tenacity's own limits of time ask the machine."""

    clock: Clock
    end: datetime

    def __call__(self, retry_state: RetryCallState) -> bool:
        return self.clock.now() >= self.end


# A transaction that meets another one: short, because the other ends soon; many, because there may be a crowd.
MEETING = Policy(first=0.05, tries=12)
# A change, by reading and writing, of what somebody else changes at this moment; whoever gives up comes again anyway.
CHANGING = Policy(first=0.05, tries=5)
# One of Google's services is out of order for a moment. What lasts longer is told to whoever waits.
OUTAGE = Policy(first=0.25, tries=5)
# A message is a nudge that somebody waits for; lost, it costs a minute or two, so not longer than half of that.
PUBLISHING = Policy(first=0.1, tries=6, within=timedelta(seconds=20))
# What may be the only copy of a live refresh token: for as long as the lease lasts under which it was asked for.
KEEPING = Policy(first=0.25)
# What another worker is making: two looks, no sooner than it can be there; then the work is parked for seconds.
LOOKING = Policy(first=0.6, tries=3, least=0.4)
# A platform that is away while its access is given back: once it is destroyed here, that can never be done.
GIVING_BACK = Policy(first=1.0, tries=3, least=0.5)


def again(clock: Clock, policy: Policy, act: Callable[[], T], when: Callable[[BaseException], bool]) -> T:
    """Do it, and again after a fault of this kind; the last fault is raised."""
    return policy.retrying(clock, retry=retry_if_exception(when), reraise=True)(act)


def look(clock: Clock, policy: Policy, for_it: Callable[[], T | None]) -> T | None:
    """Look for something, and again while there is nothing; nothing in the end."""
    return policy.retrying(clock, retry=retry_if_result(_nothing), retry_error_callback=lambda _: None)(for_it)


def _nothing(found: object) -> bool:
    return found is None
