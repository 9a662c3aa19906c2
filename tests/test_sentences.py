"""Sentences that were made in English, with values in them, are found again in the catalogue and said in the page's
language; and the tool that collects them finds each that the code makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.tools import sentences
from shared.errors import Later
from shared.tongue.saying import speaking
from shared.tongue.sentences import LONGEST, retold, template

SLOW = "Mailchimp asks us to slow down."


def test_a_sentence_is_said_with_its_values_in_the_language_of_the_page() -> None:
    assert retold(SLOW) == SLOW
    with speaking("de"):
        assert retold(SLOW) == "Mailchimp bittet uns, langsamer zu fragen."
        assert retold("A key ends after at most 365 days.") == "Ein Schlüssel endet nach höchstens 365 Tagen."
        assert retold("This key was revoked, and stays so.") == "Dieser Schlüssel wurde widerrufen und bleibt es."


def test_a_sentence_within_a_sentence_is_said_as_well() -> None:
    with speaking("de"):
        assert retold(f"{SLOW} Nothing was connected.") == (
            "Mailchimp bittet uns, langsamer zu fragen. Es wurde nichts verbunden."
        )


@pytest.mark.parametrize(
    "odd", ["", " ", "x", "%", "100 %", "%(title)s", "{title}", "Hello there, nobody knows this.", "x" * (LONGEST + 1)]
)
def test_what_is_no_sentence_of_ours_stays_as_it_is(odd: str) -> None:
    with speaking("de"):
        assert retold(odd) == odd


def test_a_value_is_a_value_whatever_stands_in_it() -> None:
    with speaking("de"):
        for value in ("%(x)s %s %%", "<b>", "bittet uns, langsamer zu fragen", "{}", "a\\1b", "Overview"):
            assert retold(f"{value} asks us to slow down.") == f"{value} bittet uns, langsamer zu fragen."


def test_a_problem_stays_english_for_logs_and_programs() -> None:
    with speaking("de"):
        assert str(Later("limited", SLOW)) == f"limited: {SLOW}"


@pytest.mark.parametrize(
    ("text", "sentence", "values"),
    [
        ("%(a)s is %(b)s.", "x is y.", {"a": "x", "b": "y"}),
        ("%(a)s is %(b)s.", " is .", {"a": "", "b": ""}),
        ("%(a)s is %(b)s.", "x was y.", None),
        ("%(a)s is %(a)s.", "x is x.", {"a": "x"}),
        ("%(a)s is %(a)s.", "x is y.", None),
        ("%(a)s %% of it", "5 % of it", {"a": "5"}),
        ("to %(a)s to", "to to", None),
    ],
)
def test_values_are_what_stands_in_the_gaps(text: str, sentence: str, values: dict[str, str] | None) -> None:
    assert template(text).values(sentence) == values


SOURCE = """
DENIED = "It is denied."
MANY = {1: "It is one.", 2: f"{x.title} is two."}
class Bad(Problem): ...
def f(title, days, way, found):
    raise Problem("a", f"{title} and {way.title} end in {days} day{'s' if days else ''}, 5 %.")
    raise Bad("b", DENIED if way else MANY.get(found, "{} is many.".format(title)))
    return {"sentence": "It is kept."}
"""


def test_sentences_are_found_in_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.py"
    path.write_text(SOURCE)
    monkeypatch.setattr(sentences, "files", lambda: iter([path]))
    monkeypatch.setattr(sentences, "kinds_with_sentences", lambda: {"Problem": 1, "Bad": 1})
    assert set(sentences.by_text()) == {
        "%(title)s and %(title_)s end in %(days)s days, 5 %%.",
        "%(title)s and %(title_)s end in %(days)s day, 5 %%.",
        "It is denied.",
        "It is one.",
        "%(title)s is two.",
        "%(title)s is many.",
        "It is kept.",
    }


@pytest.mark.parametrize(
    "text",
    ["%(title)s asks us to slow down.", "There is no such key.", "It was closed.", "That is more than %(most)s days."],
)
def test_each_way_in_which_problems_get_their_sentence_is_known(text: str) -> None:
    """By a format, as a constant, out of a table, with a number in it."""
    assert text in sentences.by_text()
