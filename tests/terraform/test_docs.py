"""docs/deploy.md names files, outputs and options that are there."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.terraform import drawing
from tests.terraform.drawing import ROOT

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()


def test_outputs_that_the_documentation_reads_exist() -> None:
    pages = DEPLOY + (ROOT / "docs" / "apps" / "README.md").read_text()
    named = set(re.findall(r"terraform -chdir=terraform output (?:-raw )?(\w+)", pages))
    assert {"redirect_uris", "admin_environment", "connect_domain"} <= named
    assert named <= set(re.findall(r'^output "(\w+)"', drawing.read("outputs.tf"), re.MULTILINE))


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the program terraform, which is not installed")
def test_options_of_terraform_exist() -> None:
    pages = DEPLOY + (ROOT / "docs" / "disaster-recovery.md").read_text()
    called: dict[str, set[str]] = {}
    for line in re.sub(r" *\\?\n *(?=-platform)", " ", pages).splitlines():
        for command, rest in re.findall(r"terraform -chdir=terraform ((?:providers )?[a-z-]+)([^|`]*)", line):
            called.setdefault(command, set()).update(re.findall(r" (-[a-z-]+)", rest.partition(" #")[0]))
    assert {"init", "plan", "apply", "import", "output", "destroy", "force-unlock", "providers lock"} == set(called)
    known = {command: _options(command) for command in called}
    for command, options in called.items():
        also = known["plan"] if command in ("apply", "destroy") else set()  # "and all of those of plan"
        assert options <= known[command] | also, command


def _options(command: str) -> set[str]:
    done = subprocess.run(["terraform", *command.split(), "-help"], capture_output=True, text=True, check=False)
    return {f"-{name}" for name in re.findall(r"^ +-([a-z-]+)", done.stdout, re.MULTILINE)}


def test_options_of_the_bootstrap_exist() -> None:
    calls = re.findall(r"infra/bootstrap\.sh((?:[^\n\\]|\\\n)*)", DEPLOY)
    named = {option for call in calls for option in re.findall(r"--[a-z-]+", call)}
    known = set(re.findall(r"^ +(--[a-z-]+)\)", (ROOT / "infra" / "bootstrap.sh").read_text(), re.MULTILINE))
    assert {"--project", "--dry-run", "--connection"} <= named <= known


@pytest.mark.parametrize("name", re.findall(r"(?:tests/)?terraform/[a-z_./]*[a-z]", DEPLOY))
def test_files_of_the_documentation_exist(name: str) -> None:
    here = name.replace("prod.tfvars", "prod.tfvars.example").replace("example.example", "example")
    assert (ROOT / here).exists() or name.startswith(("terraform/install", "terraform/.terraform.lock"))


def test_variables_of_the_documentation_exist() -> None:
    declared = set(re.findall(r'^variable "(\w+)"', drawing.read("variables.tf"), re.MULTILINE))
    for named in ("kms_key", "location", "deployer", "askers", "deletion_protection", "network", "schedule"):
        assert f"`{named}" in DEPLOY
        assert named in declared


def test_the_state_is_in_the_bucket_that_the_bootstrap_makes() -> None:
    assert 'STATE="$PROJECT-tributary-state"' in (ROOT / "infra" / "bootstrap.sh").read_text()
    assert "-backend-config=bucket=$PROJECT-tributary-state" in DEPLOY
    assert re.search(r'backend "gcs" \{\n *prefix', drawing.read("versions.tf"))


def test_every_check_that_is_left_out_says_why() -> None:
    skipped = [line for line in drawing.read(".checkov.yaml").splitlines() if "CKV" in line]
    assert len(skipped) == 2
    assert all(re.search(r"  - CKV_GCP_\d+  # .{30,}", line) for line in skipped)
