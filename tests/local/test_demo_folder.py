"""Where a demonstration that stays keeps its things."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.demo.demonstration import anew
from infra.local import up


def test_it_begins_anew_in_its_own_folder_and_spoils_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        (folder / "state").write_text("old")
    monkeypatch.setattr(up, "FOLDER", ours)
    assert anew(theirs) == theirs
    assert (theirs / "state").exists()
    assert anew(None) == ours
    assert not ours.exists(), "what was connected there is known to no platform any more"
