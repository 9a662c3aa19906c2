from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.service import Service
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(tmp_path)
    made.workspace()
    return made


@pytest.fixture
def key(service: Service) -> str:
    return service.key()
