"""Why a question has no answer: a code for programs, a sentence for people, and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.questions.question import Question


class Code(StrEnum):
    NOT_UNDERSTOOD = "not-understood"  # it is no question
    UNKNOWN_MART = "unknown-mart"
    UNKNOWN_COLUMN = "unknown-column"
    NOT_A_MEASURE = "not-a-measure"
    NOT_A_DIMENSION = "not-a-dimension"
    NOTHING_ASKED = "nothing-asked"  # neither measures nor dimensions
    BAD_VALUE = "bad-value"  # a filter's value is not of its column's kind
    BAD_DAYS = "bad-days"
    NO_DAYS = "no-days"  # the mart has none, or the question needs some
    FINER_THAN_TOLD = "finer-than-told"  # days of a mart by weeks
    PERSONS = "persons"  # rows that tell of one person each are not published
    DOES_NOT_ADD_UP = "does-not-add-up"
    SEVERAL_CURRENCIES = "several-currencies"
    TOLD_APART = "told-apart"  # rows of several metrics, or two tellings of the same thing
    NOT_PUBLISHED = "not-published"  # not yet, or not in this version
    BUSY = "busy"  # others are asking
    TOO_LONG = "too-long"
    TOO_LARGE = "too-large"


@dataclass
class Refusal(Exception):
    code: Code
    sentence: str
    way_out: str = ""
    question: Question | None = None  # which has an answer

    def __str__(self) -> str:
        return " ".join(filter(None, (self.sentence, self.way_out)))
