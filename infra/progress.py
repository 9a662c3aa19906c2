"""A live display: on a terminal the lines are rewritten in place, elsewhere one is printed now and then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from infra.admin import output
from shared.sync.status import RunStatus

NOW_AND_THEN = 5.0  # seconds between lines where nobody looks at a terminal
WIDTH = 110


def line(name: str, run: RunStatus) -> str:
    """One run in one line."""
    share = run.slices_done / run.slices if run.slices else 0.0
    filled = int(share * 20)
    counts = f"{run.slices_done}/{run.slices} slices, {run.pages} pages, {run.rows} rows, {run.loaded} loaded"
    why = f" · {output.plain(run.waiting_for)}" if run.waiting_for else ""
    return f"{name:<17} [{'█' * filled}{'·' * (20 - filled)}] {run.state:<11} {counts}{why}"


@dataclass
class Progress:
    out: TextIO
    shown: int = 0  # lines on the screen
    printed_at: float = 0.0
    last: Sequence[str] = ()

    def show(self, lines: Sequence[str]) -> None:
        if self.out.isatty():
            self._back()
            self.out.writelines(f"\x1b[2K{text[:WIDTH]}\n" for text in lines)
            self.shown = len(lines)
        elif lines != self.last and time.monotonic() - self.printed_at >= NOW_AND_THEN:
            self._print(lines)
        self.last = lines
        self.out.flush()

    def done(self) -> None:
        """The last word stays."""
        if not self.out.isatty() and self.last:
            self._print(self.last)
        self.shown, self.last = 0, ()
        self.out.flush()

    def _print(self, lines: Sequence[str]) -> None:
        self.out.writelines(f"{text}\n" for text in lines)
        self.printed_at = time.monotonic()

    def _back(self) -> None:
        if self.shown:
            self.out.write(f"\x1b[{self.shown}A")
