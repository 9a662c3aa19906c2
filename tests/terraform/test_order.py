"""What waits for what in the first apply of all: the graph that Terraform walks, held to what Google needs first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terraform import drawing, offline

pytestmark = pytest.mark.slow

NODE = r'"\[root\] ([^"]+?)(?: \((?:expand|validation)\))?"'  # the end of a module, `(close)`, is a node of its own
EDGE = re.compile(rf"^\s*{NODE} -> {NODE}$", re.MULTILINE)
BUILDER = {
    "google_artifact_registry_repository_iam_member.builder",
    "google_project_iam_member.builder_logs",
    "google_project_iam_member.builder_sources",
    "google_storage_bucket_iam_member.builder",
}
Graph = Mapping[str, set[str]]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    offline.required()
    there = offline.prepared(tmp_path_factory.mktemp("graph"))
    steps = "terraform init -input=false >&2 && terraform graph -type=plan"
    done = offline.run("exec", "sh", "-c", steps, cwd=there)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, set[str]] = {}
    for here, before in EDGE.findall(done.stdout):
        found.setdefault(here, set()).add(before)
    return found


def awaited(graph: Graph, here: str) -> set[str]:
    """All that is made before it."""
    seen, waiting = set[str](), [here]
    while waiting:
        for before in graph.get(waiting.pop(), set()) - seen:
            seen.add(before)
            waiting.append(before)
    return {re.sub(r"\[[^]]*\]", "", each) for each in seen}


def named(graph: Graph, pattern: str) -> list[str]:
    nodes = set(graph) | {each for before in graph.values() for each in before}
    found = sorted(each for each in nodes if re.fullmatch(pattern, each))
    assert found, pattern
    return found


def test_every_function_is_built_two_minutes_after_its_builder_may_build(graph: Graph) -> None:
    functions = named(graph, r"module\.\w+\.google_cloudfunctions2_function\.this")
    assert len(functions) == len(drawing.functions())
    for function in functions:
        assert BUILDER | {"time_sleep.builder"} <= awaited(graph, function), function
    assert awaited(graph, "time_sleep.builder") >= BUILDER
    assert 'create_duration = "120s"' in drawing.read("builds.tf")


def test_every_grant_to_an_account_of_googles_waits_until_it_exists(graph: Graph) -> None:
    grants = named(graph, r"module\.\w+\.google_\w+\.agent_(signs|buries|takes)(\[.*\])?")
    grants += named(graph, r"google_kms_crypto_key_iam_member\.agent(\[.*\])?")
    for grant in grants:
        assert {"time_sleep.agents", "google_project_service_identity.agent"} <= awaited(graph, grant), grant
    named_by_themselves = {
        "data.google_storage_project_service_account.this",
        "data.google_bigquery_default_service_account.this",
    }
    assert named_by_themselves <= awaited(graph, "time_sleep.agents")


def test_accounts_of_google_wait_for_the_apis(graph: Graph) -> None:
    assert "google_project_service.needed" in awaited(graph, "time_sleep.agents")


def test_what_is_encrypted_waits_until_the_key_may_be_used(graph: Graph) -> None:
    for what in ("google_firestore_database.this", "google_storage_bucket.pages", "google_bigquery_dataset.agency"):
        assert "google_kms_crypto_key_iam_member.agent" in awaited(graph, what), what


def test_no_grant_names_an_account_of_googles_in_another_way() -> None:
    """A new one has to be made, too: by the one place that knows them."""
    files: list[Path] = [*drawing.TERRAFORM.glob("*.tf"), *drawing.TERRAFORM.glob("modules/*/*.tf")]
    naming = {
        path.name
        for path in files
        for line in path.read_text().splitlines()
        if re.search(r"gcp-sa-|gcf-admin-robot|serverless-robot|gs-project-accounts|bigquery-encryption", line)
    }
    assert naming == {"identities.tf"}
