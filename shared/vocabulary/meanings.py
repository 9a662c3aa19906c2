"""What answers of a stream mean that would be errors otherwise: `On(404, GONE)`, `On(204, EMPTY)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from shared.vocabulary.wire import Answer


class Means(StrEnum):
    """`SKIP` is for one question of several, a pass or the sums: it is asked in other words, or left out and named in
    the run. That all passes are refused is the error it looks like."""

    GONE = "gone"  # of a child: its parent has nothing here (any more)
    EMPTY = "empty"  # there is nothing (no content)
    SKIP = "skip"  # the platform does not know what was asked


GONE, EMPTY, SKIP = Means.GONE, Means.EMPTY, Means.SKIP


@dataclass(frozen=True, slots=True)
class Unknown:
    """A refusal for good, because the platform does not know what was asked: the name that it does not know, and those
    that it says it knows in that place, as far as it says so."""

    name: str = ""
    valid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class On:
    """An answer, and what it means. `answer`: its status; or a function that looks into it and says whether it is the
    one, for `SKIP` also what is not known."""

    answer: int | Callable[[Answer], bool | Unknown | None]
    means: Means
