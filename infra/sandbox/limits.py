"""The ways platforms limit their callers. Each counts what it refuses."""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from infra.sandbox.spec import Refusal
from infra.sandbox.times import Now, day

Ticks = Callable[[], float]


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


class Bucket:
    """Tokens that refill steadily; what is left, and how long to wait, is said in headers."""

    name = "bucket"

    def __init__(self, size: int, per_second: float, ticks: Ticks, left: str, retry: str) -> None:
        self.size, self.per_second, self.ticks, self.refused = size, per_second, ticks, 0
        self.left, self.retry = left, retry
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
                wait = max(1, -int(-(1 - self.tokens) // self.per_second))
                raise Refusal("limited", 429, headers={self.retry: str(wait)})
            self.tokens -= 1

    def leave(self) -> None:
        pass

    def headers(self) -> dict[str, str]:
        return {self.left: str(int(self.tokens))}
