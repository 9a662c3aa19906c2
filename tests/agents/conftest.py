from __future__ import annotations

from pathlib import Path

import pytest

from tests.agents.desk import Agency, made


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return made(tmp_path)


@pytest.fixture
def key(agency: Agency) -> str:
    return agency.agent_key()
