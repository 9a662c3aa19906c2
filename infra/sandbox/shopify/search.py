"""Shopify's search syntax, as far as filters go: `updated_at:>='2026-11-01T00:00:00Z' AND id:>=7`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.sandbox.records import Record
from infra.sandbox.times import DAY, parse

_TERM = re.compile(r"(?P<name>\w+):(?P<sign>>=|<=|>|<)?(?P<value>'[^']*'|\"[^\"]*\"|[^\s]+)")
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": lambda a, b: bool(a == b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
}
Of = Callable[[Record], Any]  # what a filter looks at: a number, a moment in seconds, or a text in lower case
Filters = Mapping[str, Of]


@dataclass(frozen=True)
class Search:
    """A question understood. What is no filter of this list hides nothing: Shopify only warns of it."""

    fits: Callable[[Record], bool]
    warnings: tuple[Record, ...] = ()


def moment(name: str) -> Of:
    return lambda row: parse(row[name])


@dataclass(frozen=True)
class Day:
    """A filter that looks at the day of a moment, and at no more of the one it is given."""

    name: str

    def __call__(self, row: Record) -> float:
        return self.of(parse(row[self.name]))

    def of(self, moment: float) -> float:
        return moment // DAY


def text(name: str) -> Of:
    return lambda row: str(row[name]).lower()


def understood(query: str | None, filters: Filters) -> Search:
    """Terms joined by AND, or by a blank, which means the same."""
    terms: list[tuple[Of, Callable[[Any, Any], bool], Any]] = []
    warnings: list[Record] = []
    for found in _TERM.finditer(query or ""):
        of = filters.get(found["name"])
        value = _value(found["name"], found["value"])
        if of is None or value is None:
            warnings.append(
                {"field": found["name"], "message": "Invalid search field for this query.", "code": "invalid_field"}
            )
        else:
            terms.append((of, _SIGNS[found["sign"] or ""], of.of(value) if isinstance(of, Day) else value))
    return Search(lambda row: all(sign(of(row), value) for of, sign, value in terms), tuple(warnings))


def _value(name: str, said: str) -> Any:
    """None: not understood, as a moment without quotes, whose colons make it something else."""
    if ":" in said and said[0] not in "'\"":
        return None
    said = said.strip("'\"")
    try:
        if name.endswith("_at"):
            return parse(said)
        if name == "id" or name.endswith("_id"):
            return int(said)
    except ValueError:
        return None
    return said.lower()
