"""What holds for all tests: which begin, and that an `assert` that fails shows what differs, wherever it stands."""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path

import pytest

pytest.register_assert_rewrite(*(f"tests.{path.stem}" for path in Path(__file__).parent.iterdir()))  # helpers, too


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end. The garbage collector took as long to look through it as all
    else took together, and went on with that in each test; now it looks at what tests make."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that have slow tests first: workers take file by file, and with short ones left they end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
