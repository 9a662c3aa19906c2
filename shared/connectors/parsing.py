"""The JSON of an answer or a file, with every digit of what it says."""

from __future__ import annotations

import json
import re

import orjson

from shared.connectors.wire import Json

LONGEST_WHOLE = 20  # characters of a whole number of 64 bits
# A whole number that may have more than 64 bits: orjson would make a double of it, and its last digits would be lost.
_DIGITS, _AS_ONE = b"0" * 19, bytes.maketrans(b"123456789", b"000000000")  # far quicker than to search for the number
_LONG = re.compile(rb"[:,\[]\s*(?:-\d{19}|\d{20})")


def parse_json(body: bytes) -> Json:
    """Whole numbers that are too long for 64 bits come as texts. Raises orjson.JSONDecodeError where it is no JSON."""
    said = orjson.loads(body)
    if _DIGITS not in body.translate(_AS_ONE) or _LONG.search(body) is None:
        return said
    try:
        return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError):  # a text that only looks like one, in an answer that is read otherwise
        return said


def _whole(digits: str) -> int | str:
    number = int(digits) if len(digits) <= LONGEST_WHOLE else None
    return number if number is not None and -(2**63) <= number < 2**64 else digits
