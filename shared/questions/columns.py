"""The columns that an answer has: known of a question that was checked, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.questions.answer import Shown
from shared.questions.catalogue import Column
from shared.questions.question import Grain
from shared.questions.rules import Checked


def columns_of(asked: Checked) -> tuple[Shown, ...]:
    """In the order in which they come."""
    numbers = [_shown(asked, column) for column in asked.measures]
    then = [replace(each, before=True) for each in numbers] if asked.compared is not None else []
    return (*_grouped(asked), *numbers, *then)


def _grouped(asked: Checked) -> Iterator[Shown]:
    if asked.grain is not Grain.NONE:
        day = asked.mart.columns[asked.mart.day]
        meaning = day.meaning if asked.grain == asked.mart.grain else f"First day of the {asked.grain}"
        yield Shown(name=day.name, kind=day.kind, meaning=meaning)
    for column in asked.dimensions:
        yield Shown(name=column.name, kind=column.kind, meaning=column.meaning)


def _shown(asked: Checked, column: Column) -> Shown:
    named = [each.values[0] for each in asked.conditions if each.column.name == column.currency and each.way != "empty"]
    grouped = any(each.name == column.currency for each in asked.dimensions)
    fixed = str(named[0]) if named and not grouped else ""
    return Shown(
        name=column.name, kind="float" if column.rate is not None else column.kind, meaning=column.meaning,
        adds=column.adds, unit=column.unit, currency=fixed, currency_in="" if fixed else column.currency,
    )  # fmt: skip
