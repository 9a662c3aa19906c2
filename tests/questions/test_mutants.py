"""What the planner and the rules could get wrong, each tried: the questions by chance notice it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from msgspec.structs import replace as changed

from shared.questions import ask, plan, rules
from shared.questions.catalogue import Column
from shared.questions.engine import Engine
from shared.questions.query_string import read, write
from shared.questions.question import Question
from tests.questions.conftest import CALENDAR
from tests.questions.folder import Folder, typed
from tests.questions.invented import rows
from tests.questions.test_answers import compare

Break = Callable[[pytest.MonkeyPatch], None]
# Each shows one thing, written as in an address.
QUESTIONS = [
    read(text)
    for text in (
        "mart=ads_by_day&measures=cost,clicks,ctr,cpm,roas&dimensions=currency,platform",
        "mart=ads_by_day&measures=cost_converted,conversions&dimensions=platform&grain=month",
        "mart=ads_by_day&measures=clicks&grain=week&order=-clicks&limit=3",
        "mart=ads_by_day&measures=clicks&grain=day&compare=before&from=2024-01-08&until=2024-01-21",
        "mart=ads_by_day&measures=clicks&dimensions=connection_id&compare=before&from=2024-02-01&until=2024-02-29",
        "mart=ads_by_day&measures=cpa,ctr&dimensions=connection_id,currency,conversions_by&grain=day",
        "mart=fact_commerce&measures=orders&dimensions=kind,order_id&order_id.contains=A",
        "mart=fact_commerce&measures=orders,goods_net&dimensions=kind,financial_status,currency&order_id.in=a"
        "&order_id.in=%E6%97%A5%E6%9C%AC&order_id.in=%3D1%2B1&order=-goods_net",
        "mart=fact_commerce&measures=orders&financial_status=a",
        "mart=fact_commerce&measures=orders&order_id.empty=true",
        "mart=email_heat_map&measures=opens&dimensions=hour&hour.min=0&hour.max=20",
        "mart=email_heat_map&measures=opens,clicks&dimensions=weekday&opens.min=20&from=2024-01-01&until=2024-02-29",
        "mart=email_uniques&measures=unique_opens&grain=day&dimensions=connection_id,kind,campaign_id,message_id&limit=5",
        "mart=dim_date&dimensions=year,is_weekend",
    )
]


def instead(module: Any, name: str, wrong: Callable[..., Any]) -> Break:
    """The function gets what it said, and says something else."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        right = getattr(module, name)
        patch.setattr(module, name, lambda *given: wrong(right, *given))

    return broken


def said(module: Any, name: str, old: str, new: str) -> Break:
    return instead(module, name, lambda right, *given: right(*given).replace(old, new))


def planned(old: str, new: str) -> Break:
    """In the SQL of the whole plan."""

    def wrong(right: Callable[..., plan.Plan], *given: Any) -> plan.Plan:
        made = right(*given)
        return replace(made, sql=made.sql.replace(old, new))

    return instead(ask, "plan", wrong)


MUTANTS: dict[str, Break] = {
    "a sum forgets what is empty": planned(" = 0 THEN SUM", " >= 0 THEN SUM"),
    "an empty sum is zero": planned(" END", " ELSE 0 END"),
    "sums are averages": planned("SUM(", "AVG("),
    "sums are of different numbers": planned("SUM(", "SUM(DISTINCT "),
    "rates are the other way round": instead(rules, "_column", lambda right, *given: _turned(right(*given))),
    "a rate forgets its thousand": planned(" * 1000", ""),
    "a rate divides by nothing": planned("NULLIF(CAST", "COALESCE(CAST"),
    "the last day is left out": planned("BETWEEN", "NOT BETWEEN"),
    "the smallest comes first, whatever is said": planned("DESC", "ASC"),
    "what is empty comes first": planned("NULLS LAST", "NULLS FIRST"),
    "contains looks at large and small letters": planned("contains(lower(", "contains(("),
    "min is more than that": planned(" >= ", " > "),
    "max is less than that": planned(" <= ", " < "),
    "in is not in": planned(" IN (", " NOT IN ("),
    "empty is not empty": planned("IS NOT NULL", "IS NULL"),
    "equals is unlike": planned(" = $", " <> $"),
    "months begin with the quarter": planned("date_trunc('month'", "date_trunc('quarter'"),
    "weeks begin with the month": planned("date_trunc('week'", "date_trunc('month'"),
    "the other period stands at its own days": planned("date_diff('day'", "2 + date_diff('day'"),
    "both periods are one": planned("1 AS side", "0 AS side"),
    "filters hold for rows of the answer alone": instead(rules, "_conditions", lambda *_: ()),
    "rows left out are not counted": planned("COUNT(*) OVER ()", "0"),
    "one row more than asked for": instead(
        ask, "plan", lambda right, asked, full: right(replace(asked, question=_more(asked.question)), full)
    ),
    "groups are by the first dimension alone": planned(", d1", ""),
}


def _turned(column: Column) -> Column:
    if column.rate is None:
        return column
    return changed(column, rate=changed(column.rate, above=column.rate.below, below=column.rate.above))


def _more(question: Question) -> Question:
    return changed(question, limit=question.limit + 1)


@pytest.mark.parametrize("question", QUESTIONS, ids=write)
def test_a_question_that_shows_one_thing_has_its_answer(folder: Folder, engine: Engine, question: Question) -> None:
    assert is_right(question, folder, engine)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_plan_is_noticed(
    folder: Folder,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    mutant: str,
) -> None:
    MUTANTS[mutant](monkeypatch)
    assert not all(is_right(question, folder, engine) for question in QUESTIONS)


def is_right(question: Question, folder: Folder, engine: Engine) -> bool:
    """A plan that DuckDB does not understand is wrong as well."""
    try:
        compare(ask.ask(question, folder, CALENDAR, engine), typed(question.mart, rows(question.mart)))
    except (AssertionError, duckdb.Error):
        return False
    return True
