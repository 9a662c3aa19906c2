"""Whatever is asked of whatever mart: the answer is what the rows come to, and a refusal leads to an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Period
from shared.questions.question import Question
from shared.questions.refusal import Code, Refusal
from tests.questions import chance, judge
from tests.questions.conftest import ASKED, CALENDAR
from tests.questions.folder import Folder, typed
from tests.questions.invented import rows


@pytest.mark.slow
@pytest.mark.parametrize("mart", ASKED)
def test_an_answer_is_what_the_rows_come_to(folder: Folder, engine: Engine, mart: str) -> None:
    held = typed(mart, rows(mart))

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(chance.questions(mart, held))
    def asked(question: Question) -> None:
        compare(answered(question, folder, engine), held)

    asked()


def answered(question: Question, folder: Folder, engine: Engine) -> Answer:
    """The answer, or that of the question that a refusal names."""
    try:
        return ask(question, folder, CALENDAR, engine)
    except Refusal as error:
        refusal = error
    assert refusal.code in (Code.DOES_NOT_ADD_UP, Code.SEVERAL_CURRENCIES, Code.TOLD_APART, Code.FINER_THAN_TOLD)
    assert refusal.question is not None, refusal
    return ask(refusal.question, folder, CALENDAR, engine)


def compare(answer: Answer, held: Sequence[Any]) -> None:
    days = answer.days
    now, then = (_span(days.period), _span(days.compared)) if days else (None, None)
    wanted, left_out = judge.answer(answer.question, held, now, then)
    assert same(answer.rows, wanted)
    assert answer.rows_left_out == left_out
    assert len(answer.columns) == len(answer.rows[0] if answer.rows else answer.columns)


def _span(period: Period | None) -> tuple[date, date] | None:
    return (period.first, period.last) if period else None


def same(rows: Sequence[Sequence[Any]], wanted: Sequence[Sequence[Any]]) -> bool:
    if len(rows) != len(wanted):
        return False
    return all(_same(a, b) for row, other in zip(rows, wanted, strict=True) for a, b in zip(row, other, strict=True))


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float):
        return wanted is not None and math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)
    return type(found) is type(wanted) and found == wanted
