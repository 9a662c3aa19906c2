from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(tmp_path)
    made.workspace()
    return made


@pytest.fixture
def key(service: Service) -> str:
    return service.key()
