"""A question: a value of plain parts, the same from a page, a feed, a report, an address or an agent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=1000)]
Scalar = bool | int | float | Text

MEASURES, DIMENSIONS, FILTERS, VALUES = 20, 10, 20, 1000  # at most
ROWS, MOST_ROWS = 10_000, 100_000  # that an answer holds if nothing is said, and at most


class Grain(StrEnum):
    NONE = "none"
    DAY = "day"
    WEEK = "week"  # from Monday on, as everywhere here
    MONTH = "month"
    QUARTER = "quarter"


class Compare(StrEnum):
    NONE = "none"
    BEFORE = "before"  # the period before, as long as this one
    YEAR_AGO = "year-ago"  # the same days a year ago


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of a dimension: which rows count. Of a measure that is asked for: which rows of the answer are shown."""

    column: Name
    equals: Scalar | UnsetType = UNSET
    any_of: Annotated[tuple[Scalar, ...], Meta(min_length=1, max_length=VALUES)] | UnsetType = msgspec.field(
        default=UNSET, name="in"
    )
    min: Scalar | UnsetType = UNSET
    max: Scalar | UnsetType = UNSET
    contains: Annotated[Text, Meta(min_length=1)] | UnsetType = UNSET  # in small or capital letters
    empty: bool | UnsetType = UNSET


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """From one day until another, both included; or a period that has a name."""

    first: date | None = msgspec.field(default=None, name="from")
    last: date | None = msgspec.field(default=None, name="until")
    period: str = ""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    mart: Name
    measures: Annotated[tuple[Name, ...], Meta(max_length=MEASURES)] = ()
    dimensions: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()
    filters: Annotated[tuple[Filter, ...], Meta(max_length=FILTERS)] = ()
    days: Days = Days()
    grain: Grain = Grain.NONE
    order: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()  # `-cost`: the largest first
    limit: Annotated[int, Meta(ge=1, le=MOST_ROWS)] = ROWS
    compare: Compare = Compare.NONE
