"""A question in, an answer out: over one version of one workspace's published marts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.questions.answer import Answer, Days
from shared.questions.columns import columns_of
from shared.questions.engine import Engine, Row
from shared.questions.marking import days_of
from shared.questions.periods import Calendar
from shared.questions.plan import Plan, plan
from shared.questions.published import Published
from shared.questions.question import Question
from shared.questions.refusal import Code, Refusal
from shared.questions.rules import Checked, check

CONVERTED = "reporting_currency"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def ask(question: Question, published: Published, calendar: Calendar, engine: Engine) -> Answer:
    """Refused, with a way out, where it has no answer."""
    asked = check(question, calendar)
    files = published.files
    if asked.mart.name not in files:
        raise Refusal(
            Code.NOT_PUBLISHED, f"{asked.mart.name} is not published yet.", "It is on its way; ask again in a minute."
        )
    mart, whole = asked.mart.name, any(column.whole for column in asked.measures)
    with engine.reading([path for paths in files.values() for path in paths]) as reader:
        full = reader.once(f"full {mart}", lambda: reader.full(files[mart])) if whole else frozenset[str]()
        planned = plan(asked, full)
        rows = reader.rows(planned.sql, files[mart], planned.bound)
        days = days_of(asked, files, reader, calendar)
    return _answer(asked, planned, rows, published, days)


def _answer(asked: Checked, planned: Plan, rows: Sequence[Row], published: Published, days: Days | None) -> Answer:
    columns = columns_of(asked)
    width = len(columns)
    lacking = [sum(row[width + place] for row in rows) for place in range(len(planned.whole))]
    converted = any(each.currency_in == CONVERTED for each in columns)
    currency = next((row[-2] for row in rows if row[-2]), "") if converted else ""
    times = {place for place, column in enumerate(columns) if column.kind == "time"}
    return Answer(
        question=asked.question,
        version=published.manifest.version,
        stamp=published.manifest.stamp,
        columns=tuple(
            replace(each, currency=currency, currency_in="") if each.currency_in == CONVERTED else each
            for each in columns
        ),
        rows=tuple(_cells(row[:width], times) for row in rows),
        rows_left_out=max(rows[0][-1] - len(rows), 0) if rows else 0,
        without_rate=tuple((column.name, count) for column, count in zip(planned.whole, lacking, strict=True) if count),
        days=days,
    )


def _cells(row: Row, times: Container[int]) -> tuple[Any, ...]:
    """Moments are read as microseconds."""
    return tuple(
        _BEGINNING + timedelta(microseconds=cell) if place in times and cell is not None else cell
        for place, cell in enumerate(row)
    )
