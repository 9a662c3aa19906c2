"""Which cloud a command speaks to is never a matter of chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.admin import target
from infra.admin.target import UsageError

ENV = "GOOGLE_CLOUD_PROJECT=local\nTRIBUTARY_BUCKET=pages\n"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GOOGLE_CLOUD_PROJECT", "TRIBUTARY_BUCKET"):
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back afterwards
        monkeypatch.delenv(name)


def running(folder: Path) -> Path:
    folder.mkdir()
    (folder / "env").write_text(ENV)
    return folder


def test_a_named_folder_is_taken(tmp_path: Path) -> None:
    assert target.stores(running(tmp_path / "cloud")).settings.project == "local"


def test_the_usual_folder_is_taken_when_no_project_is_named(tmp_path: Path) -> None:
    running(tmp_path / ".tributary")
    assert target.stores(None).settings.project == "local"


def test_a_project_of_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running(tmp_path / ".tributary")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "agency-prod")
    monkeypatch.setenv("TRIBUTARY_BUCKET", "agency-pages")
    assert target.stores(None).settings.project == "agency-prod"


def test_without_either_it_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="start a local cloud"):
        target.stores(None)


def test_a_cloud_that_is_not_running_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No local cloud is running"):
        target.stores(tmp_path / "nothing")
