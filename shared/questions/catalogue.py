"""What can be asked: marts, columns, units, and what may be done with their numbers. Made by `python -m
infra.tools.docs` from the views' own headers; read when it is first needed, so that importing it costs nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("catalogue.json")
# Whoever has a connection has these of it, too.
OF_A_CONNECTION = frozenset({"platform", "account_id"})
# A workspace has one of each, so they are the same in all rows that one question sees.
OF_A_WORKSPACE = frozenset({"workspace_id", "reporting_currency"})


class Rate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rate is divided after its parts were added up."""

    above: str
    below: str
    times: int = 1


class Column(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    kind: str  # as in shared/vocabulary/columns.py
    meaning: str
    adds: bool | None = None  # None: it is no measure
    unit: str = ""  # money, count, rate, seconds; measured: by the row's metric
    currency: str = ""  # the column that names the currency of an amount
    rate: Rate | None = None
    native: str = ""  # of a converted amount: the one that it was converted from
    whole: bool = False  # a sum with an empty part is empty

    @property
    def is_measure(self) -> bool:
        return self.adds is not None


class Mart(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    meaning: str
    columns: dict[str, Column]
    level: tuple[str, ...] = ()  # what tells a row from all others, or from all that tell the same columns
    apart: tuple[str, ...] = ()  # what has to be one before rows are added up
    day: str = ""  # the column of its days, or of the first days of its weeks or months
    grain: str = ""  # how long one of these is: day, week or month
    persons: bool = False  # a row tells of one person: never published, never answered
    instead: tuple[str, ...] = ()  # of persons: marts that add them up
    tables: tuple[str, ...] = ()  # what it is made of: days of these may be missing

    def measures(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.is_measure]

    def dimensions(self) -> list[str]:
        return [name for name, column in self.columns.items() if not column.is_measure]

    def together(self, column: Column) -> frozenset[str]:
        """What has to be one before numbers of this column are added up."""
        if column.rate is not None:
            parts = (self.columns[column.rate.above], self.columns[column.rate.below])
            return frozenset().union(*map(self.together, parts))
        own = frozenset({column.currency} if column.currency else ())
        return own | (frozenset(self.apart) if column.unit == "measured" or "metric" not in self.apart else frozenset())


@cache
def marts() -> dict[str, Mart]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Mart])
