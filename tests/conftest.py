"""What holds for all tests: which begin, and that an `assert` that fails shows what differs, wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.register_assert_rewrite(*(f"tests.{path.stem}" for path in Path(__file__).parent.iterdir()))  # helpers, too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that have slow tests first: workers take file by file, and with short ones left they end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
