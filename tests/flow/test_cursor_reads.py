"""How many cursors a first sync reads grows with what there is, and not with its square."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.pipeline import Pipeline
from tests.support.memory import MemoryDocuments

STREAMS = {
    "constant_contact": ["email_campaigns", "campaign_activities", "campaign_stats", "sends"],
    "instagram": ["ig_media", "ig_media_insights"],
}
COUNTS = {
    "constant_contact": lambda many: {"contacts": 2, "campaigns": many},
    "instagram": lambda many: {"media": many, "stories": 1, "posts": 1, "days": 1},
}


def cursors_read(platform: str, many: int, monkeypatch: pytest.MonkeyPatch) -> int:
    read = 0

    def counting(kept: Any, find: bool) -> Any:
        def count(self: Any, asked: Any, *where: Any, **more: Any) -> Any:
            nonlocal read
            found = kept(self, asked, *where, **more)
            if find:
                read += len(found) if asked.endswith("/cursors") else 0
            else:
                read += sum("/cursors/" in path for path in asked)
            return found

        return count

    with monkeypatch.context() as patch:
        patch.setattr(MemoryDocuments, "find", counting(MemoryDocuments.find, True))
        patch.setattr(MemoryDocuments, "get_many", counting(MemoryDocuments.get_many, False))
        world = Pipeline(platform, counts=COUNTS[platform](many), streams=STREAMS[platform])
        world.sync()
        world.clock.forward(hours=1)
        world.sync("second")
    return read


@pytest.mark.parametrize("platform", STREAMS)
def test_twice_as_many_parents_read_about_twice_as_many_cursors(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (cursors_read(platform, count, monkeypatch) for count in (10, 40))
    assert few > 0
    assert many <= 5 * few
