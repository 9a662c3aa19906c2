"""How often a key may come: exact over all instances, and without a document for every call.

A window (a minute, aligned to the clock) has so many turns. An instance leases up to twenty of them in one transaction
and hands them out by itself; what it has leased counts as used, so there are never more than the limit, whatever the
instances do. Turns that an instance leased and did not need, or took with it when it died, are lost until the window
ends. The fewer are left, the fewer are leased at once, so that little is lost where it matters.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.keys.texts import Kind
from shared.stores.ports import Documents, Transaction

AT_ONCE = 20  # turns of one lease
REMEMBERED = 10_000  # keys that an instance remembers turns of
KEPT = timedelta(hours=1)  # the document, after its window


@dataclass(frozen=True, slots=True)
class Limit:
    calls: int
    seconds: int = 60


LIMITS: Mapping[Kind, Limit] = {Kind.API: Limit(120), Kind.MCP: Limit(60), Kind.FEED: Limit(60)}


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether one more call is allowed, and what the caller is told of its limit."""

    allowed: bool
    limit: Limit
    left: int  # what this instance knows to be left; others may have taken of it since
    resets_at: datetime
    seconds: int  # until then

    @property
    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers-11 (2026-05), and the older names that many clients read."""
        headers = {
            "RateLimit-Policy": f'"calls";q={self.limit.calls};w={self.limit.seconds}',
            "RateLimit": f'"calls";r={self.left};t={self.seconds}',
            "X-RateLimit-Limit": str(self.limit.calls),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(int(self.resets_at.timestamp())),
        }
        return headers if self.allowed else {**headers, "Retry-After": str(self.seconds)}


@dataclass(slots=True)
class _Held:
    window: int
    turns: int  # leased and not handed out
    free: int  # not leased by anybody, when we last looked


@dataclass
class Limits:
    """The turns that one instance holds."""

    documents: Documents
    clock: Clock
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, limit: Limit) -> Turn:
        now = self.clock.now()
        window = int(now.timestamp()) // limit.seconds
        turn = self._from_held(name, limit, window, now)
        if turn is not None:
            return turn
        leased = self.documents.transact(lambda tx: _lease(tx, name, limit, window, now))
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.window == leased.window:
                leased.turns += held.turns  # another thread leased at the same time
            self._held[name] = leased
            self._held.move_to_end(name)
            while len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
            return _handed(leased, limit, now)

    def _from_held(self, name: str, limit: Limit, window: int, now: datetime) -> Turn | None:
        """One of those at hand, or a refusal that needs no look: of a window, nothing comes back."""
        with self._lock:
            held = self._held.get(name)
            if held is None or held.window < window or not (held.turns or not held.free):
                return None
            self._held.move_to_end(name)
            return _handed(held, limit, now)


def _handed(held: _Held, limit: Limit, now: datetime) -> Turn:
    allowed = held.turns > 0
    held.turns -= allowed
    end = (held.window + 1) * limit.seconds
    seconds = max(1, end - int(now.timestamp()))
    resets_at = datetime.fromtimestamp(end, now.tzinfo)
    return Turn(allowed, limit, held.turns + held.free if allowed else 0, resets_at, seconds)


def _lease(tx: Transaction, name: str, limit: Limit, window: int, now: datetime) -> _Held:
    """A clock that is behind the others' leases from the window that these have begun."""
    where = limit_path(name, limit)
    doc = tx.get(where) or {"window": window, "leased": 0}
    window = max(window, doc["window"])
    leased = doc["leased"] if doc["window"] == window else 0
    free = max(0, limit.calls - leased)
    turns = min(AT_ONCE, max(1, free // 2), free)
    if turns:
        ends = datetime.fromtimestamp((window + 1) * limit.seconds, now.tzinfo)
        tx.set(where, {"window": window, "leased": leased + turns, "expires_at": ends + KEPT})
    return _Held(window, turns, free - turns)


def limit_path(name: str, limit: Limit) -> str:
    """Windows of another length are counted apart: their numbers have nothing to do with each other."""
    return f"limits/{name}.{limit.seconds}"
