"""docs/security.md: each promise names a test, and the test is there."""

from __future__ import annotations

import ast
import re

import pytest

from infra.tools.docs import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| ([0-9., ]+|none) \| `(tests/[\w/]+\.py)::(\w+)` \|$", PAGE, re.MULTILINE)


def test_every_row_of_a_promise_is_understood() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert len(ROWS) == len(rows) > 40


@pytest.mark.parametrize(("file", "name"), sorted({(file, name) for _, _, file, name in ROWS}))
def test_a_promise_has_its_test(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_numbers_are_those_of_the_standard() -> None:
    for promise, numbers, _, _ in ROWS:
        assert numbers == "none" or all(
            re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", each) for each in numbers.split(", ")
        ), promise
