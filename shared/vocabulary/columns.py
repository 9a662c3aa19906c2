"""Columns of a table, written as a text with one column a line: `path kind meaning`.

    id* text Audience id
    stats.member_count int+ Subscribed members
    # a line that begins so is for whoever reads the code
    location json Where they signed up

A path leads to the value in a record. Its dots become underscores in the column's name; `path=name` gives another one.
`*` behind it: part of the key. The kind is a word of `TYPES`; `micros` is money that the platform counts in millionths.
`+` behind it: a measure that may be added up; `~`: one that may not (reach, rates, unique people). The meaning is the
rest of the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["text", "int", "float", "money", "micros", "bool", "time", "date", "json", "texts"]
TYPES: Mapping[Kind, str] = {
    "text": "STRING",
    "int": "INT64",
    "float": "FLOAT64",
    "money": "NUMERIC",
    "micros": "NUMERIC",
    "bool": "BOOL",
    "time": "TIMESTAMP",
    "date": "DATE",
    "json": "JSON",
    "texts": "ARRAY<STRING>",
}
_PLACE = re.compile(r"(?P<path>[A-Za-z0-9_][\w.\-]*)(=(?P<name>[a-z_]\w*))?(?P<key>\*)?")
_KIND = re.compile(r"(?P<kind>.*?)(?P<adds>[+~])?")
_ANOTHER = re.compile(rf";\s+(?P<column>[\w.\-=]+\*? (?:{'|'.join(TYPES)})[+~]? )")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind
    meaning: str
    path: tuple[str, ...]
    key: bool = False
    adds: bool | None = None  # None: not a measure

    @property
    def sql_type(self) -> str:
        return TYPES[self.kind]


def columns(*texts: str) -> tuple[Column, ...]:
    """Read the texts, one behind the other. A mistake stops the import, so it never reaches a sync; it names its line,
    counted from the first one that says something."""
    found: dict[str, tuple[int, Column]] = {}
    for number, line in _lines("\n".join(texts)):
        column = _column(number, line)
        if column.name in found:
            raise _wrong(number, line, f"the column {column.name!r} stands in line {found[column.name][0]} already")
        found[column.name] = (number, column)
    return tuple(column for _, column in found.values())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.strip().splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("# "):
            yield number, line.strip()


def _column(number: int, line: str) -> Column:
    place, kind, meaning = [*line.split(" ", 2), "", ""][:3]
    where, what = _PLACE.fullmatch(place), cast("re.Match[str]", _KIND.fullmatch(kind))
    if where is None:
        raise _wrong(number, line, f"{place!r} is no path, with a name behind = and * for the key")
    if where["path"][0].isdigit() and not where["name"]:
        raise _wrong(number, line, f"a column needs a name that begins with a letter: {place}=…")
    if what["kind"] not in TYPES:
        raise _wrong(number, line, f"{kind!r} is no kind; {_nearest(what['kind'])}")
    if not meaning.strip():
        raise _wrong(number, line, f"{place!r} has no meaning")
    if ";" in meaning and (another := _ANOTHER.search(meaning)):
        raise _wrong(number, line, f"one column a line; {another['column'].strip()!r} begins another")
    path = where["path"]
    return Column(
        name=where["name"] or path.replace(".", "_").replace("-", "_").lower(),
        kind=cast("Kind", what["kind"]),
        meaning=meaning,
        path=tuple(path.split(".")),
        key=where["key"] is not None,
        adds={"+": True, "~": False, None: None}[what["adds"]],
    )


def _nearest(word: str) -> str:
    from difflib import get_close_matches  # only a mistake needs it, and every cold start would pay for it

    near = get_close_matches(word, TYPES, 1, 0.5)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(TYPES)}"


def _wrong(number: int, line: str, what: str) -> ValueError:
    return ValueError(f"line {number}: {what} ({line})")
