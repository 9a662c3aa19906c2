"""What holds for all tests: an `assert` that fails shows what differs, also where it stands in a file without tests."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.register_assert_rewrite(*(f"tests.{path.stem}" for path in Path(__file__).parent.iterdir()))
