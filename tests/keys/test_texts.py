"""What a key looks like: scanners can tell it, and so can we, without asking anybody."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.keys.texts import ALPHABET, Kind, new, read


@pytest.mark.parametrize("kind", list(Kind))
def test_a_prefix_thirty_characters_and_six_of_checksum(kind: Kind) -> None:
    made = new(kind)
    text = made.secret.reveal()
    assert re.fullmatch(rf"trib_{kind}_[0-9A-Za-z]{{36}}", text)
    assert (made.kind, made.leading) == (kind, text.removeprefix(f"trib_{kind}_")[:8])
    found = read(text)
    assert found is not None
    assert (found.kind, found.leading, found.secret) == (kind, made.leading, made.secret)


def test_no_two_are_alike_and_every_letter_and_digit_is_used() -> None:
    made = [new(Kind.API).secret.reveal() for _ in range(200)]
    assert len(set(made)) == 200
    assert set("".join(text[9:39] for text in made)) == set(ALPHABET) == set(string.ascii_letters + string.digits)


@given(st.integers(0, 44), st.sampled_from(ALPHABET))
def test_one_character_changed_is_no_key(at: int, other: str) -> None:
    text = KNOWN
    changed = text[:at] + other + text[at + 1 :]
    assert (read(changed) is None) == (changed != text)


@given(st.integers(0, 43))
def test_two_neighbours_changed_over_are_no_key(at: int) -> None:
    changed = KNOWN[:at] + KNOWN[at + 1] + KNOWN[at] + KNOWN[at + 2 :]
    assert (read(changed) is None) == (changed != KNOWN)


@pytest.mark.parametrize(
    "change", [str.upper, str.swapcase, lambda text: text + "\n", lambda text: " " + text, lambda text: text[:-1]]
)
def test_what_is_almost_a_key_is_none(change: object) -> None:
    assert callable(change)
    assert read(change(KNOWN)) is None


@given(st.text(alphabet=string.printable + "é\u202e", max_size=80))
def test_anything_else_is_none(text: str) -> None:
    assert read(text) is None
    assert read("trib_api_" + text) is None


# Worked out apart from the code: the CRC-32 of what stands before it, in base 62 (digits, capitals, small letters).
KNOWN = "trib_api_0123456789ABCDEFGHIJKLMNOPQRST2IbUzr"
