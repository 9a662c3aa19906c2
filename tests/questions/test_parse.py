"""Strict from JSON and from addresses: what nobody knows is refused, with the name that was probably meant."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.questions.parse import LONGEST, parse
from shared.questions.periods import Calendar
from shared.questions.query_string import read, write
from shared.questions.question import Compare, Days, Filter, Grain, Question
from shared.questions.refusal import Code, Refusal
from shared.questions.rules import check
from tests.questions import chance
from tests.questions.conftest import ASKED, CALENDAR
from tests.questions.folder import typed
from tests.questions.invented import rows

WHOLE = Question(
    mart="ads_by_day", measures=("cost", "ctr"), dimensions=("platform", "currency"),
    filters=(Filter("platform", any_of=("google_ads", "a,b&c=d")), Filter("cost", min="1.5")),
    days=Days(first=date(2024, 1, 1), last=date(2024, 1, 31)), grain=Grain.WEEK, order=("-cost",), limit=5,
    compare=Compare.YEAR_AGO,
)  # fmt: skip


def test_json_and_an_address_say_the_same() -> None:
    text = """{"mart": "ads_by_day", "measures": ["cost", "ctr"], "dimensions": ["platform", "currency"],
        "filters": [{"column": "platform", "in": ["google_ads", "a,b&c=d"]}, {"column": "cost", "min": "1.5"}],
        "days": {"from": "2024-01-01", "until": "2024-01-31"}, "grain": "week", "order": ["-cost"], "limit": 5,
        "compare": "year-ago"}"""
    assert parse(text) == WHOLE
    assert read(write(WHOLE)) == WHOLE
    assert parse(msgspec.json.encode(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"mart": "ads_by_day", "measurs": []}', "Did you mean measures?"),
        ('{"mart": "ads_by_day", "filters": [{"column": "cost", "equal": 1}]}', "Did you mean equals?"),
        ('{"mart": "ads_by_day", "days": {"form": "2024-01-01"}}', "Did you mean from?"),
        ('{"mart": "ads_by_day", "grain": "hour"}', "hour"),
        ('{"mart": "ads_by_day", "limit": 0}', "limit"),
        ('{"mart": "ads_by_day", "limit": 100001}', "limit"),
        ('{"mart": "ads_by_day", "limit": "5"}', "limit"),
        ('{"mart": "ads_by_day", "measures": "cost"}', "measures"),
        ('{"measures": ["cost"]}', "mart"),
        ('{"mart": "ads_by_day", "days": {"from": "1st of May"}}', "days"),
        ("[" * 90_000, "no question"),
        ("{", "no question"),
        ("null", "no question"),
        ('{"mart": "\\ud800"}', "no question"),
        (" " * (LONGEST + 1), "bytes"),
    ],
)
def test_what_is_no_question_is_refused(text: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.code is Code.NOT_UNDERSTOOD
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("mart=ads_by_day&mesures=cost", Code.UNKNOWN_COLUMN, "Did you mean measures?"),
        ("mart=ads_by_day&measures=cost&platfrom=x", Code.UNKNOWN_COLUMN, "Did you mean platform?"),
        ("mart=ads_by_day&measures=cost&platform.equal=x", Code.NOT_UNDERSTOOD, "Did you mean equals?"),
        ("mart=ads_by_day&measures=cost&platform=x&platform=y", Code.NOT_UNDERSTOOD, "2 times"),
        ("mart=ads_by_day&mart=ads_by_week", Code.NOT_UNDERSTOOD, "2 times"),
        ("mart=ads_by_day&limit=many", Code.NOT_UNDERSTOOD, "limit=100"),
        ("mart=ads_by_day&limit=-1", Code.NOT_UNDERSTOOD, "limit=100"),
        ("mart=ads_by_day&platform.empty=yes", Code.NOT_UNDERSTOOD, "true or false"),
        ("mart", Code.NOT_UNDERSTOOD, "joined by &"),
        ("mart=%ff", Code.NOT_UNDERSTOOD, "joined by &"),
        ("", Code.NOT_UNDERSTOOD, "mart"),
        ("a=1&" * 6000 + "b=2", Code.NOT_UNDERSTOOD, "joined by &"),
    ],
)
def test_an_address_that_is_no_question_is_refused(text: str, code: Code, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.code is code
    assert said in str(refused.value)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_asked_can_be_written_as_an_address(data: st.DataObject) -> None:
    """Its filters are texts there, and mean the same."""
    mart = data.draw(st.sampled_from(ASKED))
    question = data.draw(chance.questions(mart, typed(mart, rows(mart))))
    assert meaning(read(write(question))) == meaning(question)


def meaning(question: Question) -> object:
    try:
        checked = check(question, CALENDAR)
    except Refusal as refusal:
        return refusal.code
    return checked.measures, checked.dimensions, checked.conditions, checked.shown, checked.order, checked.period


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_question_or_is_refused(text: str) -> None:
    for way, said in ((parse, text), (read, text), (read, f"mart=ads_by_day&measures={quote(text)}")):
        try:
            check(way(said), Calendar(date(2024, 3, 1)))
        except Refusal as refusal:
            assert str(refusal)  # noqa: PT017  whichever it is, it says something
