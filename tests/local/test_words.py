"""What `python -m infra.local sync` says before it begins, and when it cannot."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local import one_sync
from infra.local.__main__ import main as command
from infra.local.account import Given
from infra.local.one_sync import Wish
from infra.local.processes import NotStarted
from shared.model import Connection
from shared.platforms import PLATFORMS

Disk = namedtuple("Disk", "total used free")
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    said = [
        "infra.local",
        "sync",
        "emailoctopus",
        "--url",
        "http://127.0.0.1:1",
        "--key",
        "k",
        *words,
    ]  # the last holds
    monkeypatch.setattr("sys.argv", said)
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for out in (file, file / "below"):
        last = told(monkeypatch, capsys, "--out", str(out)).splitlines()[-1]
        assert "--out cannot be written to: " in last
        assert str(file) in last


def test_no_platform_is_asked_without_its_limits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint = told(monkeypatch, capsys, "--no-limits", "--url", "https://api.EmailOctopus.com/")
    assert "this one is EmailOctopus's, whose pace is kept" in complaint


def test_a_full_disk_is_said_instead_of_standing_still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one_sync.check_disk(tmp_path / "made" / "later")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(20 * 2**20, 0, 20 * 2**20))
    with pytest.raises(NotStarted, match=rf"Only 20 MB of room are left .*{tmp_path}.*; 64 MB are needed"):
        one_sync.check_disk(tmp_path)


@pytest.mark.parametrize("no_limits", [False, True])
def test_what_is_known_before_it_begins(no_limits: bool) -> None:
    """None of Google's tables hangs on another: each is a call at least; what they hold is not known yet."""
    platform = PLATFORMS["google_ads"]
    wish = Wish(platform, "http://127.0.0.1:1", Given(), [], no_limits=no_limits)
    one = Connection("c", "w", platform.name, "1", "Page", zone="Europe/Madrid", history_days=30)
    said = one_sync._forecast(wish, [one], NOW)
    calls = int(said.removeprefix("At least ").split(" call")[0].replace(",", ""))
    assert calls >= sum(not stream.optional for stream in platform.streams)
    assert ("as quickly as it answers" in said) == no_limits
    assert ("at Google Ads's pace" in said) != no_limits
