"""infra/trial.sh with stand-ins for every program that it asks: what they answer is said by the test."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.patience import HANG
from tests.terraform.drawing import ROOT

KEPT = "tributary-trial-kept"
# One program for all names. `FAILS` is a pattern of what comes to nothing.
STAND_IN = r"""#!/bin/sh
asked="$(basename "$0") $*"
echo "$asked" >> "$TOLD"
case "$asked" in
    $FAILS) echo "$SAYS" >&2; exit 1 ;;
    *'"fan-out-sync"'*) [ -z "$WORKER" ] || printf '%s\n' $WORKER ;;
    *PermissionDenied*) printf '%s' "$DENIED" ;;
    *"operations list"*) printf '%s' "$EXPORT" ;;
    *overall_export_metadata*) printf '%s' "$FILES" ;;
    *operation.last=true*) printf '%s' "$ENDS" ;;
    terraform*" plan "*) printf '%s\n' "$PLAN"; exit "$PLAN_CODE" ;;
    terraform*" output "*) echo "export GOOGLE_CLOUD_PROJECT=trial" ;;
    *"connect-link create"*) echo "https://europe-west1-trial.cloudfunctions.net/oauth-start/#sesame" ;;
    *infra.demo.visit*) cat >> "$TOLD.keys"; echo "$PAGES" ;;
    *"versions list"*) printf '%s' "$SIGNING" ;;
    *"secrets list"*) printf '%s' "$SECRETS" ;;
    *oauth-callback*requests*) printf '%s' "$REQUESTS" ;;
    *print-access-token*) echo "a-token-of-google" ;;
    curl*) cat >> "$TOLD.headers"; printf '%s' "$TRACES" ;;
    *"infra.admin status"*) printf '%s\n' "$STATUS" ;;
    bq*) printf 'f0_\n%s\n' "$ROWS" ;;
    *"message kept aside"*) printf '%s' "$ASIDE" ;;
    *status=429*) printf '%s' "$REFUSED" ;;
    *"dead letter"*) printf '%s' "$DEAD" ;;
    *"slice failed"*) printf '%s' "$FAILED" ;;
    *"Memory limit"*) printf '%s' "$MEMORY" ;;
    *"builds submit"*) echo "$BUILD" ;;
esac
"""
DONE = (
    "trial{number:02} · emailoctopus · Account (c{number}): active\n  run r{number} (first) completed: 9 rows, 1 pages"
)
WELL = {
    "FAILS": "",
    "SAYS": "",
    "WORKER": "401 204",
    "DENIED": "",
    "EXPORT": "SUCCESSFUL",
    "FILES": "gs://exports/1/1.overall_export_metadata",
    "ENDS": "NOTICE",
    "PLAN": "No changes.",
    "PLAN_CODE": "0",
    "PAGES": "connected",
    "SIGNING": "1",
    "SECRETS": "user-1",
    "REQUESTS": "",
    "TRACES": '{"traces": [{"spans": [{"labels": {"/http/path": "/oauth-start/"}}]}]}',
    "STATUS": "\n".join(DONE.format(number=number) for number in range(1, 31)),
    "ROWS": "9",
    "ASIDE": "2026-11-29",
    "REFUSED": "",
    "DEAD": "",
    "FAILED": "",
    "MEMORY": "",
    "BUILD": "Plan: 0 to add",
}


@dataclass
class Trial:
    """A trial; by default of a project that was kept, so that single checks can be looked at."""

    folder: Path
    told: Path = field(init=False)

    def __post_init__(self) -> None:
        self.tools, self.told = self.folder / "tools", self.folder / "told"
        self.tools.mkdir()
        for name in ("gcloud", "terraform", "bq", "curl", "sleep", "python"):
            (self.tools / name).write_text(STAND_IN)
            (self.tools / name).chmod(0o755)
        self.told.touch()
        self.key = self.folder / "key"
        self.key.write_text("the-key-of-an-account\n")
        kept = self.folder / "trials" / KEPT
        kept.mkdir(parents=True)
        (kept / "admin.env").write_text("export GOOGLE_CLOUD_PROJECT=trial\n")

    def run(self, *words: str, says: str = "", **answers: str) -> subprocess.CompletedProcess[str]:
        """`says`: what the person at the keyboard answers."""
        return subprocess.run(
            [str(ROOT / "infra" / "trial.sh"), *words],
            env={
                **WELL,
                **answers,
                "PATH": f"{self.tools}{os.pathsep}/usr/bin{os.pathsep}/bin",
                "PYTHON": str(self.tools / "python"),
                "TRIBUTARY_TRIALS": str(self.folder / "trials"),
                "TOLD": str(self.told),
                "HOME": str(self.folder),
            },
            input=says,
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )

    def check(self, number: int, says: str = "", key: bool = True, **answers: str) -> subprocess.CompletedProcess[str]:
        words = ["--project", KEPT, "--keep", "--mail", "ops@example.com", "--check", str(number)]
        return self.run(*words, *(["--key-file", str(self.key)] if key else []), says=says, **answers)

    def asked(self, part: str) -> list[str]:
        return [line for line in self.told.read_text().splitlines() if part in line]
