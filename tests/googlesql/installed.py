"""Where GoogleSQL's analyzer is on this machine, or why there is none.

It is ZetaSQL, the language that BigQuery speaks, as a server of its own with its protocol beside it
(https://github.com/google/zetasql), built and published at https://github.com/fivetran/zetasql-npm. `make googlesql`
installs the version that `package.json` names, with the digests of `package-lock.json`.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import ROOT

HERE = Path(__file__).parent
PACKAGE = "@fivetrandevelopers/zetasql"
# Set where the analyzer may not be missing: its tests fail then instead of being skipped.
REQUIRED = "TRIBUTARY_GOOGLESQL"
SERVERS = {
    ("Linux", "x86_64"): "remote_server.so",
    ("Linux", "aarch64"): "remote_server_arm.so",
    ("Darwin", "x86_64"): "remote_server",
    ("Darwin", "arm64"): "remote_server_arm",
}


@dataclass(frozen=True)
class Installed:
    server: Path
    protocol: Path  # the folder of its .proto files


def found() -> Installed | str:
    """The analyzer, or the reason, in words, why it cannot be asked."""
    version = json.loads((HERE / "package.json").read_text())["dependencies"][PACKAGE]
    package = ROOT / "build" / "googlesql" / "node_modules" / PACKAGE
    server = SERVERS.get((platform.system(), platform.machine()))
    if server is None:
        return f"GoogleSQL's analyzer is not built for {platform.system()} on {platform.machine()}."
    if not (package / "package.json").exists():
        return "GoogleSQL's analyzer is not installed here: `make googlesql` does it, with npm."
    there = json.loads((package / "package.json").read_text())["version"]
    if there != version:
        return f"GoogleSQL's analyzer is {there} here and should be {version}: `make googlesql` mends it."
    return Installed(package / "lib" / "zetasql" / server, package / "lib" / "zetasql" / "protos")


def is_required() -> bool:
    return bool(os.environ.get(REQUIRED))
