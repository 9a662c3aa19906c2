"""Key figures, pictures and tables as values: what a page of figures shows, and its JSON and CSV tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.console.figures.span import Span
from shared.console.figures.tables import Listing
from shared.console.tongue import kept, say
from shared.drawing.bars import bars
from shared.drawing.beneath import Table, by_day, by_name
from shared.drawing.days import Course, Series, Values
from shared.drawing.growth import growth
from shared.drawing.heat import Hours, cuts_of, heat, hours_beneath, told_of
from shared.drawing.lines import lines
from shared.drawing.share import share
from shared.drawing.spark import spark
from shared.drawing.svg import HALF, WHOLE
from shared.drawing.words import NOT_READ, Change, Unit, change, figure
from shared.model import Workspace
from shared.publishing.manifest import Manifest

NO_TOTAL = kept("no total")
SIX = 6


@dataclass(frozen=True, slots=True)
class Key:
    """A figure of whole days, beside that of the days before."""

    key: str
    name: str
    unit: Unit
    value: float | None
    before: float | None
    course: Course
    values: Values
    remark: str = ""
    beside: str = ""  # what it is compared with, where that is not the period before

    @property
    def words(self) -> str:
        return figure(self.value, self.unit, NO_TOTAL)

    @property
    def was(self) -> str:
        return figure(self.before, self.unit, "")

    @property
    def change(self) -> Change | None:
        return change(self.value, self.before, self.unit)

    def drawn(self) -> str:
        return spark(self.key, self.name, self.course, self.values, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`kind`: lines, bars, growth, share or heat. A share has rows, and heat has hours; the others have series over
    days: bars the first of them, growth two, who came and who left. `rule`: a level with its name, such as a median."""

    key: str
    kind: str
    name: str
    caption: str
    unit: Unit
    course: Course = field(default_factory=lambda: Course(()))
    series: tuple[Series, ...] = ()
    before: Values = ()
    rows: tuple[tuple[str, float], ...] = ()
    hours: Hours = ()
    rule: tuple[float, str] | None = None
    heads: tuple[str, str] = ("", "")
    note: str = ""
    missing: str = NOT_READ
    from_zero: bool = True
    slot: int = 1
    broad: bool = False  # over the whole width

    @property
    def sizes(self) -> tuple[str, ...]:
        """The widths that its place can have."""
        return WHOLE if self.broad else HALF

    def drawn(self) -> Iterator[str]:
        return (self.at(size) for size in self.sizes)

    def at(self, size: str) -> str:
        head = (self.key, size, self.name, self.told)
        if self.kind == "share":
            return share(*head, self.rows, self.unit, self.slot)
        if self.kind == "heat":
            return heat(*head, self.hours, self.unit, self.missing)
        if self.kind == "growth":
            return growth(*head, self.course, self.series[0], self.series[1], self.missing)
        if self.kind == "bars":
            return bars(*head, self.course, self.series[0].values, self.unit, self.slot, self.before, self.missing)
        return lines(*head, self.course, self.series, self.unit, self.missing, self.from_zero, self.rule)

    @property
    def steps(self) -> tuple[str, ...]:
        """Where each step of a heat map begins; the first one has no beginning."""
        return tuple(figure(cut, self.unit) for cut in cuts_of(self.hours)) if self.kind == "heat" else ()

    @property
    def beneath(self) -> Table:
        if self.kind == "share":
            return by_name(self.heads, self.rows, self.unit)
        if self.kind == "heat":
            return hours_beneath(self.hours, self.unit, self.missing)
        then = (Series(say("Before"), self.before),) if self.before else ()
        return by_day(self.course, (*self.series, *then), self.unit, self.missing)

    @property
    def told(self) -> str:
        """What can be seen in it, in a sentence."""
        if self.kind == "share":
            return "; ".join(f"{name}: {figure(value, self.unit)}" for name, value in self.rows) + "."
        if self.kind == "heat":
            return told_of(self.hours, self.unit)
        return " ".join(self._course(each) for each in self.series)

    def _course(self, series: Series) -> str:
        told = [(value, place) for place, value in enumerate(series.values) if value is not None]
        if not told:
            return f"{series.name}: {say(self.missing)}."
        (low, least), (high, most) = min(told), max(told)
        gaps = len(series.values) - len(told)
        said = say(
            "%(name)s: lowest %(low)s, %(least)s; highest %(high)s, %(most)s",
            name=series.name, low=figure(low, self.unit), least=self.course.name(least),
            high=figure(high, self.unit), most=self.course.name(most),
        )  # fmt: skip
        return say("%(said)s; %(count)s without a figure.", said=said, count=gaps) if gaps else f"{said}."


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of platform has to tell."""

    keys: tuple[Key, ...] = ()
    pictures: tuple[Picture, ...] = ()
    things: tuple[str, ...] = ()  # to know of it
    tables: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A page of figures of one client. `first`: the key figures that everybody asks for first, by how they begin."""

    subject: str
    title: str
    first: tuple[str, ...]
    workspace: Workspace
    manifest: Manifest
    span: Span
    parts: tuple[Part, ...]

    @property
    def keys(self) -> list[Key]:
        """Six: those that everybody asks for first, then what else there is."""
        all_of_them = [key for part in self.parts for key in part.keys]
        return sorted(all_of_them, key=self._place)[:SIX]

    def _place(self, key: Key) -> int:
        return next((place for place, name in enumerate(self.first) if key.key.startswith(name)), SIX)

    @property
    def pictures(self) -> list[Picture]:
        return [picture for part in self.parts for picture in part.pictures]

    @property
    def tables(self) -> list[Listing]:
        return [table for part in self.parts for table in part.tables]

    @property
    def things(self) -> list[str]:
        return [thing for part in self.parts for thing in part.things]
