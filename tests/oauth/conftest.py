from __future__ import annotations

import pytest

from tests.oauth.connect_flow import ConnectFlow


@pytest.fixture
def desk() -> ConnectFlow:
    return ConnectFlow()
