"""Numbers inside JSON columns, written so that BigQuery takes them and keeps them as they are. Pure.

BigQuery parses JSON exactly: a number with a point is refused when the text that BigQuery itself would write for it is
another number than the one that came (“cannot round-trip through string representation”), and then the whole load job
fails. Its writer is Grisu2 (Loitsch, 2010; `CheckNumberRoundtrip` of GoogleSQL, 2026-11), which for about one double in
a thousand does not find the shortest digits: of 67.174118 it makes 67.17411800000001, the same double. So such a
number is written with the digits that Grisu2 finds for it. Whole numbers are exact up to 64 bits; longer ones have
lost digits when the answer was read, and are not taken as they are (`parsing.py`).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain

import orjson

from shared.parsing import check_whole
from shared.vocabulary.wire import Json

_FOUND: dict[float, bool] = {}  # numbers that were looked at: whether they are written in another way
_MOST_FOUND = 65_536
_POINT = re.compile(rb"\.(?<=\d\.)\d")  # a sign that is rare comes first, and is looked for as quickly as can be
_TINY = re.compile(rb"e-(?<=[:,\[-]\de-)\d")  # 1e-7
_HUGE = b"e+"  # 1e+30
_BITS = 64
_SMALLEST, _STEP, _COUNT = -300, 8, 79  # the powers of ten that are kept: 10^-300, 10^-292 … 10^324


def hold_points(values: Sequence[Json]) -> bool:
    """Whether any of them may be, or hold, a number with a point that is to be written in another way. All of a column
    at once, and first as text, for that takes least time: most columns hold nothing that looks like one."""
    try:
        said = orjson.dumps(values)
    except orjson.JSONEncodeError:  # it is nested too deeply, which whoever writes it will say
        return True
    looks_like_one = _POINT.search(said) or _TINY.search(said) or _HUGE in said
    return bool(looks_like_one) and _hold_points(values)


def _hold_points(values: Sequence[Json]) -> bool:
    while values:
        kinds = set(map(type, values))
        if float in kinds:
            return True
        maps = [value for value in values if type(value) is dict] if dict in kinds else []
        lists = [value for value in values if type(value) is list] if list in kinds else []
        values = [*chain.from_iterable(map(dict.values, maps)), *chain.from_iterable(lists)]
    return False


def written(value: Json) -> Json:
    """The same value; a number that BigQuery would not take back is one that knows how it is to be written. Raises
    Rounded where a long one may have lost digits."""
    if type(value) is float:
        return _float(value)
    return _anew(value) if type(value) in {dict, list} and _odd(value) else value


def _odd(value: Json) -> bool:
    inside = [value]
    for one in inside:  # it grows while it is gone through
        for inner in one.values() if type(one) is dict else one:
            kind = type(inner)
            if kind is float:
                if _FOUND.get(inner) is not False and _float(inner) is not inner:
                    return True
            elif kind is dict or kind is list:
                inside.append(inner)
    return False


def _anew(value: Json) -> Json:
    if type(value) is dict:
        return {name: _anew(inner) for name, inner in value.items()}
    if type(value) is list:
        return [_anew(inner) for inner in value]
    return _float(value) if type(value) is float else value


def _float(value: float) -> Json:
    check_whole(value)
    text = _text(value) if value and not value.is_integer() else ""
    if len(_FOUND) >= _MOST_FOUND:
        _FOUND.clear()
    _FOUND[value] = bool(text)
    return orjson.Fragment(text.encode()) if text else value


@lru_cache(maxsize=65_536)
def _text(value: float) -> str:
    """How Grisu2 writes it, where the shortest digits are others; otherwise "": as it is."""
    digits, exponent = grisu2(abs(value))
    number = Decimal(digits).scaleb(exponent).copy_sign(Decimal(value))
    return "" if number == Decimal(repr(value)) else str(number)


def _normal(f: int, e: int) -> tuple[int, int]:
    shift = _BITS - f.bit_length()
    return f << shift, e - shift


def _power(k: int) -> tuple[int, int]:
    """10^k as 64 bits, rounded, and a power of two."""
    above, below = (10**k, 1) if k >= 0 else (1, 10**-k)
    e = above.bit_length() - below.bit_length() - _BITS
    for exponent in (e, e + 1):
        top, bottom = (above, below << exponent) if exponent >= 0 else (above << -exponent, below)
        f = (2 * top + bottom) // (2 * bottom)
        if f.bit_length() == _BITS:
            return f, exponent
    raise ArithmeticError(k)


_POWERS = [_power(_SMALLEST + _STEP * number) for number in range(_COUNT)]


def _times(f: int, by: int) -> int:
    return (f * by + (1 << 63)) >> 64


def grisu2(value: float) -> tuple[int, int]:
    """Digits and power of ten of a number above zero: some of the shortest that are this double and no other one, but
    not always the shortest."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    exponent, fraction = bits >> 52, bits & ((1 << 52) - 1)
    f, e = (fraction + (1 << 52), exponent - 1075) if exponent else (fraction, -1074)
    # The middles between this double and its neighbours.
    high, e_high = _normal(2 * f + 1, e - 1)
    low, e_low = (4 * f - 1, e - 2) if not fraction and exponent > 1 else (2 * f - 1, e - 1)
    low <<= e_low - e_high
    here, _ = _normal(f, e)
    # A power of ten that brings them to where whole digits can be taken off.
    wanted = -60 - e_high - 1
    k = int(wanted * 78_913 / (1 << 18)) + (1 if wanted > 0 else 0)
    index = (-_SMALLEST + k + _STEP - 1) // _STEP
    c, e_c = _POWERS[index]
    ten = -(_SMALLEST + _STEP * index)
    here, low, high = _times(here, c), _times(low, c) + 1, _times(high, c) - 1
    shift = -(e_high + e_c + _BITS)
    one = 1 << shift
    return _digits(high, high - low, high - here, one, shift, ten)


def _digits(high: int, delta: int, dist: int, one: int, shift: int, ten: int) -> tuple[int, int]:
    whole, rest = high >> shift, high & (one - 1)
    digits, left = 0, len(str(whole))
    while left:
        left -= 1
        size = 10**left
        digit, whole = divmod(whole, size)
        digits = digits * 10 + digit
        behind = (whole << shift) + rest
        if behind <= delta:
            return _rounded(digits, dist, delta, behind, size << shift), ten + left
    while True:
        rest, delta, dist, ten = rest * 10, delta * 10, dist * 10, ten - 1
        digits = digits * 10 + (rest >> shift)
        rest &= one - 1
        if rest <= delta:
            return _rounded(digits, dist, delta, rest, one), ten


def _rounded(digits: int, dist: int, delta: int, rest: int, step: int) -> int:
    """Nearer to the number itself, as long as it stays within."""
    while rest < dist and delta - rest >= step and (rest + step < dist or dist - rest > rest + step - dist):
        digits, rest = digits - 1, rest + step
    return digits
