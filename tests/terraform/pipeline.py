"""cloudbuild.yaml walked on this machine: its steps in Cloud Build's order, in a clean copy, with stand-ins that write
down what they are asked.

The rules are those of https://cloud.google.com/build/docs/build-config-file-schema (2026-11): a step without `waitFor`
follows all before it, `-` waits for nothing; substitutions are put into every field but `script`; `$$` is a dollar.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.support.patience import HANG
from tests.terraform.drawing import ROOT

BUILD: dict[str, Any] = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
STEPS: list[dict[str, Any]] = BUILD["steps"]
GIVEN = {
    "PROJECT_ID",
    "PROJECT_NUMBER",
    "BUILD_ID",
    "LOCATION",
    "TRIGGER_NAME",
    "COMMIT_SHA",
    "TAG_NAME",
}  # and more, which we do not use
# https://cloud.google.com/build/docs/build-config-file-schema (2026-11)
OF_A_BUILD = {
    "steps", "timeout", "queueTtl", "logsBucket", "options", "substitutions", "tags", "serviceAccount", "secrets",
    "availableSecrets", "artifacts", "images",
}  # fmt: skip
OF_A_STEP = {
    "name", "args", "env", "allowFailure", "allowExitCodes", "dir", "id", "waitFor", "entrypoint", "secretEnv",
    "volumes", "timeout", "script", "automapSubstitutions",
}  # fmt: skip
NAMED = re.compile(r"\$(\$|\{(\w+)\}|(\w+))")
LEFT = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".terraform*",
    "*.tfstate*",
    "build",
    ".tributary",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "*.pyc",
)

# Written down: who is asked what, where. `terraform plan` leaves its file behind, `init` its lock; only a file can be
# applied; and what is copied into a bucket can be had from there.
STAND_IN = """#!/bin/sh
name=$(basename "$0")
echo "$name $*" >> "$TOLD"
echo "$PWD $*" >> "$TOLD.where"
[ "$name $1" = "$FAILS" ] && exit 1
case "$name $1" in
    "gcloud storage")
        case "$3 $4" in
            gs://*/environments/*) cp terraform/environments/prod.tfvars.example "$4" ;;
            gs://*) cp "$BUCKETS/$(echo "${3#gs://}" | tr / _)" "$4" ;;
            *) cp "$3" "$BUCKETS/$(echo "${4#gs://}" | tr / _)" ;;
        esac ;;
    "terraform init") [ -f .terraform.lock.hcl ] || echo locked > .terraform.lock.hcl ;;
    "terraform plan") for word in "$@"; do case "$word" in -out=*) echo planned > "${word#-out=}" ;; esac; done ;;
    "terraform apply") for word in "$@"; do :; done; [ -s "$word" ] ;;
    "terraform output") echo "export GOOGLE_CLOUD_PROJECT='north-tributary'" ;;
esac
"""
# The environment's own Python: bundles are really made, and of a command that needs a cloud the help is printed.
PYTHON = """#!/bin/sh
echo "python $*" >> "$TOLD"
case "$*" in
    *infra.admin*) echo "in $GOOGLE_CLOUD_PROJECT" >> "$TOLD"; exec "$REAL_PYTHON" "$@" --help ;;
    *) exec "$REAL_PYTHON" "$@" ;;
esac
"""


def put(text: str, values: Mapping[str, str]) -> str:
    """Substitutions put in, as Cloud Build does; an unknown one is refused."""
    return NAMED.sub(lambda found: "$" if found[1] == "$" else values[found[2] or found[3]], text)


def ordered(steps: Sequence[dict[str, Any]] = STEPS) -> list[dict[str, Any]]:
    """Each step after all that it waits for."""
    done: list[dict[str, Any]] = []
    left = list(steps)
    while left:
        ready = [step for step in left if before(step, steps) <= {each["id"] for each in done}]
        assert ready, f"these wait for each other: {[step['id'] for step in left]}"
        done.append(ready[0])
        left.remove(ready[0])
    return done


def before(step: Mapping[str, Any], steps: Sequence[dict[str, Any]] = STEPS) -> set[str]:
    """What a step waits for, itself and by those it waits for."""
    place = [each["id"] for each in steps].index(step["id"])
    named = step.get("waitFor") or [each["id"] for each in steps[:place]]
    found = set(named) - {"-"}
    return found.union(*(before(each, steps) for each in steps if each["id"] in found))


@dataclass
class Pipeline:
    """A clean copy of the repository, as a build finds it."""

    folder: Path
    fails: str = ""  # the command that does, such as `terraform validate`
    buckets: Path | None = None  # what lies in them; several builds may share them
    build: Mapping[str, Any] = field(default_factory=lambda: BUILD)
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workspace, tools = self.folder / "workspace", self.folder / "tools"
        shutil.copytree(ROOT, self.workspace, ignore=LEFT)
        tools.mkdir()
        for name in ("gcloud", "terraform", "make"):
            self._program(tools / name, STAND_IN)
        (self.workspace / ".venv" / "bin").mkdir(parents=True)  # as `make lint` leaves it
        self._program(self.workspace / ".venv" / "bin" / "python", PYTHON)
        self.buckets = self.buckets or self.folder / "buckets"
        self.buckets.mkdir(exist_ok=True)
        self.told = self.folder / "told"
        self.told.touch()
        self.tools = tools

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def run(self, substitutions: Mapping[str, str]) -> list[str]:
        """The steps that were done; the build ends with the first that fails."""
        values = {**self.build["substitutions"], **dict.fromkeys(GIVEN, ""), **substitutions}
        done = []
        for step in ordered(self.build["steps"]):
            if self._step(step, values):
                break
            done.append(str(step["id"]))
        return done

    def _step(self, step: Mapping[str, Any], values: Mapping[str, str]) -> int:
        own = dict(put(pair, values).split("=", 1) for pair in step.get("env", []))
        here = {
            "TOLD": str(self.told),
            "FAILS": self.fails,
            "REAL_PYTHON": sys.executable,
            "BUCKETS": str(self.buckets),
        }
        path = f"{self.tools}{os.pathsep}{os.environ['PATH']}"
        script = step["script"].replace("/workspace", str(self.workspace))
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.workspace / step.get("dir", "."),
            env={**here, **own, "PATH": path, "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )
        self.said[step["id"]] = done.stdout + done.stderr
        return done.returncode

    @property
    def asked(self) -> list[str]:
        """What was asked of whom, without where this machine keeps things."""
        return [line.replace(str(self.workspace), "/workspace") for line in self.told.read_text().splitlines()]

    def where(self, command: str) -> str:
        """The folder, from the workspace, in which a command was asked for."""
        (line,) = [line for line in (self.folder / "told.where").read_text().splitlines() if command in line]
        return str(Path(line.split(" ", 1)[0]).relative_to(self.workspace.resolve()))
