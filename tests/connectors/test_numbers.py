"""Numbers in JSON columns: BigQuery takes them, and nothing of them is lost."""

from __future__ import annotations

import math
from contextlib import suppress
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.http import answer, exactly
from shared.parsing import Rounded
from shared.rows.numbers import _POWERS, grisu2, hold_points, written
from shared.vocabulary.wire import Answer

pytestmark = pytest.mark.slow

# Refused by BigQuery or Spanner as they stand here (“cannot round-trip through string representation”): reports to
# Airbyte (#29590), dbt_artifacts (#345, #358, #363), and a measurement against Spanner.
REFUSED = [67.174118, 1685019801.1016695, 1687473876.057356, 1686725407.683936, 0.2002386475503002, -0.707176497086,
           0.0928069675519494]  # fmt: skip


def text_of(value: Any) -> str:
    return orjson.dumps(written(value)).decode()


def taken(text: str) -> bool:
    """What BigQuery asks of a number with a point: that its own writer makes the same number of it."""
    digits, exponent = grisu2(abs(float(text)))
    return Decimal(digits).scaleb(exponent) == abs(Decimal(text))


def test_powers_of_ten_are_those_of_the_published_table() -> None:
    assert _POWERS[0] == (0xAB70FE17C79AC6CA, -1060)
    assert _POWERS[1] == (0xFF77B1FCBEBCDC4F, -1034)
    assert _POWERS[2] == (0xBE5691EF416BD60C, -1007)
    assert all(f.bit_length() == 64 for f, _ in _POWERS)


@pytest.mark.parametrize("number", REFUSED)
def test_numbers_that_were_refused_are_written_in_another_way(number: float) -> None:
    assert not taken(repr(number))
    text = text_of(number)
    assert text != repr(number)
    assert float(text) == number
    assert taken(text)


def test_it_is_written_as_bigquery_shows_it() -> None:
    assert text_of(67.174118) == "67.17411800000001"


@settings(max_examples=1_000, deadline=None)
@given(
    st.floats(-(2.0**63), 2.0**63, exclude_min=True, exclude_max=True)
    | st.decimals(-(10**9), 10**9, places=4).map(float)
)
@example(5e-324)
@example(math.nextafter(2.0**63, 0))
@example(2.2250738585072014e-308)
def test_every_number_is_taken_and_stays_the_same_double(number: float) -> None:
    text = text_of(number)
    again = orjson.loads(text)
    assert again == number
    assert math.copysign(1, float(text)) == math.copysign(1, number)
    assert number.is_integer() or taken(text)


def test_nothing_else_is_touched_and_nothing_is_copied_in_vain() -> None:
    value = {"a": [1, "67.174118", {"b": None, "c": 2.5}], "d": {"e": []}, "f": True, "g": 2**64 - 1}
    assert written(value) is value
    odd = {"a": [1, {"b": 67.174118, "c": "x"}], "z": [0.5]}
    assert text_of(odd) == '{"a":[1,{"b":67.17411800000001,"c":"x"}],"z":[0.5]}'
    assert odd == {"a": [1, {"b": 67.174118, "c": "x"}], "z": [0.5]}


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1])
def test_whole_numbers_of_64_bits_are_kept(number: int) -> None:
    said = answer(200, {}, b'{"a": %d}' % number)
    assert said.json == exactly(said).json == {"a": number}
    assert written(said.json) is said.json


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**25, 12345678901234567890123, -(10**40)])
def test_longer_whole_numbers_become_texts_and_lose_no_digit(number: int) -> None:
    said = answer(200, {}, b'{"a": [%d], "b": 0.5, "c": "%d", "d":{"e": %d , "f": 1}}' % (number, number, number))
    with pytest.raises(Rounded):
        written(said.json)
    assert exactly(said).json == {"a": [str(number)], "b": 0.5, "c": str(number), "d": {"e": str(number), "f": 1}}


def test_long_digits_behind_a_point_and_in_texts_are_no_whole_numbers() -> None:
    long = b"12345678901234567890123"
    body = b'{"a": 0.%b, "b": "x: %b", "d": -%be-9}' % (long, long, long)
    assert exactly(answer(200, {}, body)).json == orjson.loads(body)


@pytest.mark.parametrize("number", ["1e30", "-9.5E+18", "12345678901234567890123e2", "9223372036854775808.0", "1e400"])
def test_what_is_as_large_and_no_whole_number_is_kept_as_it_was_written(number: str) -> None:
    """Read exactly it is no float any more, so nobody asks for a third reading."""
    said = exactly(Answer(200, {}, b'{"a": [%b]}' % number.encode())).json
    assert orjson.dumps(written(said)).decode() == f'{{"a":[{number}]}}'


def test_what_is_nested_too_deeply_to_be_read_digit_by_digit_is_said() -> None:
    """As deep as it was read quickly. How deep Python itself follows differs from one to the next."""
    deep = answer(200, {}, b"[" * 1_000 + b"98765432109876543210" + b"]" * 1_000)
    assert deep.is_json
    with pytest.raises(Rounded):
        written(deep.json)
    with suppress(Bug):
        assert "98765432109876543210" in orjson.dumps(exactly(deep).json).decode()


def test_half_of_an_emoji_stands_in_nobodys_way() -> None:
    said = answer(200, {}, b'["\\ud83d", 98765432109876543210]')
    assert exactly(said).json == ["\ufffd", "98765432109876543210"]


DEEP = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(DEEP, max_size=5))
def test_numbers_with_a_point_are_found_however_deep(values: list[Any]) -> None:
    def holds(value: Any) -> bool:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return (isinstance(value, float) and not value.is_integer()) or any(map(holds, inside))

    if any(map(holds, values)):
        assert hold_points(values)


@pytest.mark.parametrize("text", ["a:.5", "1.5", "5e-7", "."])
def test_texts_that_look_like_numbers_are_none(text: str) -> None:
    assert not hold_points([text, {text: [text, 1, None]}])
