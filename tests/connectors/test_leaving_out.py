"""One question of several that is refused costs that question and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import Bug, Configure, Later, Reconnect
from shared.reading import START, Position, Reading, in_spite_of, instead, left_out, question, read, request_for
from shared.vocabulary.columns import columns
from shared.vocabulary.meanings import SKIP, On, Unknown
from shared.vocabulary.slicing import Pass
from shared.vocabulary.stream import Stream, Totals
from shared.vocabulary.wire import Answer
from tests.connectors.example_platform import EIGHT_DAYS, PLATFORM, said

REFUSED = Configure("no-permission", "No.")


def not_known(answer: Answer) -> Unknown | None:
    """“b is none of a, c”, or without a word of what there is instead."""
    if answer.status != 400:
        return None
    return Unknown(answer.json.get("no", ""), frozenset(answer.json.get("valid", ())))


def one(subject: str, name: str, *others: dict[str, str]) -> Pass:
    return Pass({"subject": subject, "metric": name}, {"metric": name}, instead=others)


SERIES = Stream(
    "series",
    "Series",
    path="/series",
    records="data",
    columns=columns("metric* text Metric", "id* text Id"),
    answers=(On(not_known, SKIP),),
    passes=(one("a", "x"), one("a", "Kept_One"), one("a", "y"), one("b", "y"), one("a", "z", {"metric": "w"})),
)
COUNTED = replace(
    SERIES, passes=(Pass(),),
    totals=Totals({"posts": ("value", "")}, "GET", "/count", {"metric": "count"}, instead=({"metric": "number"},)),
)  # fmt: skip


def turn(stream: Stream, position: Position, answer: Answer) -> Reading:
    return read(PLATFORM, stream, EIGHT_DAYS, position, request_for(PLATFORM, stream, EIGHT_DAYS, position), answer)


def asked(stream: Stream, position: Position) -> list[str]:
    query = request_for(PLATFORM, stream, EIGHT_DAYS, position).query
    return [query[name] for name in ("subject", "metric") if name in query]


def went(stream: Stream, *answers: Answer) -> tuple[list[list[str]], list[str]]:
    """What was asked one after the other, and what was left out."""
    position: Position | None = START
    questions, names, rest = list[list[str]](), list[str](), list(answers)
    while position is not None:
        questions.append(asked(stream, position))
        reading = turn(stream, position, rest.pop(0) if rest else said({"data": [{"id": "1"}]}))
        assert reading.narrowed == bool(reading.left_out)
        names += reading.left_out
        position = reading.position
    return questions, names


def test_what_is_refused_is_named_and_the_others_are_asked() -> None:
    questions, names = went(SERIES, said({}, 400))
    assert questions == [["a", "x"], ["a", "Kept_One"], ["a", "y"], ["b", "y"], ["a", "z"]]
    assert names == ["a x"]


def test_what_the_platform_says_it_knows_is_believed_of_questions_that_differ_in_nothing_else() -> None:
    """Of b it said nothing; and how a name is spelled says nothing either."""
    questions, names = went(SERIES, said({"no": "x", "valid": ["kept one", "w"]}, 400))
    assert questions == [["a", "x"], ["a", "Kept_One"], ["b", "y"], ["a", "z"]]
    assert names == ["a x", "a y"]
    assert went(SERIES, said({"no": "somebody", "valid": ["w"]}, 400))[1] == ["a x"], "that was about something else"
    twice = replace(SERIES, passes=(one("a", "a"), one("a", "y")))
    assert went(twice, said({"no": "a", "valid": ["b"]}, 400))[1] == ["a a"], "of which of the two, it did not say"


def test_it_is_asked_in_other_words_that_may_be_known() -> None:
    ok = said({"data": []})
    words = replace(SERIES, passes=(one("a", "z", {"metric": "v"}, {"metric": "w"}), one("a", "x")))
    assert went(words, said({"no": "z"}, 400)) == ([["a", "z"], ["a", "v"], ["a", "x"]], [])
    assert went(words, said({"no": "z", "valid": ["w", "x"]}, 400)) == ([["a", "z"], ["a", "w"], ["a", "x"]], [])
    assert went(words, *[said({"no": "z"}, 400)] * 3, ok)[1] == ["a z"], "by the name that we know it by"
    first = turn(words, START, said({"no": "z"}, 400)).position or {}
    assert turn(words, first, said({"data": [{"id": "1"}]})).given == {"metric": "z"}


def test_that_all_of_them_are_refused_is_an_error() -> None:
    with pytest.raises(Bug, match="refused"):
        went(SERIES, *[said({}, 400)] * 6)
    with pytest.raises(Bug, match="refused"):
        went(replace(SERIES, passes=SERIES.passes[:3]), said({"no": "x", "valid": ["other"]}, 400))


def test_a_count_is_asked_in_other_words_and_then_done_without() -> None:
    counted = said({"data": [{"value": 2}]})
    assert went(COUNTED, said({}, 400), counted) == ([["count"], ["number"], []], [])
    assert went(COUNTED, said({}, 400), said({}, 400)) == ([["count"], ["number"], []], ["total posts"])
    assert not went(COUNTED, counted)[1]


@pytest.mark.parametrize("problem", [REFUSED, Bug("refused", "No."), Later("too-much", "Too much.")])
def test_a_proof_that_is_refused_never_costs_the_rows(problem: Any) -> None:
    """Whatever the platform; and not of one alone that says which refusals it means."""
    stream = replace(COUNTED, answers=())
    step = instead(stream, EIGHT_DAYS, START, problem)
    assert step == {"told": True}
    assert left_out(stream, EIGHT_DAYS, START, step) == ("total posts",)
    assert instead(stream, EIGHT_DAYS, step, REFUSED) is None
    assert instead(stream, EIGHT_DAYS, START, Reconnect("not-authorised", "No.")) is None
    assert instead(stream, EIGHT_DAYS, START, Later("platform-down", "Down.")) is None, "that may pass"
    lasting = in_spite_of(stream, EIGHT_DAYS, START)
    assert lasting is not None
    assert (lasting.position, lasting.names) == ({"told": True}, ("total posts",))


def test_what_cannot_be_had_is_asked_again_when_the_others_were_read_and_ends_the_slice_then() -> None:
    three = replace(SERIES, passes=SERIES.passes[:3])
    off = in_spite_of(three, EIGHT_DAYS, START)
    assert off is not None
    assert not off.names
    questions, position = [], off.position
    for _ in range(2):
        assert position is not None
        questions.append(asked(three, position))
        position = turn(three, position, said({"data": []})).position
    assert questions == [["a", "Kept_One"], ["a", "y"]]
    assert position is not None
    assert asked(three, position) == ["a", "x"]
    assert turn(three, position, said({"data": []})).position is None
    assert in_spite_of(three, EIGHT_DAYS, position) is None, "a run is not complete without it"
    assert question(three, EIGHT_DAYS, position) == "a x"
    assert question(replace(three, answers=()), EIGHT_DAYS, position) == ""


def test_two_that_cannot_be_had_are_both_behind_the_others() -> None:
    three = replace(SERIES, passes=SERIES.passes[:3])
    position, questions = START, []
    for number in range(3):
        questions.append(asked(three, position)[1])
        if number == 2:  # the only one that is answered
            position = turn(three, position, said({"data": []})).position or {}
        else:
            off = in_spite_of(three, EIGHT_DAYS, position)
            position = (off.position if off else None) or {}
    assert questions == ["x", "Kept_One", "y"]
    assert asked(three, position)[1] == "x"
    assert in_spite_of(three, EIGHT_DAYS, position) is None


def test_a_platform_that_answers_none_of_them_is_out_of_order() -> None:
    position, asks = START, 0
    while off := in_spite_of(SERIES, EIGHT_DAYS, position):
        assert off.position is not None
        assert not off.names
        position, asks = off.position, asks + 1
    assert asks == len(SERIES.passes)
    assert in_spite_of(replace(SERIES, answers=()), EIGHT_DAYS, START) is None, "there all passes are one reading"


def test_a_shorter_question_says_what_it_leaves_out() -> None:
    lists = ("a,b,c", "a")
    stream = replace(
        SERIES, answers=(), narrow_query=lambda given, refused: {"what": lists[refused]} if refused < 2 else None
    )
    step = instead(stream, EIGHT_DAYS, START, Bug("not-offered", "No."))
    assert step is not None
    assert left_out(stream, EIGHT_DAYS, START, step) == ("b", "c")
    assert left_out(stream, EIGHT_DAYS, step, {**step, "spans": []}) == ()
