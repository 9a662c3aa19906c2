"""Where Chromium and axe-core are on this machine, or why pages cannot be looked at.

Chromium is the system's own (Debian's `chromium`); `make axe` installs axe-core, in the version that `package.json`
names and with the digests of `package-lock.json` (https://github.com/dequelabs/axe-core).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import ROOT

HERE = Path(__file__).parent
# Set where the browser may not be missing: its tests fail then instead of being skipped.
REQUIRED = "TRIBUTARY_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Installed:
    chromium: str
    axe: Path  # its one script


def found() -> Installed | str:
    """Both, or the reason, in words, why no page can be looked at."""
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        return "No Chromium is on this machine: Debian’s is `apt-get install chromium`."
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["axe-core"]
    package = ROOT / "build" / "axe" / "node_modules" / "axe-core"
    if not (package / "package.json").exists():
        return "axe-core is not installed here: `make axe` does it, with npm."
    there = json.loads((package / "package.json").read_text())["version"]
    if there != version:
        return f"axe-core is {there} here and should be {version}: `make axe` mends it."
    return Installed(chromium, package / "axe.min.js")


def is_required() -> bool:
    return bool(os.environ.get(REQUIRED))
