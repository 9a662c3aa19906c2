"""The platform's own totals against what was read, worked out of the slices: equal, differs by, not given. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.model import Slice
from shared.reading.totals import counts, same
from shared.states import SliceState
from shared.stores.ports import Doc


class Verdict(StrEnum):
    """What the platform's own totals say of what was read."""

    EQUAL = "equal"  # the same
    DIFFERS = "differs"  # others: something is missing, or too much
    NOT_GIVEN = "not given"  # nothing: the platform tells none


@dataclass(frozen=True, slots=True)
class Measure:
    """The platform's own sum of a measure against the sum of what we read. `by` is ours minus theirs."""

    name: str
    theirs: Decimal
    ours: Decimal
    slack: Decimal = Decimal()  # that rounding can make

    @property
    def by(self) -> Decimal:
        return self.ours - self.theirs


@dataclass(frozen=True, slots=True)
class Proof:
    """The platform's own totals against what we counted. `by` is ours minus theirs."""

    verdict: Verdict = Verdict.NOT_GIVEN
    theirs: int = 0
    ours: int = 0
    measures: tuple[Measure, ...] = ()  # sums of measures that differ

    @property
    def by(self) -> int:
        return self.ours - self.theirs

    def __str__(self) -> str:
        if self.verdict != Verdict.DIFFERS:
            return str(self.verdict)
        said = [f"{each.name} {each.by:+f}".rstrip("0").rstrip(".") for each in self.measures]
        return "differs by " + ", ".join([f"{self.by:+d}", *said] if self.by or not said else said)


def proof_of(slices: Iterable[Slice]) -> Proof:
    """Of slices read to their end: a total is only ours once all of it has been counted."""
    slices = list(slices)
    told = [(name, one) for name, one in _told(slices) if not one.get("sum")]
    counts = [(int(one["theirs"]), int(one["ours"])) for _, one in told]
    sums = measures_of(slices)
    if not counts and not sums:
        return Proof()
    # Compared one by one: a page too many here must not make up for a page too few there.
    odd = tuple(each for each in sums if not same(each.theirs, each.ours, each.slack))
    differs = bool(odd) or any(theirs != ours for theirs, ours in counts)
    theirs, ours = sum(theirs for theirs, _ in counts), sum(ours for _, ours in counts)
    return Proof(Verdict.DIFFERS if differs else Verdict.EQUAL, theirs, ours, odd)


def measures_of(slices: Iterable[Slice]) -> list[Measure]:
    """Sums of measures over the slices that know them."""
    found: dict[str, Measure] = {}
    for name, one in _told(slices):
        if one.get("sum"):
            before = found.get(name, Measure(name, Decimal(), Decimal()))
            theirs, ours = before.theirs + Decimal(one["theirs"]), before.ours + Decimal(one["ours"])
            found[name] = Measure(name, theirs, ours, before.slack + Decimal(one.get("slack", "0")))
    return list(found.values())


def _told(slices: Iterable[Slice]) -> Iterator[tuple[str, Doc]]:
    for slice_ in slices:
        if slice_.state in (SliceState.STAGED, SliceState.LOADED):
            yield from slice_.proof.items()


def short_by(slices: Iterable[Slice]) -> int:
    """How many records the platform says it has that we did not get. More than it says is no loss."""
    told = [one for _, one in _told(slices) if counts(one)]
    return sum(max(int(Decimal(one["theirs"]) - Decimal(one["ours"])), 0) for one in told)
