"""Runs Terraform over terraform/ without providers and without the network, where the offline checker is there.

It is looked for as `shared/terraform-offline` beside the repository, or beside a folder that holds it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.tools import bundle
from tests.terraform.drawing import ROOT, TERRAFORM

SECONDS = 900  # for one command; a busy machine takes a minute or two
PLACES = [parent / "shared" / "terraform-offline" / "tfoffline" for parent in ROOT.parents]
LOCAL_BACKEND = 'terraform {\n  backend "local" {}\n}\n'


@cache
def lacking() -> str:
    """Why Terraform cannot be run here; empty when it can."""
    if shutil.which("terraform") is None:
        return "needs the program terraform, which is not installed here"
    if _checker() is None:
        return "needs shared/terraform-offline beside the repository; with network access run `terraform test` instead"
    if run("schema", "google_pubsub_topic").returncode:
        return "the offline checker does not start here: it needs the Python packages grpcio and msgpack"
    return ""


def required() -> None:
    if lacking():
        pytest.skip(lacking())


def _checker() -> Path | None:
    return next((place for place in PLACES if place.exists()), None)


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(_checker()), *arguments], cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def prepared(folder: Path) -> Path:
    """A copy of terraform/ with its bundles beside it and its state kept in the folder."""
    there = folder / "terraform"
    shutil.copytree(TERRAFORM, there, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    (there / "backend_override.tf").write_text(LOCAL_BACKEND)
    bundle.write(folder / "build" / "functions")
    return there


def plans(folder: Path, variants: Mapping[str, Mapping[str, Any] | Path]) -> dict[str, dict[str, Any]]:
    """Plans as JSON, one per set of variables or file of them, from an empty project."""
    there = prepared(folder)
    steps = ["terraform init -input=false -no-color"]
    for name, variables in variants.items():
        file = there / (f"{name}.tfvars" if isinstance(variables, Path) else f"{name}.tfvars.json")
        file.write_bytes(variables.read_bytes() if isinstance(variables, Path) else orjson.dumps(variables))
        steps.append(f"terraform plan -input=false -no-color -var-file={file.name} -out={name}.plan")
        steps.append(f"terraform show -json {name}.plan > {name}.json")
    done = run("exec", "sh", "-c", " && ".join(steps), cwd=there)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {name: orjson.loads((there / f"{name}.json").read_bytes()) for name in variants}


def resources(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a plan creates: address → type and planned values."""
    return {
        each["address"]: {**(each["change"]["after"] or {}), "type": each["type"]}
        for each in plan["resource_changes"]
        if each["mode"] == "managed"
    }
