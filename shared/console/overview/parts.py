"""Key figures and pictures as values: what the page draws, and JSON and CSV tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.console.overview.span import Span
from shared.console.tongue import kept, say
from shared.drawing.bars import bars
from shared.drawing.beneath import Table, by_day, by_name
from shared.drawing.days import Course, Series, Values
from shared.drawing.lines import lines
from shared.drawing.share import share
from shared.drawing.spark import spark
from shared.drawing.svg import HALF, WHOLE
from shared.drawing.words import NOT_READ, Change, Unit, change, figure
from shared.model import Workspace
from shared.publishing.manifest import Manifest

NO_TOTAL = kept("no total")
SIX = 6
FIRST = ("ads-cost", "ads-return", "shop-revenue", "shop-orders", "mail-open_rate", "web-sessions")


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
    """`kind`: lines, bars or share. A share has rows, the others have series over days; bars have the first of them."""

    key: str
    kind: str
    name: str
    caption: str
    unit: Unit
    course: Course = field(default_factory=lambda: Course(()))
    series: tuple[Series, ...] = ()
    before: Values = ()
    rows: tuple[tuple[str, float], ...] = ()
    heads: tuple[str, str] = ("", "")
    note: str = ""
    missing: str = NOT_READ
    from_zero: bool = True
    slot: int = 1
    broad: bool = False  # over the whole width

    def drawn(self) -> Iterator[str]:
        """Once for each width that its place can have."""
        for size in WHOLE if self.broad else HALF:
            if self.kind == "share":
                yield share(self.key, size, self.name, self.told, self.rows, self.unit, self.slot)
            elif self.kind == "bars":
                yield bars(
                    self.key, size, self.name, self.told, self.course, self.series[0].values, self.unit, self.slot,
                    self.before, self.missing,
                )  # fmt: skip
            else:
                yield lines(
                    self.key, size, self.name, self.told, self.course, self.series, self.unit, self.missing,
                    self.from_zero,
                )  # fmt: skip

    @property
    def beneath(self) -> Table:
        if self.kind == "share":
            return by_name(self.heads, self.rows, self.unit)
        then = (Series(say("Before"), self.before),) if self.before else ()
        return by_day(self.course, (*self.series, *then), self.unit, self.missing)

    @property
    def told(self) -> str:
        """What can be seen in it, in a sentence."""
        if self.kind == "share":
            return "; ".join(f"{name}: {figure(value, self.unit)}" for name, value in self.rows) + "."
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


@dataclass(frozen=True)
class Overview:
    workspace: Workspace
    manifest: Manifest
    span: Span
    parts: tuple[Part, ...]

    @property
    def keys(self) -> list[Key]:
        """Six: those that everybody asks for first, then what else there is."""
        all_of_them = [key for part in self.parts for key in part.keys]
        places = {key.key: FIRST.index(name) for key in all_of_them for name in FIRST if key.key.startswith(name)}
        return sorted(all_of_them, key=lambda key: places.get(key.key, SIX))[:SIX]

    @property
    def pictures(self) -> list[Picture]:
        return [picture for part in self.parts for picture in part.pictures]
