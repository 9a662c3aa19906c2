"""What each tool is asked: the types by which arguments are read, and the schemas that a model sees are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from shared.api.shapes import Asks, Cursor, DataSources, SourceStatus, Tells
from shared.questions.question import Days, Grain, Name, Question

ROWS, MOST_ROWS = 200, 2_000  # of an answer: a model reads each of them
LIST = 50
Limit = Annotated[int, Meta(ge=1, le=MOST_ROWS, description="Rows at most.")]
Names = Annotated[tuple[Name, ...], Meta(max_length=50)]
ConnectionName = Annotated[str, Meta(max_length=200, description="A connection, as how_fresh names it.")]
Period = Annotated[
    Days, Meta(description="From one day until another, or a period such as last-28-days, this-month, last-quarter.")
]


class WhatIsThere(Asks, frozen=True):
    mart: Annotated[str, Meta(max_length=64, description="One mart with all of its columns; empty: all marts.")] = ""


class Ask(Question, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A question of `shared/questions/`, with fewer rows unless more are asked for."""

    limit: Limit = ROWS
    cursor: Cursor = ""

    @property
    def question(self) -> Question:
        return Question(**{name: getattr(self, name) for name in Question.__struct_fields__})


class HowFresh(Asks, frozen=True):
    connection: ConnectionName = ""


class WhyChanged(Asks, frozen=True):
    connection: ConnectionName = ""
    platforms: Names = ()
    metrics: Annotated[Names, Meta(description="Such as cost or clicks; none: all.")] = ()
    days: Period = Days(period="last-28-days")
    limit: Limit = ROWS
    cursor: Cursor = ""


class Campaigns(Asks, frozen=True):
    """With a campaign: it and what became of it. Without: those that fit."""

    campaign: Annotated[str, Meta(max_length=1000, description="`id` of a campaign that was listed.")] = ""
    days: Annotated[Period, Meta(description="Of the one campaign; without: the last 28 days.")] = Days()
    grain: Annotated[Grain, Meta(description="Of the one campaign.")] = Grain.NONE
    platforms: Names = ()
    kinds: Annotated[tuple[Literal["ads", "email", "automation"], ...], Meta(max_length=3)] = ()
    statuses: Names = ()
    text: Annotated[str, Meta(max_length=200, description="Stands in the name.")] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="Campaigns at most.")] = LIST
    cursor: Cursor = ""


# -- what is told, where the API has no type for it --------------------------------------------------------


class ColumnThere(Tells, frozen=True, omit_defaults=True):
    name: str
    kind: str
    meaning: str
    adds: bool | None = None  # of a measure: whether it may be added up
    unit: str = ""
    currency_in: str = ""


class MartThere(Tells, frozen=True, omit_defaults=True):
    name: str
    meaning: str
    measures: list[str]
    dimensions: list[str]
    day: str = ""
    grain: str = ""
    apart: tuple[str, ...] = ()  # what has to be one before rows are added up
    columns: tuple[ColumnThere, ...] = ()


class There(Tells, frozen=True):
    today: date
    marts: list[MartThere]


class Fresh(Tells, frozen=True):
    connections: DataSources | None
    connection: SourceStatus | None


class CampaignWhole(Tells, frozen=True):
    campaign: Any
    performance: Any


def schema(kind: type[msgspec.Struct]) -> Mapping[str, Any]:
    """As JSON Schema 2020-12, with an object at its root, as the protocol has it."""
    _, parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    root = parts.pop(kind.__name__)
    return {**root, "$defs": parts} if parts else root
