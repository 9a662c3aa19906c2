"""Each function stands alone: it names exactly the packages it imports, and refuses to start without its settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.bundle import reached

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = sorted(path.name for path in (ROOT / "functions").iterdir() if (path / "main.py").exists())
# Import → the package that brings it. What comes with a package named anyway (flask, google.auth) needs no line.
BRINGS = {
    "authlib": "authlib",
    "duckdb": "duckdb",
    "functions_framework": "functions-framework",
    "google.cloud.firestore": "google-cloud-firestore",
    "google.cloud.firestore_v1": "google-cloud-firestore",
    "google.cloud.pubsub_v1": "google-cloud-pubsub",
    "google.cloud.secretmanager_v1": "google-cloud-secret-manager",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "httpx2": "httpx2",
    "joserfc": "joserfc",
    "msgspec": "msgspec",
    "orjson": "orjson",
    "isal": "isal",
    "tenacity": "tenacity",
    "xxhash": "xxhash",
    "zoneinfo": "tzdata",  # the zones themselves: images come without them, or with old ones
}
COMES_ALONG = {"flask", "httpcore2", "jinja2", "markupsafe", "werkzeug"}
COMES_ALONG |= {"google.auth", "google.oauth2", "google.api_core", "grpc"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_requirements_are_what_it_imports(function: str) -> None:
    imported, _ = reached(function)
    needed = {
        package for name, package in BRINGS.items() if any(n == name or n.startswith(name + ".") for n in imported)
    }
    written = {line.split("==")[0] for line in (ROOT / "functions" / function / "requirements.in").read_text().split()}
    assert written == needed
    locked = (ROOT / "functions" / function / "requirements.txt").read_text()
    assert all(f"\n{package}==" in "\n" + locked for package in needed)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_else_is_imported(function: str) -> None:
    known = set(BRINGS) | COMES_ALONG | set(sys.stdlib_module_names) | {"shared", "google.cloud"}
    strange = {name for name in reached(function)[0] if not any(name == k or name.startswith(k + ".") for k in known)}
    assert strange == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_refuses_to_start_without_its_settings(function: str) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("TRIBUTARY", "GOOGLE_CLOUD"))}
    told = subprocess.run(
        [sys.executable, f"functions/{function}/main.py"],
        cwd=ROOT,
        env={**bare, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode != 0
    assert "TRIBUTARY_BUCKET is missing" in told.stderr
    assert "GOOGLE_CLOUD_PROJECT is missing" in told.stderr
