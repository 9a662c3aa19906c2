"""The JSON of an answer or a file: at once, and digit by digit where a number is longer than that can take."""

from __future__ import annotations

import json

import orjson

from shared.errors import Bug
from shared.vocabulary.wire import Json

LONGEST_WHOLE = 20  # characters of a whole number of 64 bits
ROUNDED = 2.0**63  # a whole number that has more than 64 bits comes as a number with a point, from here on


class Rounded(Exception):
    """A number that has come may be a whole one that lost its last digits: the answer is to be read exactly."""


def parse_json(body: bytes) -> Json:
    """As quickly as can be. Whole numbers too long for 64 bits come as numbers with a point, without their last digits;
    whoever keeps one raises Rounded. Raises orjson.JSONDecodeError where it is no JSON."""
    return orjson.loads(body)


def parse_exactly(body: bytes) -> Json:
    """With every digit. Whole numbers that are too long for 64 bits come as texts, and what was written with a point
    or an exponent and is as large comes as it was written. For what parse_json has read already; raises Bug where that
    is nested more deeply than this can follow."""
    try:
        return json.loads(body, parse_int=_whole, parse_float=_with_point)
    except RecursionError:
        raise Bug("odd-record", "The platform sent a record nested too deeply to be kept.") from None


def check_whole(value: Json) -> None:
    """Raises Rounded where it may be, or hold, a long number without its last digits."""
    if type(value) is float and not -ROUNDED < value < ROUNDED:
        raise Rounded
    for inner in value.values() if type(value) is dict else value if type(value) is list else ():
        check_whole(inner)


def _whole(digits: str) -> int | str:
    number = int(digits) if len(digits) <= LONGEST_WHOLE else None
    return number if number is not None and -(2**63) <= number < 2**64 else digits


def _with_point(digits: str) -> Json:
    number = float(digits)
    return number if -ROUNDED < number < ROUNDED else orjson.Fragment(digits.encode())
