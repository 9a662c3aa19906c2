"""The stores in memory, for tests that run thousands of syncs. The contract suites hold them to the real ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from shared.messages import Message
from shared.stores.ports import NoObject, Staged
from tests.support.documents import MemoryDocuments

__all__ = ["MemoryBus", "MemoryDocuments", "MemoryObjects", "MemoryVault", "Time"]


@dataclass(eq=False)
class _Beat:
    at: datetime
    seconds: float
    act: Callable[[], None]


@dataclass
class Time:
    """A clock that moves only when told."""

    moment: datetime = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
    paused: float = 0.0
    beats: list[_Beat] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def pause(self, seconds: float) -> None:
        seconds = max(seconds, 0.0)  # who slept for too long need not wait, and time does not go back for it
        self.paused += seconds
        self._go(self.moment + timedelta(seconds=seconds))

    def forward(self, **delta: float) -> None:
        self._go(self.moment + timedelta(**delta))

    def _go(self, until: datetime) -> None:
        """Time passes, and whoever is to act now and then does so at the times that pass."""
        while due := [beat for beat in self.beats if beat.at <= until]:
            beat = min(due, key=lambda each: each.at)
            self.moment, beat.at = max(self.moment, beat.at), beat.at + timedelta(seconds=beat.seconds)
            beat.act()
        self.moment = max(until, self.moment) if self.beats else until

    @contextmanager
    def every(self, seconds: float, act: Callable[[], None]) -> Iterator[None]:
        beat = _Beat(self.moment + timedelta(seconds=seconds), seconds, act)
        self.beats.append(beat)
        try:
            yield
        finally:
            self.beats = [each for each in self.beats if each is not beat]


@dataclass
class MemoryBus:
    """Keeps what was published, in order; whoever drives the test delivers it."""

    waiting: deque[Message] = field(default_factory=deque)
    published: list[Message] = field(default_factory=list)

    def publish(self, *messages: Message) -> None:
        self.waiting.extend(messages)
        self.published.extend(messages)


@dataclass
class MemoryObjects:
    held: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)

    def write(self, name: str, data: bytes, metadata: Mapping[str, str]) -> None:
        self.held[name] = (data, dict(metadata))

    def read(self, name: str) -> bytes:
        if name not in self.held:
            raise NoObject(name)
        return self.held[name][0]

    def list(self, prefix: str) -> Iterable[Staged]:
        return [
            Staged(name, metadata, len(data))
            for name, (data, metadata) in sorted(self.held.items())
            if name.startswith(prefix)
        ]

    def delete(self, name: str) -> None:
        self.held.pop(name, None)


@dataclass
class MemoryVault:
    secrets: dict[str, dict[int, bytes]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(
        self, name: str, payload: bytes, labels: Mapping[str, str] | None = None, until: datetime | None = None
    ) -> str:
        """Nothing disappears by itself here: that is the last resort, and tests must not rest on it."""
        if name not in self.secrets:
            self.labels[name] = dict(labels or {})
        versions = self.secrets.setdefault(name, {})
        number = max(versions, default=0) + 1
        versions[number] = payload
        return str(number)

    def append(self, name: str, payload: bytes) -> str | None:
        return self.add(name, payload) if name in self.secrets else None

    def read(self, name: str) -> tuple[str, bytes] | None:
        versions = self.secrets.get(name)
        if not versions:
            return None
        newest = max(versions)
        return str(newest), versions[newest]

    def retire(self, name: str, before: str) -> None:
        versions = self.secrets.get(name, {})
        for number in [number for number in versions if number < int(before)]:
            del versions[number]

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)

    def named(self, beginning: str, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        return sorted(
            name
            for name in self.secrets
            if name.startswith(beginning) and labels.items() <= self.labels.get(name, {}).items()
        )
