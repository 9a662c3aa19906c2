"""The ways platforms limit their callers. Each counts what it refuses.

What depends on the call (its account, its tier, its cost) is next door, in `costs.py`.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from threading import Lock
from typing import Protocol

from infra.sandbox.refusals import Refusal
from infra.sandbox.times import Now, day

Ticks = Callable[[], float]
Said = dict[str, str]  # headers


class Limit(Protocol):
    """`enter` raises when the call is one too many; `leave` follows every call that entered."""

    name: str
    refused: int

    def enter(self) -> None: ...

    def leave(self) -> None: ...

    def headers(self) -> dict[str, str]: ...


class AtOnce:
    """So many calls in flight at the same moment."""

    name = "at_once"

    def __init__(self, most: int) -> None:
        self.most, self.running, self.refused = most, 0, 0
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            if self.running >= self.most:
                self.refused += 1
                raise Refusal("limited", 429)
            self.running += 1

    def leave(self) -> None:
        with self._lock:
            self.running -= 1

    def headers(self) -> dict[str, str]:
        return {}


class PerSecond:
    """So many calls in any stretch of one second. A refused call does not count."""

    name = "per_second"

    def __init__(self, most: int, ticks: Ticks) -> None:
        self.most, self.ticks, self.refused = most, ticks, 0
        self._recent: deque[float] = deque()
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            now = self.ticks()
            while self._recent and self._recent[0] <= now - 1.0:
                self._recent.popleft()
            if len(self._recent) >= self.most:
                self.refused += 1
                raise Refusal("limited", 429)
            self._recent.append(now)

    def leave(self) -> None:
        pass

    def headers(self) -> dict[str, str]:
        return {}


class PerDay:
    """So many calls until midnight UTC."""

    name = "per_day"

    def __init__(self, most: int, now: Now) -> None:
        self.most, self.now, self.refused, self.used = most, now, 0, 0
        self._day = day(now())
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            today = day(self.now())
            if today != self._day:
                self._day, self.used = today, 0
            if self.used >= self.most:
                self.refused += 1
                raise Refusal("quota", 429)
            self.used += 1

    def leave(self) -> None:
        pass

    def headers(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Window:
    """One of the windows of `Windows`, at this moment."""

    most: int
    seconds: float
    left: int
    reset: int  # whole seconds until it begins anew


class Windows:
    """So many calls in each of several windows at once: a burst and a steady rate. A refused call does not count.

    A window begins with the first call in it. `say` writes the headers of an answer, `refuse` those of a refusal from
    the window that ended first and is full.
    """

    name = "windows"

    def __init__(
        self,
        windows: Mapping[float, int],  # seconds -> calls
        ticks: Ticks,
        say: Callable[[Sequence[Window]], Said] = lambda _: {},
        refuse: Callable[[Window], Said] = lambda window: {"Retry-After": str(window.reset)},
    ) -> None:
        self.windows, self.ticks, self.refused = dict(windows), ticks, 0
        self.say, self.write = say, refuse
        self._begun = dict.fromkeys(self.windows, ticks())
        self._used = dict.fromkeys(self.windows, 0)
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            full = [window for window in self._now() if window.left < 1]
            if full:
                self.refused += 1
                raise Refusal("limited", 429, headers=self.write(max(full, key=lambda window: window.reset)))
            for seconds in self.windows:
                self._used[seconds] += 1

    def leave(self) -> None:
        pass

    def headers(self) -> Said:
        with self._lock:
            return self.say(self._now())

    def _now(self) -> list[Window]:
        now, found = self.ticks(), []
        for seconds, most in self.windows.items():
            if now >= self._begun[seconds] + seconds or not self._used[seconds]:
                self._begun[seconds], self._used[seconds] = now, 0
            reset = max(1, ceil(self._begun[seconds] + seconds - now))
            found.append(Window(most, seconds, most - self._used[seconds], reset))
        return found


class Bucket:
    """Tokens that refill steadily; what is left, and how long to wait, is said in headers, when they have names.

    `say` adds headers in the platform's own way.
    """

    name = "bucket"

    def __init__(
        self,
        size: int,
        per_second: float,
        ticks: Ticks,
        left: str = "",
        retry: str = "Retry-After",
        say: Callable[["Bucket"], Said] = lambda _: {},
    ) -> None:
        self.size, self.per_second, self.ticks, self.refused = size, per_second, ticks, 0
        self.left, self.retry, self.say = left, retry, say
        self.tokens = float(size)
        self._last = ticks()
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            now = self.ticks()
            self.tokens = min(self.size, self.tokens + (now - self._last) * self.per_second)
            self._last = now
            if self.tokens < 1:
                self.refused += 1
                wait = max(1, ceil((1 - self.tokens) / self.per_second))
                raise Refusal("limited", 429, headers={self.retry: str(wait)} if self.retry else {})
            self.tokens -= 1

    def leave(self) -> None:
        pass

    def headers(self) -> Said:
        return ({self.left: str(int(self.tokens))} if self.left else {}) | self.say(self)
