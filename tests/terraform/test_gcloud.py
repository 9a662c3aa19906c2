"""What the real gcloud makes of the commands that matter most, as a stand-in for Google's services hears it. No account
and no network: gcloud is told where on this machine the services are."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import HANG
from tests.terraform import drawing
from tests.terraform.test_bootstrap import REPOSITORY, Cloud

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcloud") is None, reason="needs the program gcloud, not installed here"),
]
BUCKET, BACKUP = "gs://north-tributary-tributary-exports", "projects/north-tributary/locations/europe-west1/backups/b1"
DATABASE = "/v1/projects/north-tributary/databases"
SERVICES = ("CLOUDBUILD", "CLOUDSCHEDULER", "FIRESTORE", "STORAGE")
HERE = ["--project", "north-tributary"]
Asked = tuple[str, str, Any]  # method, path, body


class Ears(http.server.BaseHTTPRequestHandler):
    heard: list[Asked]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.heard.append((self.command, self.path.partition("?")[0], json.loads(body) if body else None))
        said = json.dumps({"name": "projects/p/databases/d/operations/o", "done": True}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gcloud(tmp_path: Path) -> Iterator[Any]:
    """Types a command; what was asked first. What gcloud makes of the answer is of no interest here."""
    heard: list[Asked] = []
    ears = type("Ours", (Ears,), {"heard": heard})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ears)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}/"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CLOUDSDK_CONFIG": str(tmp_path / "config"),
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
        **{f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name}": place for name in SERVICES},
    }

    def typed(*words: str) -> Asked:
        done = subprocess.run(
            ["gcloud", *words], env=environment, capture_output=True, text=True, timeout=HANG, check=False
        )
        if not heard and "components" in done.stderr:
            pytest.skip("needs gcloud's alpha commands, which are not installed here")
        assert heard, done.stderr
        return heard[0]

    yield typed
    server.shutdown()
    server.server_close()


def test_the_trigger_that_applies_waits_and_acts_as_the_deployer(gcloud: Any, tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    cloud = Cloud(tmp_path / "cloud")
    cloud.boot("--environment", "prod", *REPOSITORY)
    _, asked, trigger = gcloud(*cloud.said("triggers create")[1].split())
    assert asked == "/v1/projects/north-tributary/locations/europe-west1/triggers"
    assert trigger == {
        "name": "tributary-prod",
        "filename": "cloudbuild.yaml",
        "approvalConfig": {"approvalRequired": True},
        "repositoryEventConfig": {
            "push": {"branch": "^main$"},
            "repository": "projects/north-tributary/locations/europe-west1/connections/github/repositories/tributary",
        },
        "serviceAccount": "projects/north-tributary/serviceAccounts/"
        "tributary-deployer@north-tributary.iam.gserviceaccount.com",
        "substitutions": {"_APPLY": "approved", "_ENVIRONMENT": "prod", "_STATE": "north-tributary-tributary-state"},
    }


def test_a_build_is_approved_in_its_region(gcloud: Any) -> None:
    _, asked, body = gcloud("alpha", "builds", "approve", "b1", *HERE, "--location", "europe-west1")
    assert asked == "/v1/projects/north-tributary/locations/europe-west1/builds/b1:approve"
    assert body == {"approvalResult": {"decision": "APPROVED"}}


def test_an_export_is_imported_from_its_folder(gcloud: Any) -> None:
    folder = f"{BUCKET}/2026-11-21T16:30:02_1234"
    assert gcloud("firestore", "import", f"{folder}/", *HERE, "--database", "(default)") == (
        "POST",
        f"{DATABASE}/(default):importDocuments",
        {"inputUriPrefix": folder},
    )


def test_a_backup_is_restored_under_the_name_that_everything_knows(gcloud: Any) -> None:
    words = ["--destination-database", "(default)", "--source-backup", BACKUP]
    asked = gcloud("firestore", "databases", "restore", *HERE, *words)
    assert asked == ("POST", f"{DATABASE}:restore", {"databaseId": "(default)", "backup": BACKUP})


def test_a_deleted_bucket_is_had_back_by_its_generation(gcloud: Any) -> None:
    method, asked, _ = gcloud("storage", "restore", "gs://north-tributary-tributary-pages#12")
    assert (method, asked) == ("POST", "/storage/v1/b/north-tributary-tributary-pages/restore")


def test_the_export_that_terraform_schedules_is_the_one_that_gcloud_would_ask_for(gcloud: Any) -> None:
    groups = ",".join(sorted(drawing.listed("exports.tf", "exported")))
    method, asked, body = gcloud("firestore", "export", BUCKET, *HERE, "--collection-ids", groups, "--async")
    assert (method, asked) == ("POST", f"{DATABASE}/(default):exportDocuments")
    assert body == {"outputUriPrefix": BUCKET, "collectionIds": groups.split(",")}
