"""A few kills of what stands in for Google; fifty of each are a command away (tests/local/kills.py)."""

from __future__ import annotations

import pytest

from tests.local import kills

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("kind", "times"), [("google", 4), ("warehouse", 2)])
def test_what_was_acknowledged_outlives_a_kill_at_any_moment(kind: str, times: int) -> None:
    told = kills.rehearse(kind, times)
    assert min(told.values()) >= 1
    assert sum(told.values()) >= times


def test_a_loss_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rehearsal can fail: somebody claims an acknowledgement that was never given."""
    write = kills.write

    def boast(*given: object) -> None:
        write(*given)  # type: ignore[arg-type]
        told = given[2]
        assert isinstance(told, kills.Told)
        told.sent += 1
        told.acknowledged.add(told.sent)

    monkeypatch.setattr(kills, "write", boast)
    with pytest.raises(kills.Lost):
        kills.rehearse("google", 1)
