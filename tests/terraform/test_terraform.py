"""Terraform's own checks over terraform/: format, validity, and its test suites. No network, no account."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.tools import bundle
from tests.terraform import offline
from tests.terraform.drawing import TERRAFORM

pytestmark = pytest.mark.slow


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


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """terraform/ and its bundles, out of reach of other tests."""
    folder = tmp_path_factory.mktemp("workshop")
    shutil.copytree(TERRAFORM, folder / "terraform", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    bundle.write(folder / "build" / "functions")
    return folder / "terraform"


def test_its_suites_pass(workshop: Path) -> None:
    done = offline.run("test", str(workshop))
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    said = re.search(r"Success! (\d+) passed, 0 failed", done.stdout)
    suites = (path.read_text() for path in (TERRAFORM / "tests").glob("*.hcl"))
    assert said
    assert int(said[1]) == sum(len(re.findall(r'^run "', suite, re.MULTILINE)) for suite in suites)


def test_an_archive_that_somebody_replaced_is_not_deployed(workshop: Path) -> None:
    """Its name is as it was, so only its digest can tell."""
    (archive,) = (workshop.parent / "build" / "functions").glob("tell_run-*.zip")
    sound = archive.read_bytes()
    archive.write_bytes(sound + b"\0")
    done = offline.run("test", str(workshop), "-filter=tests/flow.tftest.hcl")
    archive.write_bytes(sound)
    told = " ".join(re.sub("[│╷╵]", "", done.stdout + done.stderr).split())
    assert done.returncode == 1
    assert "The archive of tell_run is not the one that SHA256SUMS lists" in told
    assert "The archive of load_batch" not in told


# Ways to break a module, and what its suite says to each: words of an assertion, or the name of a run.
MUTANTS = {
    "function": {
        "only its own subscription may call": ("main.tf", '"ALLOW_INTERNAL_ONLY"', '"ALLOW_ALL"'),
        "the function accepts exactly what its subscription signs": (
            "messages.tf",
            "audience              = local.address",
            'audience              = "https://elsewhere.example.com"',
        ),
        "nothing is ever dead-lettered: publisher": (
            "messages.tf",
            'role    = "roles/pubsub.publisher"\n  member  = local.agent',
            'role    = "roles/pubsub.viewer"\n  member  = local.agent',
        ),
        "nothing is ever dead-lettered: subscriber": (
            "messages.tf",
            '"roles/pubsub.subscriber"',
            '"roles/pubsub.viewer"',
        ),
        "a subscription never expires": ("messages.tf", 'ttl = "" #', 'ttl = "2678400s" #'),
        "nothing is paid while nothing is to be done": (
            "main.tf",
            "min_instance_count               = 0",
            "min_instance_count = 1",
        ),
        "a_deadline_shorter_than_the_work": ("main.tf", "var.size.timeout < var.delivery.ack_deadline", "local.reader"),
    },
    "domain": {
        "behind the name are the services": ("main.tf", "group = local.groups[each.key]", "group = each.key"),
        "each at its path": ("main.tf", "local.services[path_rule.key]", "local.services[var.otherwise]"),
        "with a certificate for the name": ("main.tf", '"TLS_1_2"', '"TLS_1_0"'),
        "sent on, and served nothing": (
            "main.tf",
            "https_redirect         = true",
            'https_redirect = false\n    host_redirect = "connect.example.com"',
        ),
        "the balancer writes none down": ("main.tf", "enable = false", "enable = true"),
        "nor does a log keep what it writes": ("main.tf", ' OR \\"${google_compute_url_map.to_https.name}\\"', ""),
        "every_other_path_leads_nowhere": (
            "variables.tf",
            "contains(keys(var.functions), var.otherwise)",
            'var.otherwise != ""',
        ),
    },
}


@pytest.mark.parametrize("module", sorted(MUTANTS))
def test_the_suite_of_a_module_notices_each_way_to_break_it(workshop: Path, module: str) -> None:
    """All at once, because one run of the suite tells everything that is wrong."""
    folder = workshop / "modules" / module
    sources = {path: path.read_text() for path in folder.glob("*.tf")}
    for file, sound, broken in MUTANTS[module].values():
        path = folder / file
        assert sound in path.read_text()
        path.write_text(path.read_text().replace(sound, broken))
    done = offline.run("test", str(workshop), f"-filter=tests/{module}.tftest.hcl")
    for path, text in sources.items():
        path.write_text(text)
    told = " ".join(re.sub("[│╷╵]", "", done.stdout + done.stderr).split())
    assert done.returncode == 1
    for says in MUTANTS[module]:
        assert says in told if " " in says else f'"{says}"... fail' in told, f"nobody noticed: {says}"
