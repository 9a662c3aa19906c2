"""Memory for answers in one process: each slice at work has a share of its own, and giants share a pool beside them.

So whoever reads usual pages never waits for a giant, and no giant takes what others need. Of those who want more than
their share, one may wait for the pool; the next one is sent away and comes again later. So nobody waits for somebody
who waits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

MIB = 2**20
# 1 GiB for four slices at once (terraform/main.tf): 150 MiB for the process itself, four shares, one pool, and a tenth
# that nobody plans with. docs/performance.md has the arithmetic, tests/test_room.py holds the two together.
SHARE, POOL = 48 * MIB, 560 * MIB
PATIENCE = 20.0  # seconds that one may wait for the pool, with the platform's answer on the line
LEAST, MOST = 3, 36  # bytes of memory for a byte of JSON: of long texts, and of empty records one after the other


class Crowded(Exception):
    """Others are reading large answers; come again later."""


class TooLarge(Exception):
    """Even alone it would not fit."""


@dataclass
class Room:
    share: int = SHARE
    pool: int = POOL
    patience: float = PATIENCE
    taken: int = 0  # of the pool
    waits: bool = False  # whether somebody waits for it
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def most(self) -> int:
        """What one answer may take."""
        return self.share + self.pool

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Around the reading of one page: whatever it needed is free again when its records are gone."""
        mine = _Claim()
        token = _claim.set(mine)
        try:
            yield
        finally:
            _claim.reset(token)
            if mine.held:
                with self.changed:
                    self.taken -= mine.held
                    self.changed.notify_all()

    def need(self, weight: int) -> None:
        """The page that is being read takes so many bytes by now. Waits for a moment; raises Crowded or TooLarge."""
        mine = _claim.get()
        if weight > (self.share if mine is None else self.most):
            raise TooLarge  # who reads no pages (connecting, discovery) has no more than a share
        if mine is None:
            return
        more = weight - self.share - mine.held
        if more <= 0:
            return
        with self.changed:
            if self.taken + more > self.pool:
                self._wait(more)
            self.taken += more
        mine.held += more

    def _wait(self, more: int) -> None:
        if self.waits:
            raise Crowded
        self.waits = True
        try:
            if not self.changed.wait_for(lambda: self.taken + more <= self.pool, self.patience):
                raise Crowded
        finally:
            self.waits = False


@dataclass
class _Claim:
    held: int = 0  # of the pool


_claim: ContextVar[_Claim | None] = ContextVar("claim", default=None)


def weight(body: bytes) -> int:
    """What this JSON takes in memory when it is read, in bytes and with a margin: the objects are counted, for it is
    they that cost."""
    if len(body) * MOST <= SHARE:
        return len(body) * MOST  # fits whatever it is: not worth the counting
    records, lists, names, more = (body.count(mark) for mark in (b"{", b"[", b":", b","))
    return LEAST * len(body) + 200 * records + 64 * lists + 36 * names + 64 * more
