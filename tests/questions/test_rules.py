"""Sums that would lie are refused, and the way out has an answer."""

from __future__ import annotations

import pytest

from shared.questions.ask import ask
from shared.questions.catalogue import marts
from shared.questions.engine import Engine
from shared.questions.query_string import read, write
from shared.questions.question import Question
from shared.questions.refusal import Code, Refusal
from shared.questions.rules import check
from tests.questions.conftest import ASKED, CALENDAR
from tests.questions.folder import Folder

UNSUMMED = [
    (mart.name, column.name)
    for mart in marts().values()
    for column in mart.columns.values()
    if column.adds is False and column.rate is None and not mart.persons
]


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        check(read(text), CALENDAR)
    return found.value


@pytest.mark.parametrize(("mart", "measure"), UNSUMMED)
def test_what_does_not_add_up_is_told_at_its_level_alone(mart: str, measure: str) -> None:
    level = marts()[mart].level
    refusal = refused(f"mart={mart}&measures={measure}")
    assert refusal.code is Code.DOES_NOT_ADD_UP
    assert refusal.question is not None
    assert set(level) <= {*refusal.question.dimensions, marts()[mart].day if refusal.question.grain != "none" else ""}
    for name in level:
        others = [each for each in level if each != name]
        assert refused(f"mart={mart}&measures={measure}&dimensions={','.join(others)}").code is Code.DOES_NOT_ADD_UP
    check(read(f"mart={mart}&measures={measure}&dimensions={','.join(level)}"), CALENDAR)


@pytest.mark.parametrize(
    ("text", "code", "way_out"),
    [
        # a filter by one value fixes a column as grouping does; connections have one platform
        ("mart=web_users&measures=total_users&connection_id=g1&from=2024-01-01&until=2024-01-01", None, ""),
        ("mart=web_users&measures=total_users&connection_id.in=g1&grain=day", None, ""),
        ("mart=web_users&measures=total_users&connection_id=g1&grain=week", Code.DOES_NOT_ADD_UP, "grain=day"),
        ("mart=web_users&measures=total_users&connection_id.in=g1&connection_id.in=g2&grain=day",
         Code.DOES_NOT_ADD_UP, "dimensions=connection_id"),
        ("mart=web_users&measures=total_users&platform=google_ads&grain=day", Code.DOES_NOT_ADD_UP, "connection_id"),
        # money
        ("mart=ads_by_day&measures=cost", Code.SEVERAL_CURRENCIES, "dimensions=currency"),
        ("mart=ads_by_day&measures=clicks,cpc&dimensions=platform", Code.SEVERAL_CURRENCIES, "platform%2Ccurrency"),
        ("mart=ads_by_day&measures=roas", Code.SEVERAL_CURRENCIES, "dimensions=currency"),
        ("mart=ads_by_day&measures=cost&currency=EUR", None, ""),
        ("mart=ads_by_day&measures=cost&currency.min=EUR", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=cost&currency.contains=EUR", Code.SEVERAL_CURRENCIES, "currency"),
        ("mart=ads_by_day&measures=cost&currency.empty=false", Code.SEVERAL_CURRENCIES, "currency"),
        ("mart=ads_by_day&measures=cost&currency.empty=true", None, ""),
        ("mart=ads_by_day&measures=cost_converted,clicks,ctr", None, ""),
        # measures one to a row, and what is told twice
        ("mart=metrics_by_day&measures=value", Code.TOLD_APART, "currency%2Cmetric"),
        ("mart=metrics_by_day&measures=value&metric=cost", Code.SEVERAL_CURRENCIES, "dimensions=currency"),
        ("mart=metrics_by_day&measures=value&metric=clicks&currency.empty=true", None, ""),
        ("mart=fact_social&measures=views&dimensions=network", Code.TOLD_APART, "is_repeated"),
        ("mart=fact_social&measures=views&is_repeated=false", None, ""),
        ("mart=fact_social_posts&measures=views&dimensions=network", Code.TOLD_APART, "platform"),
        # names, kinds, days
        ("mart=ads_by_dy&measures=cost", Code.UNKNOWN_MART, ""),
        ("mart=ads_by_day&measures=costs", Code.UNKNOWN_COLUMN, ""),
        ("mart=ads_by_day&measures=clicks&order=cost", Code.UNKNOWN_COLUMN, ""),
        ("mart=ads_by_day&measures=platform", Code.NOT_A_MEASURE, ""),
        ("mart=ads_by_day&measures=clicks&impressions.min=3", Code.NOT_A_MEASURE, "clicks%2Cimpressions"),
        ("mart=ads_by_day&dimensions=clicks", Code.NOT_A_DIMENSION, ""),
        ("mart=ads_by_day", Code.NOTHING_ASKED, "mart=ads_by_day"),
        ("mart=ads_by_day&measures=clicks&clicks=many", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=cost&currency=EUR&cost.min=1e999", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=clicks&clicks.min=99999999999999999999", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=conversions&conversions.min=nan", Code.BAD_VALUE, ""),
        ("mart=web_by_day&measures=sessions&is_exact=maybe", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=clicks&date.min=yesterday", Code.BAD_VALUE, ""),
        ("mart=coverage_by_day&dimensions=stream&read_at.min=2024-01-01T00:00:00", Code.BAD_VALUE, ""),
        ("mart=ads_by_day&measures=clicks&date.contains=2024", Code.BAD_VALUE, ""),
        ("mart=ads_by_week&measures=clicks&grain=day", Code.FINER_THAN_TOLD, "grain=week"),
        ("mart=ads_by_week&measures=clicks&grain=month", Code.FINER_THAN_TOLD, "grain=week"),
        ("mart=dim_accounts&dimensions=platform&grain=day", Code.NO_DAYS, "dim_accounts"),
        ("mart=dim_accounts&dimensions=platform&period=today", Code.NO_DAYS, "dim_accounts"),
        ("mart=ads_by_day&measures=clicks&compare=before", Code.NO_DAYS, "period=last-28-days"),
        # persons
        ("mart=contact_records&dimensions=status", Code.PERSONS, ""),
        ("mart=list_changes&measures=events&dimensions=list_id", Code.PERSONS, "mart=list_growth"),
        ("mart=fact_email_engagement&measures=events", Code.PERSONS, "mart=email_heat_map"),
        ("mart=fact_commerce&dimensions=customer_id", Code.UNKNOWN_COLUMN, ""),
        ("mart=ads_by_campaign&dimensions=_page", Code.UNKNOWN_COLUMN, ""),
    ],
)  # fmt: skip
def test_it_is_refused_or_not(text: str, code: Code | None, way_out: str, folder: Folder, engine: Engine) -> None:
    if code is None:
        check(read(text), CALENDAR)
        return
    refusal = refused(text)
    assert refusal.code is code
    assert refusal.sentence.endswith(".")
    if way_out:
        assert refusal.question is not None
        assert way_out in write(refusal.question)
        ask(refusal.question, folder, CALENDAR, engine)


def test_the_converted_column_is_named_where_there_is_one() -> None:
    assert "cost_converted" in refused("mart=ads_by_day&measures=cost").way_out
    assert "converted" not in refused("mart=fact_commerce&measures=tips").way_out


def test_a_way_out_of_several_troubles_leads_out_of_all(folder: Folder, engine: Engine) -> None:
    found = refused("mart=week_over_week&measures=value,change_share&grain=month&compare=before").question
    assert found is not None
    assert ask(found, folder, CALENDAR, engine).question.grain == "week"


@pytest.mark.parametrize("mart", ASKED)
def test_every_mart_has_a_question_with_an_answer(folder: Folder, engine: Engine, mart: str) -> None:
    try:
        check(Question(mart=mart), CALENDAR)
    except Refusal as refusal:
        found = refusal.question
    assert found is not None
    assert ask(found, folder, CALENDAR, engine).rows
