"""Limits that depend on the call: on its account, its tier, or on what it costs, which only its handler knows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from infra.sandbox.call import Call
from infra.sandbox.limits import Limit, Said, Ticks
from infra.sandbox.refusals import Reason, Refusal
from infra.sandbox.times import Now

L = TypeVar("L", bound=Limit)


class LimitsBy:
    """Limits of their own for each account, tier, or whatever `key` says that a call is counted by ("": by nothing).

    `make` is asked once for each key.
    """

    def __init__(self, key: Callable[[Call], str], make: Callable[[str], Sequence[Limit]]) -> None:
        self.key, self.make = key, make
        self.kept: dict[str, Sequence[Limit]] = {}
        self._lock = Lock()

    def of(self, call: Call) -> Sequence[Limit]:
        key = self.key(call)
        if not key:
            return ()
        with self._lock:
            if key not in self.kept:
                self.kept[key] = self.make(key)
            return self.kept[key]


class Points:
    """Points restored every second, and a cost for each call: a handler finds it with `entered(call, Points)`.

    `spend` takes the cost that was asked for, or refuses; `give_back` returns what the call did not need after all.
    """

    def __init__(self, size: float, per_second: float, ticks: Ticks, status: int = 429, name: str = "points") -> None:
        self.size, self.per_second, self.ticks, self.status, self.name = size, per_second, ticks, status, name
        self.refused = 0
        self._left, self._last = float(size), ticks()
        self._lock = Lock()

    @property
    def left(self) -> float:
        with self._lock:
            return self._now()

    def spend(self, cost: float) -> None:
        with self._lock:
            if self._now() < cost:
                self.refused += 1
                raise Refusal("limited", self.status, limit=self.name)
            self._left -= cost

    def give_back(self, points: float) -> None:
        with self._lock:
            self._left = min(self.size, self._now() + points)

    def enter(self) -> None:
        """Nothing yet: the cost is not known."""

    def leave(self) -> None:
        pass

    def headers(self) -> Said:
        return {}

    def _now(self) -> float:
        now = self.ticks()
        self._left = min(self.size, self._left + (now - self._last) * self.per_second)
        self._last = now
        return self._left


class Quota:
    """So much until the day, or the hour, is over in the platform's zone. `each`: what a call costs as it enters;
    with 0 its handler says (`entered`).

    The call that goes beyond is answered, the next one refused: costs are known afterwards.
    """

    def __init__(
        self,
        most: int,
        now: Now,
        per: Literal["day", "hour"] = "day",
        zone: str = "UTC",
        each: int = 1,
        name: str = "quota",
        reason: Reason = "quota",
        say: "Callable[[Quota], Said]" = lambda _: {},
    ) -> None:
        self.most, self.now, self.per, self.zone, self.each = most, now, per, ZoneInfo(zone), each
        self.name, self.reason, self.say = name, reason, say
        self.refused, self.used = 0, 0
        self._period = self._this()
        self._lock = Lock()

    @property
    def left(self) -> int:
        with self._lock:
            self._turn()
            return max(0, self.most - self.used)

    def enter(self) -> None:
        with self._lock:
            self._turn()
            if self.used >= self.most:
                self.refused += 1
                raise Refusal(self.reason, 429)
            self.used += self.each

    def spend(self, cost: int) -> None:
        with self._lock:
            self._turn()
            self.used += cost

    def leave(self) -> None:
        pass

    def headers(self) -> Said:
        return self.say(self)

    def _turn(self) -> None:
        if self._this() != self._period:
            self._period, self.used = self._this(), 0

    def _this(self) -> str:
        moment = datetime.fromtimestamp(self.now(), UTC).astimezone(self.zone)
        return moment.strftime("%Y-%m-%d" if self.per == "day" else "%Y-%m-%d %H %z")


def entered(call: Call, kind: type[L], name: str = "") -> L | None:
    """The limit of this kind that a call has entered, to spend from; None when limits are off."""
    return next(
        (limit for limit in call.limits if isinstance(limit, kind) and name in ("", limit.name)),
        None,
    )
