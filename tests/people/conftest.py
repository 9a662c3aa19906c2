from __future__ import annotations

import pytest

from tests.people.house import House
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)


@pytest.fixture
def house() -> House:
    return House()
