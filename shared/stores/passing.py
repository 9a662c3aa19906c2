"""Refusals of Google's services that pass by themselves, and trying again before anybody is told.

What passes within seconds is tried again where it happened, here; what takes longer waits in a document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from google.api_core import exceptions as api
from google.auth import exceptions as auth
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from shared.clock import LONGEST_PAUSE, Clock

T = TypeVar("T")
TRIES = 5
PASSING = (
    api.Aborted,
    api.BadGateway,
    api.GatewayTimeout,  # DeadlineExceeded is one
    api.InternalServerError,
    api.RetryError,
    api.ServiceUnavailable,
    api.TooManyRequests,  # ResourceExhausted is one
    auth.TransportError,
    OSError,  # what sockets, TLS and `requests` raise
)


def passes(error: BaseException) -> bool:
    """Whether it is Google Cloud that was out of order for a moment, and not we who asked for nonsense."""
    return isinstance(error, PASSING)


def again(
    clock: Clock,
    act: Callable[[], T],
    when: Callable[[BaseException], bool] = passes,
    tries: int = TRIES,
    first: float = 0.25,
) -> T:
    """Do it, and again after a fault of this kind: some times, after pauses of chance that may grow from `first`."""
    trying = Retrying(
        sleep=clock.pause,
        stop=stop_after_attempt(tries),
        wait=wait_random_exponential(multiplier=first, max=LONGEST_PAUSE),
        retry=retry_if_exception(when),
        reraise=True,
    )
    return trying(act)
