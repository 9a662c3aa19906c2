"""What publishing asks of BigQuery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from shared.publishing.attempt import Attempt
from shared.publishing.fingerprints import Source


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a table without asking it."""

    changed: str  # when it last did, in whatever words
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What was found when the marts were asked."""

    as_of: datetime
    proved_until: date | None
    differs: tuple[str, ...]
    missing: tuple[str, ...]
    rows: Mapping[str, int]  # of each mart that was counted
    files: str = ""  # behind the attempt's name in the names of its files: of the try that ended well


class Marts(Protocol):
    @property
    def project(self) -> str: ...

    def tables(self, workspace: str) -> Mapping[Source, Held | None]:
        """Each table behind the marts; None: it is not there."""
        ...

    def text(self, attempt: Attempt) -> str:
        """What `write` would ask, as a digest."""
        ...

    def write(self, attempt: Attempt) -> Moment:
        """All marts that are asked for into their files, as they are at one moment. Safe to repeat: one that was done
        under this name is found. StillLoading when it takes longer than anybody waits."""
        ...
