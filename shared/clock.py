"""Time, as a thing that is handed in. Only this file asks the machine what time it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Years that anybody can mean. Other ones are marks of a platform's own (“never”, “no end”) or slips of the hand. In
# GoogleSQL, taking the first or the last of all days into another zone, or a day further, is an error that fails the
# whole query: a mart, and with it that of all clients.
EARLIEST, LATEST = 1900, 2200
LONGEST_PAUSE = 2.0  # seconds; anything longer is a parked document, not a waiting process


class Clock(Protocol):
    def now(self) -> datetime: ...

    def pause(self, seconds: float) -> None: ...


class Beating(Clock, Protocol):
    """A clock that strikes, too."""

    def every(self, seconds: float, act: Callable[[], None]) -> AbstractContextManager[None]:
        """While the context lasts, act again and again, beside whatever happens in it. `act` raises nothing."""
        ...


@dataclass(frozen=True)
class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def pause(self, seconds: float) -> None:
        """Spacing between two calls of a limited platform, never a wait for something to happen."""
        threading.Event().wait(min(max(seconds, 0.0), LONGEST_PAUSE))

    @contextmanager
    def every(self, seconds: float, act: Callable[[], None]) -> Iterator[None]:
        over = threading.Event()

        def strike() -> None:
            while not over.wait(seconds):
                act()

        threading.Thread(target=strike, name="beat", daemon=True).start()
        try:
            yield
        finally:
            over.set()


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """An ISO 8601 moment or date; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def of_our_time(moment: datetime) -> datetime:
    """In UTC. What lies beyond is a slip of the hand, and an hour more or less would leave what a moment can be."""
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment at the end of time") from None
    if not EARLIEST <= found.year < LATEST:
        raise ValueError(f"a moment outside of {EARLIEST} to {LATEST}")
    return found


def midnight_after(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
