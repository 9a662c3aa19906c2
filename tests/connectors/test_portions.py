"""Long lists in portions: whatever is in them, the same records come out, and what is no list is told."""

from __future__ import annotations

import gzip
import random
from typing import Any

import orjson
import pytest

from shared import portions as module
from shared.portions import Broken, Half, NoList, chunks, portions, unpacked

TRICKY = ["},{", "}]", '"},{"', "\\", "\\\\", "],[", "{[,]}", "\u2028", "🦄", "a" * 50, "", "\x00", "}  ,\n{"]
MOST = 10**9


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PORTION", 64)
    monkeypatch.setattr(module, "LONGEST", 4096)


def value(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(7 if depth < 3 else 4)
    if kind == 0:
        return dice.choice([None, True, 1.5, -3, 10**17])
    if kind < 4:
        return dice.choice(TRICKY) + dice.choice(TRICKY)
    if kind == 4:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(TRICKY) + str(n): value(dice, depth + 1) for n in range(dice.randrange(4))}


def record(dice: random.Random, number: int) -> dict[str, Any]:
    return {"n": number, **{f"f{n}": value(dice) for n in range(dice.randrange(5))}}


@pytest.mark.parametrize("seed", range(60))
def test_the_same_records_come_out(seed: int) -> None:
    dice = random.Random(seed)
    records = [record(dice, number) for number in range(dice.randrange(80))]
    option = dice.choice([0, orjson.OPT_INDENT_2, orjson.OPT_APPEND_NEWLINE])
    text = dice.choice([b"", b" \n"]) + orjson.dumps(records, option=option)
    for body in (text, gzip.compress(text), gzip.compress(text[:100]) + gzip.compress(text[100:])):
        found = portions(body, MOST)
        assert found is not None
        assert list(found) == records == list(found)
        assert len(found) == len(records)
        assert found[:3] == records[:3]
        assert b"".join(chunks(body)) == text == unpacked(body, MOST)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"   ",
        b"{}",
        b'{"a":[' + b'{"n":1},' * 100 + b"{}]}",
        b"[" + b'{"n":1},' * 100,
        b"[" + b'{"n":1},' * 100 + b"]",
        b"[" + b'{"n":1},' * 100 + b"{}",
        b"[" + b'{"n":1},' * 100 + b"{}]]",
        b"[" + b'{"n":1},' * 100 + b"{}] {}",
        b"[" + b'{"n":1} ' * 100 + b"]",
        b'["' + b"a" * 10_000 + b'"]',
        b"[" + b'{"n":NaN},' * 100 + b"{}]",
        b"null",
        b"<html>" * 100,
    ],
    ids=lambda text: repr(text[:20] + text[-9:]),
)
def test_what_is_no_list_of_records_is_told(text: bytes) -> None:
    for body in (text, gzip.compress(text)):
        with pytest.raises(NoList):
            portions(body, MOST)


def test_halves_of_characters_are_mended_as_elsewhere() -> None:
    text = b"[" + b",".join([b'{"name":"Zo\\ud83d"}'] * 40) + b"]"
    found = portions(text, MOST)
    assert found is not None
    assert list(found) == [{"name": "Zo\ufffd"}] * 40


def test_what_is_packed_badly_is_told() -> None:
    whole = gzip.compress(orjson.dumps([{"n": n} for n in range(1000)]))
    for end in (5, 20, len(whole) // 2, len(whole) - 1):
        with pytest.raises(Half):
            portions(whole[:end], MOST)
    with pytest.raises(Broken):
        portions(whole[:200] + b"\xff\xff\xff\xff" + whole[204:], MOST)


def test_more_than_may_be_is_told_without_holding_it() -> None:
    assert portions(gzip.compress(b" " * 1_000_000), 10_000) is None
    assert unpacked(gzip.compress(b" " * 1_000_000), 10_000) is None
    assert unpacked(b"x" * 10_001, 10_000) is None
