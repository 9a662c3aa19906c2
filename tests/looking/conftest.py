from __future__ import annotations

import pytest

from tests.looking.world import Looking
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)


@pytest.fixture
def looking() -> Looking:
    return Looking()
