"""Numbers per day, as advertising platforms and their like tell them: computed when asked for, never stored.

What one thing did on one day follows from the seed, the thing and the day. Later steps of life restate recent days:
conversions arrive late, invalid clicks are taken away, and now and then a row goes with its last one. All that is
kept is when there were steps, and what tests have set. So an account can be of any size, and a number is the same
whoever asks, in whatever order. Numbers are whole, so sums are exact at every level.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from infra.sandbox.invent import Draw
from infra.sandbox.records import Record, Truth
from infra.sandbox.times import Now

Numbers = Mapping[str, int]
MILLION = 1_000_000
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Leaf:
    """The smallest thing that has numbers: an ad, a keyword, a page of a site.

    `at`: what it counts for at each level, `{"campaign": "7", "ad_group": "71", "ad": "711"}`. A level that it leaves
    out does not show it: that is how a campaign can spend what none of its ads does. It has numbers from its first
    day until the day before `ends`; what it did stays when it is gone.
    """

    id: str
    account: str
    at: Mapping[str, str]
    begins: date
    ends: date | None = None
    size: float = 1.0  # 2: twice the impressions
    zone: str = "UTC"

    def ran(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)


def advertising(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    """Impressions, clicks, cost and value in millionths, conversions. Weekends are quieter, some days are silent."""
    if draw.chance(0.06):
        return {}
    busy = 0.6 if day.weekday() >= 5 else 1.0
    impressions = int(draw.between(40, 2400) * leaf.size * busy)
    clicks = impressions * draw.between(5, 60) // 1000
    conversions = clicks * draw.below(12) // 100
    return {
        "impressions": impressions,
        "clicks": clicks,
        "cost_micros": clicks * draw.between(90_000, 1_400_000) // 10_000 * 10_000,
        "conversions": conversions,
        "value_micros": conversions * draw.between(8, 120) * MILLION,
    }


@dataclass(frozen=True)
class Life:
    """How the last `days` before a step are restated by it. Shares are of the things and days it looks at."""

    days: int = 14
    late: float = 0.2  # … get another conversion
    invalid: float = 0.08  # … lose a few clicks
    vanishing: float = 0.01  # … lose everything they had
    conversion: str = "conversions"
    worth: str = "value_micros"
    click: str = "clicks"
    cost: str = "cost_micros"


class Daily:
    """The numbers of `leaves`. `base`: what a thing does on a day, its first telling; {} or zeros: no row."""

    def __init__(
        self,
        seed: object,
        now: Now,
        leaves: Callable[[], Iterable[Leaf]],
        base: Callable[[Leaf, date, Draw], dict[str, int]] = advertising,
        life: Life | None = None,
    ) -> None:
        self.seed, self.now, self.leaves, self.base = seed, now, leaves, base
        self.life = life or Life()
        self._steps: list[int] = []  # the moment of each
        self._set: dict[tuple[str, date], dict[str, int]] = {}
        self._emptied: set[tuple[str, date]] = set()

    # reading

    def today(self, zone: str = "UTC") -> date:
        return _local(self.now(), zone).date()

    def cell(self, leaf: Leaf, day: date) -> Numbers:
        """What a thing did on a day, by what is known now; {} when there is no row.

        Of the day that is not over, the share of the hours that are.
        """
        if (leaf.id, day) in self._set:
            return self._set[leaf.id, day]
        told = self._first(leaf, day)
        for number in self._restating(leaf, day) if told else ():
            told = self._restated(told, leaf, day, number)
        return told

    def rows(
        self, levels: Sequence[str], first: date, last: date, accounts: Container[str] | None = None
    ) -> Iterator[tuple[Leaf, date, Numbers]]:
        """Sums by day of everything that is the same at all of these levels, each with the first thing in it.

        Days in order; a group without any number has no row.
        """
        groups = list(self._groups(levels, accounts).values())
        for day in _days(first, last):
            for group in groups:
                if total := _sum(self.cell(leaf, day) for leaf in group):
                    yield group[0], day, total

    def gone(
        self, levels: Sequence[str], first: date, last: date, accounts: Container[str] | None = None
    ) -> Iterator[tuple[Leaf, date]]:
        """The rows that there were once, and are not now."""
        groups = list(self._groups(levels, accounts).values())
        for day in _days(first, last):
            for group in groups:
                if any(self._was(leaf, day) for leaf in group) and not any(self.cell(leaf, day) for leaf in group):
                    yield group[0], day

    # edits

    def live(self) -> None:
        """One step of life: from now on the last days are told anew."""
        self._steps.append(self.now())

    def set(self, leaf: Leaf, day: date, **numbers: int) -> None:
        """What a thing did on a day, as a test wants it; without numbers the row goes."""
        if not any(numbers.values()):
            if self.cell(leaf, day):
                self._emptied.add((leaf.id, day))
            numbers = {}
        self._set[leaf.id, day] = numbers

    # how a number comes about

    def _first(self, leaf: Leaf, day: date) -> dict[str, int]:
        local = _local(self.now(), leaf.zone)
        if not leaf.ran(day) or day > local.date():
            return {}
        told = self.base(leaf, day, Draw(self.seed, leaf.id, day))
        if day == local.date():
            told = self._so_far(told, local.hour)
        return told if any(told.values()) else {}

    def _so_far(self, told: dict[str, int], hours: int) -> dict[str, int]:
        """The share of a day. What clicks cost goes with the clicks, what conversions are worth with them."""
        part = {name: number * hours // 24 for name, number in told.items()}
        for whole, counted in ((self.life.cost, self.life.click), (self.life.worth, self.life.conversion)):
            if whole in told and told.get(counted):
                part[whole] = told[whole] * part[counted] // told[counted]
        return part

    def _restating(self, leaf: Leaf, day: date) -> Iterator[int]:
        """The steps that restate this day: those that saw it as one of the last days that were over."""
        for number, moment in enumerate(self._steps):
            if 1 <= (_local(moment, leaf.zone).date() - day).days <= self.life.days:
                yield number

    def _restated(self, told: dict[str, int], leaf: Leaf, day: date, number: int) -> dict[str, int]:
        life, draw = self.life, Draw(self.seed, "step", number, leaf.id, day)
        if draw.chance(life.vanishing):
            return {}
        told = dict(told)
        # A click that led to something is not invalid, and what converts was clicked.
        spare = told.get(life.click, 0) - told.get(life.conversion, 0)
        if draw.chance(life.invalid) and spare > 0:
            clicks, fewer = told[life.click], min(spare, draw.between(1, 3))
            told[life.cost] = told.get(life.cost, 0) * (clicks - fewer) // clicks
            told[life.click] = clicks - fewer
            spare -= fewer
        if draw.chance(life.late) and life.conversion in told and (spare > 0 or life.click not in told):
            told[life.conversion] += 1
            if life.worth in told:
                told[life.worth] += draw.between(8, 120) * MILLION
        return told if any(told.values()) else {}

    def _was(self, leaf: Leaf, day: date) -> bool:
        """Was there ever a row? What a step takes away was there before it."""
        return (leaf.id, day) in self._emptied or bool(self._first(leaf, day))

    def _groups(self, levels: Sequence[str], accounts: Container[str] | None) -> dict[tuple[str, ...], list[Leaf]]:
        found: dict[tuple[str, ...], list[Leaf]] = {}
        for leaf in self.leaves():
            if (accounts is None or leaf.account in accounts) and all(level in leaf.at for level in levels):
                found.setdefault((leaf.account, *(leaf.at[level] for level in levels)), []).append(leaf)
        return found


class DailyRows:
    """A table of numbers per day, for the truth. `render` is given the first thing of the row, its day, its numbers.

    From `first` (by default `days` before the day it is made) until today: let nothing begin earlier than the
    platform can tell.
    """

    def __init__(
        self,
        name: str,
        daily: Daily,
        levels: Sequence[str],
        render: Callable[[Leaf, date, Numbers], Record],
        first: date | None = None,
        days: int = 90,
    ) -> None:
        self.name, self.daily, self.levels, self.render = name, daily, levels, render
        self.first = first or daily.today() - days * ONE

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        last = self.daily.today() + ONE  # it is tomorrow already, somewhere
        rows = self.daily.rows(self.levels, self.first, last, accounts)
        gone = self.daily.gone(self.levels, self.first, last, accounts)
        return Truth(
            [self._told(leaf, day, numbers) for leaf, day, numbers in rows],
            [self._told(leaf, day, {}) for leaf, day in gone],
        )

    def _told(self, leaf: Leaf, day: date, numbers: Numbers) -> Record:
        return {"account_id": leaf.account} | self.render(leaf, day, numbers)


@lru_cache(maxsize=256)
def _local(moment: int, zone: str) -> datetime:
    """Kept, because each number of a read asks for the same few."""
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))


def _sum(found: Iterable[Numbers]) -> dict[str, int]:
    total: dict[str, int] = {}
    for numbers in found:
        for name, number in numbers.items():
            total[name] = total.get(name, 0) + number
    return total


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE
