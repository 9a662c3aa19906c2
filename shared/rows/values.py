"""Single values, checked against the kind of their column. What is plainly right passes unlooked at."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain

from shared.clock import EARLIEST, LATEST
from shared.parsing import check_whole
from shared.vocabulary.wire import Json

_MONEY = re.compile(r"-?[0-9]{1,29}(\.[0-9]{1,9})?")
_MICROS = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,20})?")
_NINE = Decimal("1e-9")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
# Lengths of moments as BigQuery reads them: with seconds, and up to six digits after the point.
_IN_UTC, _WITH_ZONE = frozenset({20, *range(22, 28)}), frozenset({19, 25, *range(27, 33)})
_USUAL = {"--T::", "-- ::"}  # every third character of 2026-11-20T08:30:00, from the first hyphen on
_UTC = {"+00:00", "Z", ""}  # what follows its seconds, mostly
_TEXT = frozenset({str})
_TEXT_OR_NONE = frozenset({str, type(None)})
BIGGEST_INT = 2**63 - 1
_FROM, _UNTIL = str(EARLIEST), str(LATEST + 1)  # as texts of moments begin
EXACT = 2**53  # from here on a number with a point no longer knows its last digits


class Mismatch(Exception):
    pass


def _text(value: Json) -> Json:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and abs(value) < EXACT:  # a longer id would be told like its neighbours
        return str(value)
    check_whole(value)
    raise Mismatch


def _int(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if isinstance(value, str):
        if not value:
            return None
        if _WHOLE.fullmatch(value):
            return int(value)
    check_whole(value)
    raise Mismatch


def _float(value: Json) -> Json:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            raise Mismatch from None
        if number - number == 0:  # neither NaN nor infinite
            return number
    raise Mismatch


def _money(value: Json) -> Json:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise Mismatch
    check_whole(value)
    written = format(value, ".9f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if not _MONEY.fullmatch(written):
        raise Mismatch
    return written


def _micros(value: Json) -> Json:
    """Millionths of the currency, whole or (averages) not: 43210000 is 43.21."""
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or not _MICROS.fullmatch(str(value)):
        raise Mismatch
    whole = Decimal(str(value)).scaleb(-6)
    return format(whole.quantize(_NINE).normalize() + 0, "f")


def _bool(value: Json) -> Json:
    raise Mismatch


def _time(value: Json) -> Json:
    if value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        if not EARLIEST <= moment.year <= LATEST:
            raise Mismatch
        if value[4:17:3] in _USUAL and value[19:] in _UTC:
            return value
        if value[4] != "-" or value[7] != "-":
            raise Mismatch
        plain = "," not in value and value.count(":") <= 3
        if plain and len(value) in (_IN_UTC if value[-1] == "Z" else _WITH_ZONE if value[-3] == ":" else ()):
            return value
        if len(value) < 16:
            raise Mismatch
        # Python reads ways of writing that BigQuery does not: +0000, +05:30:15, seven digits after the point,
        # a comma for the point, no seconds.
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat(timespec="microseconds")
    except (ValueError, TypeError, OverflowError, IndexError):
        raise Mismatch from None


def _date(value: Json) -> Json:
    if value == "":
        return None
    try:
        day: str = value[:10]
        if not EARLIEST <= date.fromisoformat(day).year <= LATEST:
            raise Mismatch
        if len(day) != 10 or day[4] != "-" or day[7] != "-":
            raise Mismatch
    except (ValueError, TypeError):
        raise Mismatch from None
    return day


def _texts(value: Json) -> Json:
    if type(value) is list and _TEXT.issuperset(map(type, value)):
        return value
    if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
        raise Mismatch
    check_whole(value)
    return [item if isinstance(item, str) else str(item) for item in value if item is not None]


# kind → the type that needs no further look (object: any), and what to do with any other value
KINDS: dict[str, tuple[type | None, Callable[[Json], Json]]] = {
    "text": (str, _text),
    "int": (int, _int),
    "float": (float, _float),
    "money": (None, _money),
    "micros": (None, _micros),
    "bool": (bool, _bool),
    "time": (None, _time),
    "date": (None, _date),
    "json": (object, lambda value: value),
    "texts": (None, _texts),
}


# Ways to write a moment that BigQuery reads; # is any digit. By their length: the places of all other characters.
_WRITTEN = {
    len(way): [(place, sign) for place, sign in enumerate(way) if sign != "#"]
    for way in (
        "####-##-##T##:##:##Z",
        "####-##-##T##:##:##+00:00",
        "####-##-##T##:##:##.###Z",
        "####-##-##T##:##:##.######Z",
        "####-##-##T##:##:##.######+00:00",
        "####-##-## ##:##:##",
    )
}


def _times(column: Sequence[Json], types: set[type]) -> Sequence[Json] | None:
    """Moments that are all written alike are looked at as one long text: from a place on, every so manieth character
    is what each of them has there."""
    if not types <= _TEXT_OR_NONE:
        return None
    texts = list(filter(None, column))
    if not texts:
        return [None] * len(column)
    length = len(texts[0])
    places = _WRITTEN.get(length)
    if places is None or set(map(len, texts)) != {length}:
        return None
    together, count = "".join(texts), len(texts)
    if any(together[place::length] != sign * count for place, sign in places):
        return None
    try:
        deque(map(datetime.fromisoformat, texts), maxlen=0)  # the digits, and whether there is such a day
    except ValueError:
        return None
    this_century = together[::length] == "2" * count and together[1::length] == "0" * count
    if not this_century and not (min(texts) >= _FROM and max(texts) < _UNTIL):
        return None
    return column if count == len(column) else [text or None for text in column]


def _lists_of_texts(column: Sequence[Json], types: set[type]) -> Sequence[Json] | None:
    return column if types == {list} and _TEXT.issuperset(map(type, chain.from_iterable(column))) else None


# Quicker ways for a whole column, of which the types are known; None: not that easy, look at one value after another.
AT_ONCE: dict[Callable[[Json], Json], Callable[[Sequence[Json], set[type]], Sequence[Json] | None]] = {
    _time: _times,
    _texts: _lists_of_texts,
}
