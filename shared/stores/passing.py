"""Refusals of Google's services that pass by themselves, and trying again before anybody is told.

What passes within seconds is tried again where it happened, here; what takes longer waits in a document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from google.api_core import exceptions as api
from google.auth import exceptions as auth

from shared.clock import Clock
from shared.retrying import OUTAGE, again

T = TypeVar("T")
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


def through_outages(clock: Clock, act: Callable[[], T]) -> T:
    """Do it, and again while a service is out of order. The call must be one that its client does not repeat itself."""
    return again(clock, OUTAGE, act, passes)
