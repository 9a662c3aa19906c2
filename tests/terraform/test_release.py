"""What a tag makes, here and in Cloud Build, and the other workflows: run here as far as they need no account."""

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
from tests.terraform.pipeline import OF_A_BUILD, OF_A_STEP, Pipeline

WORKFLOWS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text()) for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
JOBS: dict[str, dict[str, Any]] = WORKFLOWS["release"]["jobs"]
STEPS: list[dict[str, Any]] = [step for job in JOBS.values() for step in job["steps"]]
ELSEWHERE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "release" / "cloudbuild.yaml").read_text())
SIGNED = [bundle.RELEASED, bundle.LIST, f"{bundle.LIST}.sigstore.json"]
GH = """#!/bin/sh
for word in "$@"; do echo "$word" >> "$TOLD"; done
"""


def script(name: str) -> str:
    (found,) = [step["run"] for step in STEPS if step.get("name") == name]
    return str(found)


def steps_of(workflow: str) -> list[dict[str, Any]]:
    return [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]


def shell(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-eo", "pipefail", "-c", text]
    return subprocess.run(
        command, cwd=folder, env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_runs_only_what_is_known_and_may_read_unless_it_says_so(workflow: str) -> None:
    assert WORKFLOWS[workflow]["permissions"] == {"contents": "read"}
    for step in steps_of(workflow):
        assert re.fullmatch(
            r"actions/(checkout|setup-python|upload-artifact)@v\d+", step.get("uses", "actions/checkout@v4")
        )
        assert "${{" not in step.get("run", ""), "what somebody else named must be no command"


@pytest.mark.slow
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_target_that_is_made_exists(workflow: str) -> None:
    targets = {name for step in steps_of(workflow) for name in re.findall(r"make ([a-z]+)", step.get("run", ""))}
    assert targets
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_who_runs_the_tests_can_neither_publish_nor_sign() -> None:
    assert "permissions" not in JOBS["test"]
    assert JOBS["release"]["permissions"] == {"contents": "write", "id-token": "write"}
    assert JOBS["release"]["needs"] == "test"
    assert not re.search(r"make (?!release|sign)", " ".join(step.get("run", "") for step in JOBS["release"]["steps"]))
    assert "permissions" not in WORKFLOWS["check"]["jobs"]["check"]  # it runs what a stranger proposes


def test_nothing_is_published_that_was_not_tested_on_every_python() -> None:
    (setup,) = [step for step in JOBS["test"]["steps"] if "setup-python" in step.get("uses", "")]
    assert setup["with"]["python-version"].split() == pythons.runtimes()
    assert next(step for step in STEPS if step.get("name") == "Test")["env"] == {"TRIBUTARY_PYTHONS": "required"}
    assert [step["name"] for step in STEPS if "name" in step] == [
        "Version", "Test", "Archives", "Sign", "Publish"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "heading", "refused"),
    [
        ("1.2.3", "## [1.2.3] - 2026-12-01", ""),
        ("1.2.2", "## [1.2.3] - 2026-12-01", "pyproject.toml has another version than v1.2.3."),
        ("1.2.3", "## [Unreleased]", "CHANGELOG.md does not say what v1.2.3 brings."),
        ("1x2.3", "## [1.2.3] - 2026-12-01", "pyproject.toml has another version than v1.2.3."),
    ],
)
def test_a_tag_is_the_version_that_the_files_speak_of(tmp_path: Path, version: str, heading: str, refused: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n### Added\n- it\n")
    done = shell(script("Version"), tmp_path, TAG="v1.2.3")
    assert done.stdout.strip() == refused
    assert (done.returncode == 0) is (not refused)


def test_what_is_signed_is_the_list_of_digests() -> None:
    done = subprocess.run(["make", "-n", "sign"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].endswith(f"-m sigstore sign --overwrite build/release/{bundle.LIST}")


def audit(folder: Path) -> list[str]:
    """The words of the command, as `make audit` says them in a folder."""
    asked = ["make", "-n", "-f", str(ROOT / "Makefile"), "audit", "--old-file=build/tools/audit/.ready"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.replace("\\\n", " ").split()


def test_an_audit_looks_at_every_lock() -> None:
    words = audit(ROOT)
    locks = [*ROOT.glob("*.txt"), *ROOT.glob("functions/*/requirements.txt")]
    locks += [path for path in ROOT.glob("infra/tools/locks/*.txt") if path.name != "audit-known.txt"]
    assert {words[place + 1] for place, word in enumerate(words) if word == "-r"} == {
        str(path.relative_to(ROOT)) for path in locks
    }
    assert "--strict" in words  # what could not be looked up is not sound


def test_an_audit_passes_over_only_what_is_listed_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "infra" / "tools" / "locks").mkdir(parents=True)
    known = tmp_path / "infra" / "tools" / "locks" / "audit-known.txt"
    known.write_text("# Not this one: GHSA-xxxx\nGHSA-aaaa-bbbb-cccc not reached; again in June\nPYSEC-2026-1\n")
    words = audit(tmp_path)
    assert [words[place + 1] for place, word in enumerate(words) if word == "--ignore-vuln"] == ["GHSA-aaaa-bbbb-cccc"]


# -- where there is no runner of GitHub's -----------------------------------------------------------------------------


def test_cloud_build_takes_the_file() -> None:
    assert set(ELSEWHERE) <= OF_A_BUILD
    assert all(set(step) <= OF_A_STEP for step in ELSEWHERE["steps"])
    assert all(step["script"].startswith("#!/bin/sh\nset -eu\n") for step in ELSEWHERE["steps"])
    ours = {step["name"] for step in yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]}
    assert {step["name"] for step in ELSEWHERE["steps"]} <= ours  # the same images, pinned there


def test_a_release_in_a_bucket_is_tested_signed_and_never_replaced(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path, build=ELSEWHERE)
    (pipeline.workspace / "build" / "release").mkdir(parents=True)
    for name in SIGNED:
        (pipeline.workspace / "build" / "release" / name).write_text(name)
    given = {"TAG_NAME": "v1.2.3", "_RELEASES": "releases", "_SIGNER": "releaser@north.iam.gserviceaccount.com"}
    assert pipeline.run(given) == ["test", "archives", "publish"]
    put = [f"gcloud storage cp {name} gs://releases/v1.2.3/{name} --if-generation-match=0" for name in SIGNED]
    assert pipeline.asked == ["make lint", "make audit", "make test", "make release", "make sign", *put]


# -- what is published ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_published_is_what_was_made_and_the_notes_say_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bundle.main(["--release", str(tmp_path / "build" / "release")]) == 0
    said = capsys.readouterr().out
    (tmp_path / "build" / "digest").write_text(said)
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "build" / "release" / SIGNED[-1]).write_text("{}")  # as `make sign` leaves it
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [1.2.3] - 2026-12-01\n\n### Added\n- what is new\n\n## [1.2.2] - 2026-11-01\n\n- what was\n"
    )
    told = tmp_path / "told"
    done = shell(script("Publish"), tmp_path, TAG="v1.2.3", TOLD=str(told))
    assert done.returncode == 0, done.stderr
    words = told.read_text().splitlines()
    assert words[:3] == ["release", "create", "v1.2.3"]
    published = [tmp_path / word for word in words if word.startswith("build/release/")]
    assert [path.name for path in published] == SIGNED
    assert all(path.is_file() for path in published)
    notes = (tmp_path / "build" / "notes").read_text()
    assert said.strip() in notes
    assert "- what is new" in notes
    assert "- what was" not in notes
