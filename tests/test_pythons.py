"""Which Python an environment for starting archives is made of, when it is made anew, and what is said of those that
are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.tools import pythons

OTHER = next(version for version in pythons.runtimes() if version != pythons.RUNNING)
MAKES = """#!/bin/sh
# Stands for an interpreter: `-m venv` leaves a python behind that installs nothing, or fails.
echo "$*" >> "$0.told"
case "$*" in *venv*) [ -z "{fails}" ] && mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;; esac
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(pythons, "PLACE", tmp_path / "made")
    monkeypatch.setattr("shutil.which", lambda name: _first(tmp_path / "path" / name))


def _first(place: Path) -> str | None:
    return str(place) if place.exists() else None


def program(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.chmod(0o755)
    return place


def test_a_name_in_the_path_that_starts_nothing_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "path" / f"python{OTHER}", "#!/bin/sh\nexit 127\n")
    assert pythons.interpreter(OTHER) is None
    for release in (f"{OTHER}.9", f"{OTHER}.10"):
        program(tmp_path / "pyenv" / "versions" / release / "bin" / f"python{OTHER}", "#!/bin/sh\n")
    assert str(pythons.interpreter(OTHER)).endswith(f"/{OTHER}.10/bin/python{OTHER}")


def test_an_environment_is_made_once_until_a_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = program(tmp_path / "path" / f"python{OTHER}", MAKES.format(fails=""))
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1\n")
    monkeypatch.setattr(pythons, "locks", lambda: [lock])
    made = []
    for text in ("a==1\n", "a==1\n", "a==2\n"):
        lock.write_text(text)
        pythons.prepare(OTHER, str(python))
        made.append(Path(f"{python}.told").read_text().count("venv"))
    assert made == [1, 1, 2]


def test_what_is_not_there_or_cannot_be_made_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pythons.main() == 0
    said = capsys.readouterr().out
    assert f"Python {OTHER}: not on this machine" in said
    assert f"Python {pythons.RUNNING}: the tests run on it" in said
    program(tmp_path / "path" / f"python{OTHER}", MAKES.format(fails="yes"))
    assert pythons.main() == 1
    assert f"Python {OTHER}: its environment could not be made" in capsys.readouterr().out
    assert not (tmp_path / "made" / OTHER / "ready").exists()
