"""A live display: on a terminal the lines are rewritten in place, elsewhere one is printed now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TextIO

from infra.admin import output
from shared.sync.status import RunStatus

NOW_AND_THEN = 5.0  # seconds between lines where nobody looks at a terminal
STILL = 60.0  # seconds after which what has not changed is said once more
SOON = 60.0  # what ends sooner needs no forecast
FEW = 10  # slices: of fewer nothing is forecast, for the first ones are often the longest
WIDTH = 110


def line(name: str, run: RunStatus) -> str:
    """One run in one line."""
    share = run.slices_done / run.slices if run.slices else 0.0
    filled = int(share * 20)
    counts = f"{run.slices_done}/{run.slices} slices, {run.pages} pages, {run.rows} rows, {run.loaded} loaded"
    why = f" · {output.plain(run.waiting_for)}" if run.waiting_for else ""
    return f"{name:<17} [{'█' * filled}{'·' * (20 - filled)}] {run.state:<11} {counts}{_left(run)}{why}"


def _left(run: RunStatus) -> str:
    """How much longer it takes if it goes on as it went so far."""
    if run.over or run.slices_done < FEW:
        return ""
    seconds = run.seconds / run.slices_done * (run.slices - run.slices_done)
    return f", about {duration(timedelta(seconds=seconds))} left" if seconds >= SOON else ""


def duration(takes: timedelta) -> str:
    seconds = takes.total_seconds()
    for size, word in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {word}"
    return f"{seconds:.0f} seconds"


@dataclass
class Progress:
    out: TextIO
    shown: int = 0  # lines on the screen
    printed_at: float = -STILL
    last: Sequence[str] = ()
    told: Sequence[str] = ()  # what was printed last
    clock: Callable[[], float] = time.monotonic

    def show(self, lines: Sequence[str]) -> None:
        if self.out.isatty():
            self._back()
            self.out.writelines(f"\x1b[2K{text[:WIDTH]}\n" for text in lines)
            self.shown = len(lines)
        elif lines and self.clock() - self.printed_at >= (NOW_AND_THEN if lines != self.told else STILL):
            self._print(lines)
        self.last = lines
        self.out.flush()

    def done(self) -> None:
        """The last word stays."""
        if not self.out.isatty() and self.last != self.told:
            self._print(self.last)
        self.shown, self.last, self.told = 0, (), ()
        self.out.flush()

    def _print(self, lines: Sequence[str]) -> None:
        self.out.writelines(f"{text}\n" for text in lines)
        self.printed_at, self.told = self.clock(), lines

    def _back(self) -> None:
        if self.shown:
            self.out.write(f"\x1b[{self.shown}A")
