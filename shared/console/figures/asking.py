"""Questions of one version of the published marts, and their answers as courses over the days of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from shared.console.figures.span import Span
from shared.console.tongue import kept, say, say_of
from shared.drawing import words
from shared.drawing.days import Course
from shared.drawing.words import NOT_READ, Unit, number, several
from shared.platforms import PLATFORMS
from shared.publishing.at_hand import AtHand
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.catalogue import marts
from shared.questions.engine import Engine
from shared.questions.marking import COVERAGE
from shared.questions.periods import Period
from shared.questions.question import Compare, Days, Filter, Grain, Question

NO_FIGURE, ACCOUNTS = kept("no figure"), "dim_accounts"
ALL = ""  # the name of a course that is not told apart
Filters = tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """Which amounts can be added up: converted ones, or those of the only currency that there is."""

    currency: str
    converted: bool
    filters: Filters = ()

    def column(self, name: str) -> str:
        return f"{name}_converted" if self.converted else name

    @property
    def unit(self) -> Unit:
        return Unit("money", self.currency)


def title_of(platform: str) -> str:
    """A platform that is not there any more, or a row of somebody's own, keeps its name."""
    known = PLATFORMS.get(platform)
    return known.title if known else platform


def of_platforms(platforms: Sequence[str]) -> Filters:
    """Said, so that days count as not read only where these were not read."""
    return (Filter(column="platform", any_of=tuple(platforms)),)


@dataclass(frozen=True, slots=True)
class Totals:
    now: Mapping[str, float | None]
    before: Mapping[str, float | None]
    lacking: Mapping[str, int]  # amounts that have no total, and the rows that lack a rate
    remark: str = ""


@dataclass(frozen=True)
class Told:
    """What an answer tells by day. A day that nobody told anything of is a gap; it is nothing where it was read."""

    days: tuple[date, ...]  # of the page: those of the answer stand at the same places
    values: Mapping[tuple[str, str], Mapping[date, float | None]]  # of a name and a measure
    course: Course
    not_read: frozenset[date]
    is_covered: bool  # whether it is known which days were read

    @property
    def names(self) -> list[str]:
        return sorted({name for name, _ in self.values})

    def total(self, measure: str) -> list[float | None]:
        """Of all names together."""
        found: dict[date, float | None] = {}
        for (_, each), values in self.values.items():
            for day, value in values.items() if each == measure else ():
                known = found.get(day, 0.0)
                found[day] = None if value is None or known is None else known + value
        for day in self.not_read & set(found):  # of some it is known, and of others not
            if any(day not in values for (_, each), values in self.values.items() if each == measure):
                found[day] = None
        return self._filled(found)

    def adding(self, name: str, measure: str) -> list[float | None]:
        """Of something that adds up: what was read and not told is nothing."""
        return self._filled(self.values.get((name, measure), {}))

    def plain(self, name: str, measure: str) -> list[float | None]:
        """Of rates: what was not told is missing."""
        found = self.values.get((name, measure), {})
        return [found.get(day) for day in self.days]

    def _filled(self, found: Mapping[date, float | None]) -> list[float | None]:
        first = min(found, default=date.max)
        return [
            found[day] if day in found else 0.0 if self.is_covered and day > first and self._was_read(day) else None
            for day in self.days
        ]

    def _was_read(self, day: date) -> bool:
        return day not in self.not_read and day != self.course.today

    def word(self, *courses: Sequence[float | None]) -> str:
        """What stands where there is no figure: a day may have been read, and nothing told of it."""
        empty = {day for values in courses for day, value in zip(self.days, values, strict=True) if value is None}
        return NOT_READ if empty <= self.not_read else NO_FIGURE

    @property
    def note(self) -> str:
        """Which days were not read, or not to their end."""
        days = [day for day in sorted(self.not_read) if day in self.days and day != self.course.today]
        return say("Not read, or not to the end: %(days)s.", days=several(days)) if days else ""


@dataclass(frozen=True)
class Asking:
    there: AtHand
    engine: Engine
    span: Span
    currency: str  # of the workspace; empty: it has chosen none
    order: Mapping[str, int] = field(default_factory=dict)  # of platforms, as they were connected
    asked: dict[Question, Answer] = field(default_factory=dict)

    def ask(self, question: Question) -> Answer:
        """Parts of a page ask some things both, which have one answer: all of it is of one version."""
        if question not in self.asked:
            self.asked[question] = ask(question, self.there, self.span.calendar, self.engine)
        return self.asked[question]

    def has(self, mart: str) -> bool:
        """Whether it is published: one of platforms that are not connected may not be."""
        return mart in self.there.files

    def rows(self, question: Question) -> list[dict[str, Any]]:
        """By the names of the columns; those of the days compared with end in `_before`."""
        found = self.ask(question)
        names = [f"{each.name}_before" if each.before else each.name for each in found.columns]
        return [dict(zip(names, row, strict=True)) for row in found.rows]

    @cached_property
    def accounts(self) -> Mapping[str, str]:
        """What each connection is called: by its platform, and by its account where the platform has several."""
        if not self.has(ACCOUNTS):
            return {}
        rows = self.rows(
            Question(mart=ACCOUNTS, dimensions=("connection_id", "platform", "account_id", "account_name"))
        )
        several = Counter(row["platform"] for row in rows)
        return {
            row["connection_id"]: title_of(row["platform"])
            if several[row["platform"]] == 1
            else f"{title_of(row['platform'])}: {row['account_name'] or row['account_id']}"
            for row in rows
        }

    def account(self, connection: str, platform: str) -> str:
        return self.accounts.get(connection) or title_of(platform)

    def platforms(self, mart: str) -> list[str]:
        """That have ever told anything that this mart is made of, in the order in which they were connected."""
        if mart not in self.there.files:
            return []
        rows = self.ask(Question(mart=mart, dimensions=("platform",))).rows
        return sorted((row[0] for row in rows if row[0]), key=lambda name: (self.slot(name), name))

    def slot(self, platform: str) -> int:
        """Its colour, which no filter changes."""
        return self.order.get(platform, len(self.order)) % 8 + 1

    def money(self, mart: str) -> Money | None:
        """None: there are several currencies, which do not add up."""
        if self.currency:
            return Money(self.currency, converted=True)
        rows = self.ask(Question(mart=mart, dimensions=("currency",))).rows
        found = [row[0] for row in rows if row[0]]
        if len(found) > 1:
            return None
        filters = tuple(Filter(column="currency", equals=each) for each in found)
        return Money(found[0] if found else "", converted=False, filters=filters)

    def total(self, mart: str, measures: Sequence[str], filters: Filters = ()) -> Totals:
        whole = self.span.whole
        if whole is None:
            return Totals({}, {}, {}, say("no day is over yet"))
        compare = self.span.compare
        answer = self.ask(
            Question(
                mart=mart, measures=tuple(measures), filters=filters, days=_days(whole), compare=compare,
            )
        )  # fmt: skip
        cells = [number(cell) for cell in (answer.rows[0] if answer.rows else ())]
        count = len(measures)
        then = cells[count : count * 2] if compare is not Compare.NONE else []
        remark, compared = _remark(answer, whole), self.span.compared
        begins = self._begins(mart, measures[0], filters) if compared else None
        if begins is not None and compared is not None and begins > compared.first:
            then, remark = (
                [],
                remark or say("begins on %(day)s", day=words.day(begins)),
            )  # the days before are not whole
        return Totals(
            dict(zip(measures, cells, strict=False)),
            dict(zip(measures, then, strict=False)),
            dict(answer.without_rate),
            remark,
        )

    def _begins(self, mart: str, measure: str, filters: Filters) -> date | None:
        """The first day that anything was ever told of."""
        when = marts()[mart].day
        asked = Question(mart=mart, measures=(measure,), filters=filters, grain=Grain.DAY, order=(when,), limit=1)
        return next((row[0] for row in self.ask(asked).rows), None)

    def by_day(
        self, mart: str, measures: Sequence[str], by: str = "", filters: Filters = (),
        grain: Grain = Grain.DAY, period: Period | None = None,
    ) -> Told:  # fmt: skip
        """`period`: other days than the page's."""
        days = self.span.days if period is None else _all(period)
        answer = self.ask(
            Question(
                mart=mart, measures=tuple(measures), dimensions=(by,) if by else (), filters=filters, grain=grain,
                days=_days(Period(days[0], days[-1])),
            )
        )  # fmt: skip
        values: dict[tuple[str, str], dict[date, float | None]] = {}
        skipped = 1 + bool(by)
        for row in answer.rows:
            name = (row[1] or "") if by else ALL
            for measure, cell in zip(measures, row[skipped:], strict=True):
                values.setdefault((name, measure), {})[row[0]] = number(cell)
        is_weekly = grain is Grain.WEEK
        if is_weekly:
            days = tuple(dict.fromkeys(day - timedelta(days=day.weekday()) for day in days))
        known = answer.days
        course = Course(
            days, known.moving_since if known else None, None if is_weekly else (known.today if known else None),
            is_weekly,
        )  # fmt: skip
        not_read = frozenset(known.not_covered if known else ())
        return Told(days, values, course, not_read, self._is_covered(mart, filters))

    def _is_covered(self, mart: str, filters: Sequence[Filter]) -> bool:
        """Whether of each platform that is asked of it is known which days were read."""
        asked = next((set(each.any_of) for each in filters if each.column == "platform" and each.any_of), set())
        behind = marts()[mart].tables
        return asked <= {platform for platform, table in self._covered if table in behind}

    @cached_property
    def _covered(self) -> frozenset[tuple[str, str]]:
        if COVERAGE not in self.there.files:
            return frozenset()
        rows = self.ask(Question(mart=COVERAGE, dimensions=("platform", "source_table"))).rows
        return frozenset((platform, table) for platform, table in rows)


def _days(period: Period) -> Days:
    return Days(first=period.first, last=period.last)


def _all(period: Period) -> tuple[date, ...]:
    return tuple(period.first + timedelta(days=each) for each in range(period.days))


def _remark(answer: Answer, whole: Period) -> str:
    """What to know of a figure, in a few words."""
    if answer.days is None:
        return ""
    gaps = sum(whole.first <= day <= whole.last for day in answer.days.not_covered)
    if gaps:
        return say_of("%(num)s day not read", "%(num)s days not read", gaps)
    since = answer.days.moving_since
    if since is not None and since <= whole.last:
        moving = (whole.last - max(since, whole.first)).days + 1
        return say_of("the last day settles", "the last %(num)s days settle", moving)
    return ""
