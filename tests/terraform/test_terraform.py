"""Terraform's own checks over terraform/: format, validity, and its test suites. No network, no account."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra import bundle
from tests.terraform import offline
from tests.terraform.drawing import TERRAFORM


@pytest.fixture(scope="module", autouse=True)
def _there() -> None:
    offline.required()


def test_it_is_formatted() -> None:
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],
        capture_output=True,
        text=True,
        timeout=offline.SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_it_is_valid() -> None:
    done = offline.run("validate", str(TERRAFORM))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """terraform/ and its bundles, out of reach of other tests."""
    shutil.copytree(TERRAFORM, tmp_path / "terraform", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    bundle.write(tmp_path / "build" / "functions")
    return tmp_path / "terraform"


def test_its_suites_pass(workshop: Path) -> None:
    done = offline.run("test", str(workshop))
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    said = re.search(r"Success! (\d+) passed, 0 failed", done.stdout)
    runs = sum(
        len(re.findall(r'^run "', path.read_text(), re.MULTILINE)) for path in (TERRAFORM / "tests").glob("*.hcl")
    )
    assert said
    assert int(said[1]) == runs


MUTANTS = {
    "no grant to move dead letters": (
        "modules/function/messages.tf",
        'role    = "roles/pubsub.publisher"\n  member  = local.agent',
        'role    = "roles/pubsub.viewer"\n  member  = local.agent',
    ),
    "ingress open to all": ("modules/function/main.tf", '"ALLOW_INTERNAL_ONLY"', '"ALLOW_ALL"'),
    "no check of the deadline": ("modules/function/main.tf", "var.size.timeout < var.delivery.ack_deadline", "true"),
    "another sender than the function accepts": (
        "modules/function/messages.tf",
        "audience              = local.address",
        'audience              = "https://elsewhere.example.com"',
    ),
}


def test_the_suite_of_the_function_notices_what_breaks_it(workshop: Path) -> None:
    for name, (file, sound, broken) in MUTANTS.items():
        text = (workshop / file).read_text()
        assert sound in text, name
        (workshop / file).write_text(text.replace(sound, broken))
        done = offline.run("test", str(workshop), "-filter=tests/function.tftest.hcl")
        (workshop / file).write_text(text)
        assert done.returncode == 1, f"{name}: nobody noticed"
        assert "Test assertion failed" in done.stderr + done.stdout or "expected failure" in done.stderr + done.stdout
