"""What the demonstration counts as a reading."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from infra.demo import world


def test_a_run_that_showed_nothing_of_a_stream_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What vanished is marked when the next reading agrees; until then the tables are not as the platform is."""
    monkeypatch.setattr(world, "line", lambda platform, run: "")
    seen, connection = world.Seen(), {"id": "c", "platform": "metricool"}
    doubts: Any = SimpleNamespace(id="a", over=True, troubles=[SimpleNamespace(code="sweep-held")])
    agrees: Any = SimpleNamespace(id="b", over=True, troubles=[])
    assert seen.note(connection, doubts)
    assert not seen.note(connection, doubts)
    assert seen.runs["c"] == []
    assert not seen.note(connection, doubts, agrees)
    assert seen.runs["c"] == [agrees]
