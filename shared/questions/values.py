"""What a filter compares with, as a value of its column's kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from shared.questions.catalogue import Column
from shared.questions.question import Scalar
from shared.questions.refusal import Code, Refusal

Value = bool | int | float | Decimal | str | date | datetime
ORDERED = frozenset({"int", "float", "money", "date", "time"})  # kinds that have a least and a most
EXAMPLES = {
    "int": "12", "float": "0.5", "money": "12.50", "bool": "true", "date": "2026-09-01", "time": "2026-09-01T08:00:00Z",
    "text": "a text",
}  # fmt: skip
_LARGEST = Decimal(10) ** 20
_DIGITS = Decimal("1e-9")


def value_of(column: Column, given: Scalar) -> Value:
    try:
        return _READ[column.kind](given)
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        shown = repr(given) if isinstance(given, str) and len(given) < 50 else "This"
        example = EXAMPLES[column.kind]
        raise Refusal(
            Code.BAD_VALUE, f"{shown} is no value of {column.name}.", f"It is {column.kind}, such as {example}."
        ) from None


def _text(given: Scalar) -> str:
    if not isinstance(given, str):
        raise TypeError
    given.encode()  # half of a character is none
    return given


def _whole(given: Scalar) -> int:
    found = int(given) if isinstance(given, str) and len(given) < 25 else given
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) >= 2**63:
        raise TypeError
    return found


def _number(given: Scalar) -> float:
    if isinstance(given, bool):
        raise TypeError
    found = float(given)
    if not math.isfinite(found):
        raise ValueError
    return found


def _amount(given: Scalar) -> Decimal:
    if isinstance(given, bool):
        raise TypeError
    found = Decimal(str(given))
    if not found.is_finite() or abs(found) >= _LARGEST:
        raise ValueError
    return found.quantize(_DIGITS)


def _flag(given: Scalar) -> bool:
    if isinstance(given, bool):
        return given
    return {"true": True, "false": False}[given] if given in ("true", "false") else _refuse()


def _refuse() -> bool:
    raise ValueError


def _day(given: Scalar) -> date:
    return date.fromisoformat(_text(given))


def _moment(given: Scalar) -> datetime:
    found = datetime.fromisoformat(_text(given))
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


_READ: Mapping[str, Callable[[Scalar], Value]] = {
    "text": _text, "int": _whole, "float": _number, "money": _amount, "bool": _flag, "date": _day, "time": _moment,
}  # fmt: skip
