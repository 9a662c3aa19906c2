"""An environment for each Python that functions may run on, holding what their locks name: tests then start every
archive in it (tests/test_bundle.py). A Python that is not on this machine is named and left out.

    python -m infra.tools.pythons
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from infra.tools.bundle import ROOT, functions

PLACE = ROOT / "build" / "pythons"
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


def runtimes() -> list[str]:
    """As terraform/variables.tf lets an admin choose: python313 is 3.13."""
    variables = (ROOT / "terraform" / "variables.tf").read_text()
    return sorted(f"3.{minor}" for minor in set(re.findall(r'"python3(\d+)"', variables)) if int(minor) > 9)


def interpreter(version: str) -> str | None:
    """One that works: pyenv's stand-ins in PATH exist for every version and start those only that are switched on."""
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = sorted(home.glob(f"versions/{version}.*/bin/python{version}"), key=_release, reverse=True)
    for place in (shutil.which(f"python{version}"), *map(str, kept)):
        if place and subprocess.run([place, "-c", ""], capture_output=True, check=False).returncode == 0:
            return place
    return None


def _release(place: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", place.parents[1].name)]


def locks() -> list[Path]:
    return [ROOT / "functions" / name / "requirements.txt" for name in functions()]


def prepare(version: str, python: str) -> None:
    """Only built files, only those that the locks name. It is made anew when a lock has changed."""
    there = PLACE / version
    wanted = sha256(b"".join(path.read_bytes() for path in locks())).hexdigest()
    ready = there / "ready"
    if ready.exists() and ready.read_text() == wanted:
        return
    subprocess.run([python, "-m", "venv", "--clear", str(there)], check=True)
    pip = [str(there / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    named = [word for path in locks() for word in ("-r", str(path))]
    subprocess.run([*pip, "install", "--quiet", "--require-hashes", "--no-deps", *named], check=True)
    ready.write_text(wanted)


def told(version: str) -> tuple[str, bool]:
    """What there is of one version now, and whether that is as it should be."""
    if version == RUNNING:
        return "the tests run on it", True
    python = interpreter(version)
    if python is None:
        return "not on this machine; no archive is started on it", True
    try:
        prepare(version, python)
    except subprocess.CalledProcessError:
        return "its environment could not be made; no archive is started on it", False
    return f"build/pythons/{version}", True


def main() -> int:
    well = True
    for version in runtimes():
        text, good = told(version)
        print(f"Python {version}: {text}")
        well = well and good
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
