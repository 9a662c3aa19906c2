"""Figures, changes and days as people read them: €18,420 · 37.4 % · 1.1 points · Fri 27 Nov."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.tongue.forms import amount, dated, numeral
from shared.tongue.forms import day as day  # a word as all others here
from shared.tongue.saying import kept, say, say_of

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
LARGE = (  # from, by, how it is said
    (1e12, 1e12, kept("%(number)stn")), (1e9, 1e9, kept("%(number)sbn")), (1e6, 1e6, kept("%(number)sm")),
    (1e4, 1e3, kept("%(number)sk")),
)  # fmt: skip
MINUS, THIN = "\u2212", "\u00a0"  # a space that no line breaks at
NOT_READ = kept("not read")


@dataclass(frozen=True, slots=True)
class Unit:
    """count · money (of a currency) · share (0.374 is 37.4 %) · ratio."""

    kind: str = "count"
    currency: str = ""

    @property
    def sign(self) -> str:
        """What stands before an amount."""
        return (SIGNS.get(self.currency) or f"{self.currency}{THIN}") if self.kind == "money" and self.currency else ""


def figure(value: float | None, unit: Unit, missing: str = NOT_READ) -> str:
    if value is None:
        return say(missing)
    if unit.kind == "share":
        return f"{_signed(value)}{numeral(f'{abs(value) * 100:,.1f}')}{THIN}%"
    size = abs(value)
    digits = 0 if size >= 100 or (unit.kind == "count" and size == int(size)) else 2 if unit.kind == "money" else 1
    return f"{_signed(value)}{amount(unit.sign, numeral(f'{size:,.{digits}f}'))}"


def tick(value: float, unit: Unit) -> str:
    """Shorter: 12k is for axes only."""
    size = abs(value) * (100 if unit.kind == "share" else 1)
    if size >= 1e15:
        said = f"{size:.2g}"
    else:
        by, how = next(((by, how) for least, by, how in LARGE if size >= least), (1.0, ""))
        said = numeral(f"{size / by:,.10g}")
        said = say(how, number=said) if how else said
    return f"{_signed(value)}{amount(unit.sign, said)}{THIN + '%' if unit.kind == 'share' else ''}"


@dataclass(frozen=True, slots=True)
class Change:
    """`way`: up, down, or empty."""

    way: str
    words: str


def change(now: float | None, before: float | None, unit: Unit) -> Change | None:
    """None: there is nothing to compare."""
    if now is None or before is None:
        return None
    apart = now - before
    way = "up" if apart > 0 else "down"
    if unit.kind == "share":
        points = f"{abs(apart) * 100:.1f}"
        return Change(way, say("%(count)s points", count=numeral(points))) if float(points) else _no_change()
    if unit.kind == "ratio":
        return Change(way, numeral(f"{abs(apart):.1f}")) if round(abs(apart), 1) else _no_change()
    if before == 0:
        return Change(way, say("from nothing")) if apart else _no_change()
    percent = abs(apart / before) * 100
    if round(percent) == 0:
        return _no_change() if not apart else Change(way, say("under %(share)s", share=f"1{THIN}%"))
    return Change(way, f"{numeral(f'{percent:,.0f}')}{THIN}%")


def _no_change() -> Change:
    return Change("", say("no change"))


def period(first: date, last: date) -> str:
    """The whole of it, with its year: 1 – 28 Nov 2026."""
    if first == last:
        return dated(last)
    begins = dated(first) if first.year != last.year else day(first)
    if (first.year, first.month) == (last.year, last.month):
        begins = say("%(day)s –", day=first.day)
        return f"{begins} {dated(last)}"
    return f"{begins} – {dated(last)}"


def several(days: Sequence[date], most: int = 5) -> str:
    """17, 18 Nov and 3 more days; one after another are told together."""
    runs: list[list[date]] = []
    for each in sorted(days):
        if runs and (each - runs[-1][-1]).days == 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    told = [
        day(run[0]) if len(run) == 1 else say("%(first)s to %(last)s", first=day(run[0]), last=day(run[-1]))
        for run in runs
    ]
    left = sum(len(run) for run in runs[most:])
    more = say_of(" and %(count)s more day", " and %(count)s more days", left) if left else ""
    return ", ".join(told[:most]) + more


def number(value: object) -> float | None:
    """A cell of an answer as something that can be drawn: what is no finite number is missing."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _signed(value: float) -> str:
    return MINUS if value < 0 else ""
