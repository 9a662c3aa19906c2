"""Money as platforms count it: cents, yen, millionths."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kit.money import from_minor
from shared.rows.values import KINDS, Mismatch


@pytest.mark.parametrize(
    ("value", "currency", "is_"),
    [
        ("5000", "EUR", "50.00"),
        (5000, "JPY", "5000"),
        ("1234", "KWD", "1.234"),
        ("-5", "USD", "-0.05"),
        (0, "EUR", "0.00"),
        (None, "EUR", None),
        ("", "EUR", ""),
        ("unlimited", "EUR", "unlimited"),
        ("NaN", "EUR", "NaN"),
        ([1], "EUR", [1]),
    ],
)
def test_minor_units(value: Any, currency: str, is_: Any) -> None:
    assert from_minor(value, currency) == is_


@pytest.mark.parametrize(
    ("value", "is_"),
    [
        ("43210000", "43.21"),
        (1, "0.000001"),
        ("0", "0"),
        (-2500000, "-2.5"),
        (1234567.891, "1.234567891"),
        ("1000000000000000000", "1000000000000"),
        ("", None),
    ],
)
def test_millionths(value: Any, is_: Any) -> None:
    assert KINDS["micros"][1](value) == is_


@pytest.mark.parametrize("value", [True, "1,000", "12 EUR", [1], {"value": 1}, "NaN", "1" * 30])
def test_what_is_no_money_is_noted_and_not_guessed(value: Any) -> None:
    with pytest.raises(Mismatch):
        KINDS["micros"][1](value)
