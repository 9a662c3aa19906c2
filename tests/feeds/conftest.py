from __future__ import annotations

from pathlib import Path

import pytest

from tests.feeds.kiosk import Kiosk, ads


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    """With a client whose marts are published."""
    made = Kiosk(tmp_path)
    made.workspace("acme")
    made.publish("acme", {"ads_by_day": ads("acme")})
    return made
