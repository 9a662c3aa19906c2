"""What can go wrong, grouped by who must act. Every error is one sentence a person can read.

Problem
├── Later        the machine tries again          (limits, outages, half-sent answers)
├── Reconnect    the client must connect again    (a revoked or expired grant)
├── Configure    the agency must change something (a missing permission, a wrong setting)
└── Bug          we must change something         (an answer that breaks the platform's own rules)
Stale            not a failure: this worker lost its lease and must not write
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Problem(Exception):
    """A failure that is shown to people. `detail` is the raw side of it, redacted before it is kept."""

    code: str
    sentence: str
    detail: str = ""

    move = "us"

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


@dataclass
class Later(Problem):
    """The machine tries again; `not_before`: where the platform said when. The sentence is shown while waiting."""

    not_before: datetime | None = None
    counts: bool = True  # False: a stated limit, not a fault; it never uses up the attempts

    move = "machine"

    __str__ = Problem.__str__


class Reconnect(Problem):
    move = "client"


class Configure(Problem):
    move = "agency"


class Bug(Problem):
    move = "us"


@dataclass
class NotOffered(Bug):
    """The platform does not know a part of the question. `names`: which, where it says so."""

    names: tuple[str, ...] = ()

    __str__ = Problem.__str__


class Stale(Exception):
    """This worker's lease has passed to another; whatever it was about to write must not be written."""


class BadMessage(Exception):
    """A message that can never be understood: acknowledged, kept and shown, never retried."""
