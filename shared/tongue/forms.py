"""How numbers, amounts and days are written: each form is a text, which every language says in its own way.

Tests hold what a language says against Unicode's tables of it (CLDR).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from shared.tongue.saying import kept, language, say

MONTHS = (
    kept("Jan"), kept("Feb"), kept("Mar"), kept("Apr"), kept("May"), kept("Jun"),
    kept("Jul"), kept("Aug"), kept("Sep"), kept("Oct"), kept("Nov"), kept("Dec"),
)  # fmt: skip
FULL_MONTHS = (
    kept("January"), kept("February"), kept("March"), kept("April"), kept("May"), kept("June"),
    kept("July"), kept("August"), kept("September"), kept("October"), kept("November"), kept("December"),
)  # fmt: skip
WEEKDAYS = (kept("Mon"), kept("Tue"), kept("Wed"), kept("Thu"), kept("Fri"), kept("Sat"), kept("Sun"))
NUMBER = kept("1,234.5")  # says which signs stand between thousands and before what is less than one


def numeral(text: str) -> str:
    """`text`: as Python writes it with `,` for thousands."""
    signs = _signs(language())
    return text.translate(signs) if signs else text


def count(value: int) -> str:
    """Such as 1,234."""
    return numeral(f"{value:,}")


@cache
def _signs(_: str) -> dict[int, str]:
    thousands, point = say(NUMBER)[1], say(NUMBER)[5]
    return {} if (thousands, point) == (",", ".") else {ord(","): thousands, ord("."): point}


def amount(sign: str, number: str) -> str:
    """`sign`: of the currency, with a space behind it where it has one."""
    return say("%(sign)s%(amount)s", sign=sign, amount=number).rstrip() if sign else number


def day(when: date, weekday: bool = False) -> str:
    said = say("%(day)s %(month)s", day=when.day, month=say(MONTHS[when.month - 1]))
    return say("%(weekday)s %(day)s", weekday=say(WEEKDAYS[when.weekday()]), day=said) if weekday else said


def dated(when: date) -> str:
    """With its year."""
    return say("%(day)s %(year)s", day=day(when), year=when.year)


def full(when: datetime) -> str:
    """Such as “27 November 2026, 14:05”."""
    there = say("%(day)s %(month)s", day=when.day, month=say(FULL_MONTHS[when.month - 1]))
    return say("%(day)s, %(time)s", day=say("%(day)s %(year)s", day=there, year=when.year), time=f"{when:%H:%M}")


def moment(when: datetime) -> str:
    """Such as “27 Nov 2026, 14:05 UTC”."""
    return say("%(day)s, %(time)s", day=dated(when.date()), time=f"{when:%H:%M} {when:%Z}".strip())
