"""Money in minor units (cents, or yen) → the currency's own unit, as text. ISO 4217 says how many digits there are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from shared.parsing import check_whole
from shared.vocabulary.wire import Json

_WHOLE = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def digits_of(currency: str) -> int:
    return 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2


def from_minor(value: Json, currency: str, digits: Callable[[str], int] = digits_of) -> Json:
    """5000 of EUR is 50; of JPY it is 5000. What is no number stays as it is, to be noted where it is shaped.

    `digits`: of a currency, where a platform does not keep to the standard.
    """
    if value is None or value == "" or isinstance(value, (bool, dict, list)):
        return value
    check_whole(value)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return value
    return format(amount.scaleb(-digits(currency)), "f") if amount.is_finite() else value
