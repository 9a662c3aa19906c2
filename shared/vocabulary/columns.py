"""Columns of a table, written as a compact text: `path type meaning; path type meaning`.

    id* text Audience id; stats.member_count int+ Subscribed members; location json Where they signed up

`micros` is money that the platform counts in millionths.
`*` part of the key · `+` a measure that may be added up · `~` a measure that may not (reach, rates, unique people).
A dotted path becomes a name with underscores; `path=name` gives another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPES = {
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
_ENTRY = re.compile(
    r"(?P<path>[A-Za-z0-9_][\w.\-]*)(=(?P<name>[a-z_]\w*))?(?P<key>\*)? (?P<type>[a-z]+)(?P<adds>[+~])? (?P<meaning>.+)"
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str  # a word of TYPES
    meaning: str
    path: tuple[str, ...]
    key: bool = False
    adds: bool | None = None  # None: not a measure

    @property
    def sql_type(self) -> str:
        return TYPES[self.kind]


def columns(text: str) -> tuple[Column, ...]:
    """Read the compact text; a mistake in it stops the import, so it never reaches a sync."""
    found = []
    for entry in re.split(r";\s|\n", text):
        entry = entry.strip().rstrip(";")
        if not entry:
            continue
        match = _ENTRY.fullmatch(entry)
        if match is None or match["type"] not in TYPES:
            raise ValueError(f"not a column: {entry!r}")
        path = match["path"]
        if path[0].isdigit() and not match["name"]:
            raise ValueError(f"a column needs a name that begins with a letter: {entry!r}")
        found.append(
            Column(
                name=match["name"] or path.replace(".", "_").replace("-", "_").lower(),
                kind=match["type"],
                meaning=match["meaning"],
                path=tuple(path.split(".")),
                key=match["key"] is not None,
                adds={"+": True, "~": False, None: None}[match["adds"]],
            )
        )
    names = [column.name for column in found]
    if len(set(names)) != len(names):
        raise ValueError(f"a column is named twice: {sorted(n for n in names if names.count(n) > 1)}")
    return tuple(found)
