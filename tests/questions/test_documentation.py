"""The examples of docs/questions.md have the answers that stand below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from infra.tools.docs import ROOT
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.parse import fields, parse
from shared.questions.periods import PERIODS
from shared.questions.query_string import read, write
from shared.questions.question import Compare, Filter, Grain, Question
from shared.questions.refusal import Code, Refusal
from tests.questions.conftest import CALENDAR
from tests.questions.folder import Folder, published
from tests.questions.test_by_hand import G1, MARTS

TEXT = (ROOT / "docs" / "questions.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```\n```text\n(.*?)```", TEXT, re.DOTALL)
USERS = [{**G1, "date": date(2024, 3, day), "total_users": 10} for day in (1, 2)]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return published(tmp_path_factory.mktemp("documentation"), {**MARTS, "web_users": USERS})


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == TEXT.count("```json") >= 5


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_has_its_answer(here: Folder, engine: Engine, number: int) -> None:
    asked, said = EXAMPLES[number]
    assert list(shown(parse(asked), here, engine)) == said.splitlines()


def shown(question: Question, here: Folder, engine: Engine) -> Iterator[str]:
    try:
        answer = ask(question, here, CALENDAR, engine)
    except Refusal as refusal:
        yield f"{refusal.code}: {refusal}"
        yield write(refusal.question) if refusal.question is not None else ""
    else:
        yield from table(answer)


def table(answer: Answer) -> Iterator[str]:
    yield " | ".join(each.name + " before" * each.before for each in answer.columns)
    yield from (" | ".join(map(_cell, row)) for row in answer.rows)
    yield from (f"{name} lacks {count}" for name, count in answer.without_rate)
    if answer.rows_left_out:
        yield f"{answer.rows_left_out} rows left out"


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(round(value, 6)) if isinstance(value, float) else str(value)


def test_the_page_names_all_parts_codes_grains_and_periods() -> None:
    named = set(re.findall(r"`([\w.-]+)`", TEXT))
    filtered = set(fields(Filter)) - {"column"}
    assert {*fields(Question), *filtered, *Code, *Compare, *Grain} - {"none"} <= named
    for name in PERIODS:
        begins, _, ends = name.partition("-")
        assert name in named or (begins in ("this", "last") and ends in named) or ends.removesuffix("-days").isdigit()


def test_the_address_on_the_page_is_a_question() -> None:
    for address in re.findall(r"`(mart=[^`]*)`", TEXT):
        assert read(address).mart == "ads_by_day"
