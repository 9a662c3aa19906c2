"""The JSON of an answer or a file, with every digit of what it says."""

from __future__ import annotations

import json

import orjson

from shared.connectors.wire import Json

LONGEST_WHOLE = 20  # characters of a whole number of 64 bits
# A whole number that may have more than 64 bits: orjson would make a double of it, and its last digits would be lost.
_MOST = 19  # digits of a number that may just fit
# Every digit as one and the same: where nineteen stand in a row is then found far quicker than by any pattern.
_DIGITS, _AS_ONE = b"0" * _MOST, bytes.maketrans(b"123456789", b"000000000")
_PIECE = 65_536  # bytes that are looked at together: so many stay near at hand, which halves the time
_BEGINS = frozenset({b":", b",", b"[", b" ", b"\t", b"\n", b"\r"})  # what stands before a number


def parse_json(body: bytes) -> Json:
    """Whole numbers that are too long for 64 bits come as texts. Raises orjson.JSONDecodeError where it is no JSON."""
    said = orjson.loads(body)
    if not _may_hold_long_numbers(body):
        return said
    try:
        return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError):  # a text that only looks like one, in an answer that is read otherwise
        return said


def _may_hold_long_numbers(body: bytes) -> bool:
    return any(_stands_in(body, begin) for begin in range(0, len(body), _PIECE))


def _stands_in(body: bytes, begin: int) -> bool:
    """Whether one begins in this piece of the answer."""
    first = max(begin - 2, 0)  # a sign and what stands before it
    digits = body[first : begin + _PIECE + _MOST].translate(_AS_ONE)
    place = digits.find(_DIGITS)
    while place >= 0:
        end, before = place + _MOST, digits[place - 1 : place]
        negative = before == b"-"
        if negative:
            before = digits[place - 2 : place - 1]
        if before in _BEGINS and (negative or digits[end : end + 1] == b"0"):
            return True
        place = digits.find(_DIGITS, end)
    return False


def _whole(digits: str) -> int | str:
    number = int(digits) if len(digits) <= LONGEST_WHOLE else None
    return number if number is not None and -(2**63) <= number < 2**64 else digits
