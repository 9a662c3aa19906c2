"""What an address takes away from a feed's question: days, platforms, columns, finer days. It never adds anything, so
whoever holds a feed's key sees what its maker chose to show, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from msgspec.structs import replace

from shared.questions.nearest import nearest
from shared.questions.periods import Calendar, Period
from shared.questions.question import Days, Filter, Grain, Question
from shared.questions.refusal import Code, Refusal
from shared.questions.rules import check

AGGREGATES: Mapping[str, Grain] = {  # the finest first
    "daily": Grain.DAY,
    "weekly": Grain.WEEK,
    "monthly": Grain.MONTH,
    "quarterly": Grain.QUARTER,
    "none": Grain.NONE,
}
_FINEST_FIRST = tuple(AGGREGATES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """As they stand in the address; empty: nothing is said."""

    platform: tuple[str, ...] = ()
    start_date: str = ""
    end_date: str = ""
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    aggregate: str = ""


LISTS = frozenset({"platform", "metrics", "dimensions"})


def wishes(said: Mapping[str, Sequence[str]]) -> Wishes:
    """Several values are separated by commas, or said one by one. Whatever else must be said once."""
    known = [each.name for each in fields(Wishes)]
    found: dict[str, tuple[str, ...] | str] = {}
    for name, values in said.items():
        if name not in known:
            raise Refusal(Code.NOT_UNDERSTOOD, f"A feed knows no {name[:64]}.", nearest(name, known))
        if name in LISTS:
            found[name] = tuple(dict.fromkeys(each for value in values for each in value.split(",") if each))
        elif len(values) > 1:
            raise Refusal(Code.NOT_UNDERSTOOD, f"{name} stands in the address {len(values)} times.", "Say it once.")
        else:
            found[name] = values[0]
    return Wishes(**found)  # type: ignore[arg-type]


def narrowed(kept: Question, asked: Wishes, calendar: Calendar) -> Question:
    """The kept question without what is not wished for. Raises Refusal where more is wished for than is kept."""
    checked = check(kept, calendar)
    day = checked.mart.day
    grain = _grain(checked.grain, asked.aggregate)
    measures = _some("metrics", asked.metrics, kept.measures)
    columns = tuple(name for name in kept.dimensions if name != day)
    dimensions = _some("dimensions", tuple(name for name in asked.dimensions if name != day), columns)
    if asked.dimensions and day not in asked.dimensions and not asked.aggregate:
        grain = Grain.NONE
    shown = {*measures, *dimensions, *({day} if grain is not Grain.NONE else ())}
    return replace(
        kept,
        measures=measures,
        dimensions=dimensions,
        grain=grain,
        days=_days(checked.period, asked, calendar) if asked.start_date or asked.end_date else kept.days,
        filters=(*kept.filters, *_platforms(asked.platform, checked.mart.name, checked.mart.columns)),
        order=tuple(each for each in kept.order if each.removeprefix("-") in shown),
    )


def summed(kept: Question, calendar: Calendar) -> Question:
    """All of it as one row; or one for each currency and the like, where sums would lie otherwise."""
    whole = replace(kept, dimensions=(), grain=Grain.NONE, order=())
    try:
        check(whole, calendar)
    except Refusal as refusal:
        way = refusal.question
        apart = refusal.code in (Code.SEVERAL_CURRENCIES, Code.TOLD_APART)
        if apart and way is not None and way.grain is Grain.NONE and set(way.dimensions) <= set(kept.dimensions):
            return way
        raise
    return whole


def _grain(kept: Grain, asked: str) -> Grain:
    if not asked:
        return kept
    if asked not in AGGREGATES:
        raise Refusal(Code.NOT_UNDERSTOOD, f"Nothing is added up {asked[:64]}.", nearest(asked, AGGREGATES))
    if _FINEST_FIRST.index(AGGREGATES[asked]) < _FINEST_FIRST.index(kept):
        coarser = [
            name for name, grain in AGGREGATES.items() if _FINEST_FIRST.index(grain) >= _FINEST_FIRST.index(kept)
        ]
        raise Refusal(Code.FINER_THAN_TOLD, f"This feed does not tell it {asked}.", f"Ask for {', '.join(coarser)}.")
    return AGGREGATES[asked]


def _some(what: str, asked: Iterable[str], kept: tuple[str, ...]) -> tuple[str, ...]:
    wanted = set(asked)
    for name in sorted(wanted - set(kept)):
        raise Refusal(Code.UNKNOWN_COLUMN, f"{name[:64]} is none of this feed's {what}.", nearest(name, kept))
    return tuple(name for name in kept if name in wanted) if wanted else kept


def _platforms(asked: tuple[str, ...], mart: str, columns: Mapping[str, object]) -> tuple[Filter, ...]:
    if not asked:
        return ()
    if "platform" not in columns:
        raise Refusal(Code.UNKNOWN_COLUMN, f"{mart} knows no platforms.", "Ask without platform.")
    return (Filter(column="platform", any_of=asked),)


def _days(kept: Period | None, asked: Wishes, calendar: Calendar) -> Days:
    """Those that are both kept and asked for."""
    first, last = _day("start_date", asked.start_date), _day("end_date", asked.end_date)
    since = max(first or date(1900, 1, 1), kept.first if kept else date(1900, 1, 1))
    until = min(last or calendar.today, kept.last if kept else date(2199, 12, 31))
    if kept is not None and (since > kept.last or until < kept.first):
        raise Refusal(Code.BAD_DAYS, "None of these days is in this feed.", f"It has {kept.first} to {kept.last}.")
    return Days(first=since, last=until)


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(Code.BAD_DAYS, f"{name} is no day.", f"{name}=2026-09-01, for example.") from None
