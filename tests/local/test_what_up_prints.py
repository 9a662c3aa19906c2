"""What `up` prints: first the address that a person opens, then those of the functions."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local import up
from infra.local.cloud import FIRST_OWNER


def test_the_console_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    hosts = dict.fromkeys(("FIRESTORE_EMULATOR_HOST", "BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"), "127.0.0.1:1")
    addresses = {"fan_out_sync": "http://127.0.0.1:2", "console": "http://127.0.0.1:3"}
    cloud: Any = SimpleNamespace(addresses=addresses, environment=hosts, letters="", folder=Path("here"))
    up.tell(cloud)
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("Open http://127.0.0.1:3 and sign in as ")
    assert FIRST_OWNER in first
    assert any(line.startswith("fan_out_sync") for line in others)
