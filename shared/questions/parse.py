"""Reads a question from JSON, strictly: a name that nobody knows is refused with the nearest one that is known."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from shared.questions.nearest import nearest
from shared.questions.question import Days, Filter, Question
from shared.questions.refusal import Code, Refusal

LONGEST = 100_000  # bytes
_UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`(?P<place>( - at `[^`]*`)?)$", re.DOTALL)


def parse(text: bytes | str) -> Question:
    if len(text) > LONGEST:
        raise Refusal(Code.NOT_UNDERSTOOD, f"A question has at most {LONGEST:,} bytes.", "Name fewer values.")
    try:
        return msgspec.json.decode(text, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise not_understood(error) from None


def convert(value: Any) -> Question:
    """The same from plain values."""
    try:
        return msgspec.convert(value, Question)
    except msgspec.ValidationError as error:
        raise not_understood(error) from None


def not_understood(error: Exception) -> Refusal:
    found = _UNKNOWN.search(str(error))
    if found is None:
        return Refusal(Code.NOT_UNDERSTOOD, f"This is no question: {error}.", "docs/questions.md shows some.")
    struct = Filter if "filters" in found["place"] else Days if "days" in found["place"] else Question
    name = found["name"]
    return Refusal(Code.NOT_UNDERSTOOD, f"A question has no {name[:64]}.", nearest(name, fields(struct)))


def fields(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]
