from __future__ import annotations

import pytest

from tests.oauth.desk import Desk
from tests.world.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)


@pytest.fixture
def desk() -> Desk:
    return Desk()
