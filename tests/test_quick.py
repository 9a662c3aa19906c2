"""`make check` goes through every room: each has tests that are not marked as slow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOMS = sorted({path.parent for path in TESTS.glob("*/test_*.py")})


def marked(node: ast.stmt) -> bool:
    """Whether a test, or the `pytestmark` of a file, says that it is slow."""
    says = node.decorator_list if isinstance(node, ast.FunctionDef) else [node]
    return any("pytest.mark.slow" in {ast.unparse(each) for each in ast.walk(said)} for said in says)


def quick(file: str) -> list[str]:
    """Names of the tests in a file that `make check` runs."""
    body = ast.parse(file).body
    whole = [node for node in body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"]
    tests = [node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return [test.name for test in tests if not any(marked(each) for each in [*whole, test])]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_has_quick_tests(room: Path) -> None:
    assert any(quick(path.read_text()) for path in room.rglob("test_*.py"))


def test_what_is_marked_is_not_quick() -> None:
    both = "@pytest.mark.slow\ndef test_a(): ...\n\n@pytest.mark.usefixtures()\ndef test_b(): ...\n"
    assert quick(both) == ["test_b"]
    assert quick(f"pytestmark = pytest.mark.slow\n{both}") == []
    assert quick(f"pytestmark = [pytest.mark.slow, pytest.mark.other]\n{both}") == []
