"""What a tag makes: .github/workflows/release.yml, whose commands are run here as far as they need no account."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from infra.tools import bundle, pythons
from tests.terraform.drawing import ROOT

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
JOB: dict[str, Any] = WORKFLOW["jobs"]["release"]
STEPS: list[dict[str, Any]] = JOB["steps"]
GH = """#!/bin/sh
for word in "$@"; do echo "$word" >> "$TOLD"; done
"""


def script(name: str) -> str:
    (found,) = [step["run"] for step in STEPS if step.get("name") == name]
    return str(found)


def test_it_may_write_nothing_but_a_release() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOB["permissions"] == {"contents": "write"}
    assert all(re.fullmatch(r"actions/(checkout|setup-python)@v\d+", step["uses"]) for step in STEPS if "uses" in step)
    assert not [step for step in STEPS if "${{" in step.get("run", "")], "what a tag is called must be no command"


def test_nothing_is_published_that_was_not_tested_on_every_python() -> None:
    (setup,) = [step for step in STEPS if "setup-python" in step.get("uses", "")]
    assert setup["with"]["python-version"].split() == pythons.runtimes()
    named = [step.get("name", "") for step in STEPS]
    assert named.index("Test") < named.index("Archives") < named.index("Publish")
    assert next(step for step in STEPS if step.get("name") == "Test")["env"] == {"TRIBUTARY_PYTHONS": "required"}


@pytest.mark.parametrize("name", ["Test", "Archives"])
def test_every_target_that_is_made_exists(name: str) -> None:
    targets = re.findall(r"make ([a-z]+)", script(name))
    assert targets
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_what_is_published_is_what_was_made_and_the_notes_say_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bundle.main(["--release", str(tmp_path / "build" / "release")]) == 0
    said = capsys.readouterr().out
    (tmp_path / "build" / "digest").write_text(said)
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    told = tmp_path / "told"
    here = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "TAG": "v1.2.3", "TOLD": str(told)}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script("Publish")],
        cwd=tmp_path,
        env=here,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    words = told.read_text().splitlines()
    assert words[:3] == ["release", "create", "v1.2.3"]
    published = [tmp_path / word for word in words if word.startswith("build/release/")]
    assert {path.name for path in published} == {bundle.RELEASED, bundle.LIST}
    assert all(path.is_file() for path in published)
    assert said.strip() in (tmp_path / "build" / "notes").read_text()
