"""A question about published marts has the answer that the marts themselves give, whoever is asked: BigQuery's stand-in
over its views, and GoogleSQL's reference implementation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from shared.model import Workspace
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.catalogue import Mart, marts
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import MEASURES, Grain, Question
from shared.questions.refusal import Refusal
from tests.googlesql.answers import answers
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.googlesql.service import Rows, Service
from tests.marts import golden
from tests.marts.conftest import EMPTY
from tests.marts.marts_fixture import MartsFixture
from tests.questions import chance
from tests.questions.folder import COLUMNS, Folder, published, typed
from tests.questions.googlesql import googlesql

pytestmark = pytest.mark.slow

CALENDAR = Calendar(date(2026, 9, 10), fiscal_year_start=4)
ASKED = {name: mart for name, mart in marts().items() if not mart.persons}
DIGITS = 5  # quotients of amounts have nine in GoogleSQL, and more elsewhere
SLOW = {"metrics_every_day", "moving_averages", "week_over_week"}  # of the stand-in's views; one question is enough
EMPTY_HERE = {"ads_beside_campaigns", "ads_not_told", "coverage_by_day"}  # of what is amiss, and nothing is


@pytest.fixture(scope="module")
def answered(service: Service) -> dict[str, Rows]:  # noqa: F811
    """All rows of every mart, as GoogleSQL has them."""
    workspace = Workspace("cedar", "Cedar", currency="EUR", fiscal_year_start=4, zone=golden.ZONE)
    whom = answers(service, workspace, golden.CURRENT, golden.HISTORY, golden.RATES)
    return {name: typed(name, whom.mart(name)) for name in ASKED}


@pytest.fixture(scope="module")
def folder(answered: dict[str, Rows], tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return published(tmp_path_factory.mktemp("golden"), answered)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def held(empty: MartsFixture) -> MartsFixture:
    empty.hold(EMPTY, "raw", golden.CURRENT)
    empty.hold(EMPTY, "history", golden.HISTORY)
    return empty


def whole(mart: Mart) -> list[Question]:
    """All that adds up, by month; and all that does not, at its level."""
    sums = [each for each in mart.columns.values() if each.adds or each.rate is not None][:MEASURES]
    others = [each.name for each in mart.columns.values() if each.adds is False and each.rate is None]
    grain = Grain(mart.grain) if mart.grain in ("week", "month") else Grain.MONTH if mart.grain else Grain.NONE
    apart = {name for column in sums for name in mart.together(column)} - {"reporting_currency"}
    by = [*sorted(apart), *[name for name in ("platform",) if name in mart.columns and name not in apart]]
    found = [
        Question(mart=mart.name, measures=tuple(each.name for each in sums), dimensions=tuple(by), grain=grain),
        Question(mart=mart.name, measures=tuple(others), dimensions=mart.level),
    ]
    return [each for each in found if each.measures or (not sums and not others and each.dimensions)]


@pytest.mark.parametrize("mart", [name for name, mart in ASKED.items() if mart.level])
def test_a_level_tells_the_golden_rows_apart(answered: dict[str, Rows], mart: str) -> None:
    levels = [tuple(row[name] for name in ASKED[mart].level) for row in answered[mart]]
    assert len(set(levels)) == len(levels)


@pytest.mark.parametrize("mart", ASKED)
def test_the_stand_in_gives_the_same_answer(held: MartsFixture, folder: Folder, engine: Engine, mart: str) -> None:
    for question in whole(ASKED[mart])[-1 if mart in SLOW else 0 :]:
        rows = ask(question, folder, CALENDAR, engine).rows
        assert rows or mart in EMPTY_HERE
        asked = held.ask(EMPTY, googlesql(question, mart, None))
        assert plain(rows) == plain([tuple(row.values()) for row in asked])


@pytest.mark.parametrize("mart", ASKED)
def test_googlesql_gives_the_same_answer(
    service: Service,  # noqa: F811
    answered: dict[str, Rows],
    folder: Folder,
    engine: Engine,
    mart: str,
) -> None:
    columns = [(each.name, each.sql_type) for each in COLUMNS[mart].values() if each.kind != "json"]

    def judged(question: Question) -> None:
        answer = answered_question(question, folder, engine)
        period = answer.days.period if answer.days is not None else None
        span = (period.first, period.last) if period is not None else None
        sql = googlesql(answer.question, mart, span)
        rows = service.rows(sql, {mart: columns}, {mart: answered[mart]})
        assert plain(answer.rows) == plain([tuple(row.values()) for row in rows])

    @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(chance.questions(mart, answered[mart][:100], compare=False))
    def by_chance(question: Question) -> None:
        judged(replace(question, limit=10_000, order=()))

    for question in whole(ASKED[mart]):
        judged(question)
    if len(answered[mart]) < 1000:  # dim_date has thousands, and takes seconds
        by_chance()


def answered_question(question: Question, folder: Folder, engine: Engine) -> Answer:
    try:
        return ask(question, folder, CALENDAR, engine)
    except Refusal as refusal:
        found = refusal.question
    assert found is not None
    return ask(found, folder, CALENDAR, engine)


def plain(rows: Sequence[Sequence[Any]]) -> list[str]:
    return sorted(repr([_plain(value) for value in row]) for row in rows)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return round(float(value), DIGITS) + 0.0  # no negative nothing
