"""What runs have marked as gone, written down beside the pages: marks are made in BigQuery and nowhere else, so without
this a replay would bring back to life what had vanished.

`tell_run` writes it when a run is told, in the description of an object, because whoever plans a replay may list the
bucket and cannot read it. The object holds the same as lines, for people.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from shared.clock import iso, parse
from shared.kit import calendar
from shared.model import Run, Slice, stable_id
from shared.states import Reason, SliceKind, SliceState
from shared.stores.ports import Doc, Objects
from shared.sync.slices_of_run import began, sweep_id, sweep_name

MOST = 80  # sweeps told by one object: Cloud Storage takes 8 KiB of description


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep that was made: of which run, what of, and from which moment on what it did not see is gone."""

    run: str
    stream: str
    before: datetime
    days: calendar.Window | None = None

    def __str__(self) -> str:
        return " ".join([self.stream, *(day.isoformat() for day in self.days or ())])

    @property
    def doc(self) -> Doc:
        """As a page lists it."""
        since, until = calendar.as_moments(self.days) if self.days else (None, None)
        name = sweep_name(self.run, sweep_id(self.run, self.stream, self.days))
        return {"page": name, "before": self.before, "since": since, "until": until}


def write_down(objects: Objects, run: Run, slices: Iterable[Slice]) -> None:
    """The sweeps of a run, as far as they are in BigQuery. The same ones are written under the same name."""
    made = (
        [] if run.reason == Reason.REPLAY else sorted(_told(run, slices))
    )  # that one repeats what others have written down
    for some in (made[first : first + MOST] for first in range(0, len(made), MOST)):
        before = began(run)
        name = f"{folder(run.workspace)}{before:%Y-%m-%d}/{run.id}/sweeps/{stable_id(*some)}.ndjson.gz"
        data = gzip.compress("".join(f'{{"sweep":"{one}"}}\n' for one in some).encode(), 1, mtime=0)
        about = {"connection": run.connection, "run": run.id, "read_at": iso(before), "sweeps": ",".join(some)}
        objects.write(name, data, about)


def _told(run: Run, slices: Iterable[Slice]) -> Iterator[str]:
    for slice_ in slices:
        if slice_.kind == SliceKind.SWEEP and slice_.state == SliceState.LOADED:
            days = calendar.as_days(slice_.since, slice_.until) if slice_.since and slice_.until else None
            yield str(Swept(run.id, slice_.stream, began(run), days))


def written(objects: Objects, workspace: str, connection: str) -> set[Swept]:
    """All that was ever written down of a connection."""
    return {
        Swept(staged.metadata["run"], stream, parse(staged.metadata["read_at"]), _days(days))
        for staged in objects.list(folder(workspace))
        if staged.metadata.get("connection") == connection and "sweeps" in staged.metadata
        for stream, *days in map(str.split, staged.metadata["sweeps"].split(","))
    }


def _days(told: list[str]) -> calendar.Window | None:
    return (date.fromisoformat(told[0]), date.fromisoformat(told[1])) if told else None


def folder(workspace: str) -> str:
    """Beside what runs came to."""
    return f"{workspace}/raw/tributary/"
