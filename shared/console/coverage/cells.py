"""Days of streams and what is known of each: of what is published, and of documents, which know more of the last hours.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.console.tongue import kept, say
from shared.kit.calendar import as_days
from shared.model import Debt, Slice
from shared.states import OPEN_SLICE, SliceState
from shared.sync.reconciliation import Verdict, proof_of


class Cell(StrEnum):
    """As the look's cells are called."""

    PROVED = "pr"
    READ = "rd"
    UNDER_WAY = "nw"
    DIFFERS = "df"
    MISSING = "ms"
    WAITS = "wa"  # for the client
    NOT_YET = "ny"  # not due before the next reading
    NONE = "na"  # before it was connected, or of a stream that is not read


WORDS: Mapping[Cell, str] = {
    Cell.PROVED: kept("read and proved"),
    Cell.READ: kept("read"),
    Cell.UNDER_WAY: kept("under way"),
    Cell.DIFFERS: kept("differs"),
    Cell.MISSING: kept("missing"),
    Cell.WAITS: kept("waits for the client"),
    Cell.NOT_YET: kept("read next time"),
    Cell.NONE: kept("not read"),
}
PUBLISHED = {
    "proved": Cell.PROVED, "read": Cell.READ, "differs": Cell.DIFFERS, "under way": Cell.UNDER_WAY,
    "missing": Cell.MISSING,
}  # fmt: skip
# Of a day that several slices read, as that of many parents: what is worst of them holds.
WORST = (Cell.MISSING, Cell.UNDER_WAY, Cell.DIFFERS, Cell.READ, Cell.PROVED)
Place = tuple[str, str, date]  # connection, stream, day


@dataclass(frozen=True, slots=True)
class Hole:
    """Missing days of a stream, one after another."""

    connection: str
    stream: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def words(cell: Cell) -> str:
    return say(WORDS[cell])


def of_slices(slices: Iterable[Slice], days: Sequence[date]) -> dict[Place, Cell]:
    """What is known by the parts of runs."""
    found: dict[Place, list[Slice]] = {}
    for slice_ in slices:
        if slice_.since is None or slice_.until is None:
            continue
        for day in _within(slice_.since, slice_.until, days):
            found.setdefault((slice_.connection, slice_.stream, day), []).append(slice_)
    return {place: min((_cell(each) for each in there), key=WORST.index) for place, there in found.items()}


def of_debts(debts: Iterable[Debt], days: Sequence[date]) -> dict[Place, str]:
    """Days that are owed, and why."""
    return {
        (debt.connection, debt.stream, day): debt.sentence
        for debt in debts
        if debt.since is not None and debt.until is not None
        for day in _within(debt.since, debt.until, days)
    }


def holes(connection: str, stream: str, cells: Mapping[date, Cell]) -> list[Hole]:
    found: list[Hole] = []
    for day in sorted(day for day, cell in cells.items() if cell is Cell.MISSING):
        if found and found[-1].last == day - timedelta(days=1):
            found[-1] = Hole(connection, stream, found[-1].first, day)
        else:
            found.append(Hole(connection, stream, day, day))
    return found


def filled(
    known: Mapping[date, Cell], days: Sequence[date], read_until: date | None, waits: bool, reads: bool
) -> dict[date, Cell]:
    """Each day of the page. `read_until`: the first day that the last reading could not know whole."""
    first, last = min(known, default=None), max(known, default=None)
    cells = {}
    for day in days:
        if day in known:
            cells[day] = known[day]
        elif first is None or last is None or day < first or not reads:
            cells[day] = Cell.NONE
        elif day < last:
            cells[day] = Cell.MISSING
        elif waits:
            cells[day] = Cell.WAITS
        else:
            cells[day] = Cell.MISSING if read_until is not None and day < read_until else Cell.NOT_YET
    return cells


def _within(since: datetime, until: datetime, days: Sequence[date]) -> list[date]:
    first, last = as_days(since, until)
    return [day for day in days if first <= day <= last]


def _cell(slice_: Slice) -> Cell:
    if slice_.state in OPEN_SLICE:
        return Cell.UNDER_WAY
    if slice_.state != SliceState.LOADED:
        return Cell.MISSING
    verdict = proof_of([slice_]).verdict
    return {Verdict.EQUAL: Cell.PROVED, Verdict.DIFFERS: Cell.DIFFERS}.get(verdict, Cell.READ)
