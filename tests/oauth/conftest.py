from __future__ import annotations

import pytest

from tests.oauth.connect_flow import ConnectFlow
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)


@pytest.fixture
def flow() -> ConnectFlow:
    return ConnectFlow()
