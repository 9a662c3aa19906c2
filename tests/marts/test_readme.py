"""The README's questions: their SQL answers on the marts, and their tables have the columns that come out."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlglot
from sqlglot import ErrorLevel

from infra.local.processes import ROOT
from tests.marts.conftest import OURS
from tests.marts.marts_fixture import MartsFixture

PART = re.search(r"## Three questions\n(.*?)\n## ", (ROOT / "README.md").read_text(), re.DOTALL)
QUESTIONS = re.findall(r"```sql\n(.*?)```\n+((?:\|[^\n]*\n)+)", PART[1], re.DOTALL) if PART else []
NOW = date(2026, 9, 10)  # when the golden rows were read


def test_there_are_three() -> None:
    assert len(QUESTIONS) == 3


@pytest.mark.parametrize(("sql", "answer"), QUESTIONS)
def test_a_question_is_answered_as_it_is_written(desk: MartsFixture, sql: str, answer: str) -> None:
    assert sqlglot.parse_one(sql, read="bigquery", error_level=ErrorLevel.RAISE)
    asked = sql.replace("CURRENT_DATE()", f"DATE '{NOW}'").replace("CURRENT_TIMESTAMP()", f"TIMESTAMP '{NOW}'")
    rows = desk.ask(OURS, asked)
    head, _, *lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in answer.splitlines()]
    assert rows, "the golden rows have an answer, too"
    assert list(rows[0]) == head
    assert {len(line) for line in lines} == {len(head)}
