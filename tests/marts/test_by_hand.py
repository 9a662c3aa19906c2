"""Every mart has a number that somebody worked out by hand: comparing views with each other proves that they agree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared.marts.files import all_marts

# These compare what marts say with what other code makes of the same rows, or read their text.
NOT_BY_HAND = {
    "test_alone", "test_by_hand", "test_claims", "test_deploying", "test_files", "test_googlesql", "test_parts",
    "test_sums",
}  # fmt: skip
ASKS = {"one", "all", "ask"}  # a desk for rows, or in SQL; and what an engine answers with


def unproved(marts: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Marts that no test asks for which holds a number against what comes out."""
    asked = [text for source in texts for test in functions(source) if has_number(test) for text in asked_by(test)]
    return {mart for mart in marts if not any(re.search(rf"\b{mart}\b", text) for text in asked)}


def functions(source: str) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def has_number(test: ast.FunctionDef) -> bool:
    asserted = [node for each in ast.walk(test) if isinstance(each, ast.Assert) for node in ast.walk(each)]
    return any(isinstance(node, ast.Constant) and type(node.value) in (int, float) for node in asserted)


def asked_by(test: ast.FunctionDef) -> Iterator[str]:
    """What it gives to those that answer; `engine(rows)("a_mart")` is a call of what a call returned."""
    for call in ast.walk(test):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in ASKS or isinstance(call.func, ast.Call):
                yield from (
                    each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def by_hand() -> list[str]:
    return [path.read_text() for path in Path(__file__).parent.rglob("test_*.py") if path.stem not in NOT_BY_HAND]


def test_every_mart_has_a_number_worked_out_by_hand() -> None:
    assert unproved([mart.name for mart in all_marts()], by_hand()) == set()


def test_a_mart_without_one_is_noticed() -> None:
    assert unproved(["orders_and_ads"], by_hand()) == {"orders_and_ads"}
    asks = 'def test_it(desk):\n    row = desk.one(OURS, "orders_and_ads")\n    assert row["n"] == {}\n'
    assert unproved(["orders_and_ads"], [asks.format("other")]) == {"orders_and_ads"}, "held against no number"
    assert unproved(["orders_and_ads"], [asks.format(12)]) == set()
    assert unproved(["orders_and_ads"], [asks.format(12).replace("test_it", "help")]) == {"orders_and_ads"}
    assert unproved(["orders"], [asks.format(12)]) == {"orders"}
