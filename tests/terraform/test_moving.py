"""An installation whose workspaces were Terraform's meets this release: nothing of theirs is destroyed, or changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.terraform import offline

pytestmark = pytest.mark.slow

EARLIER = Path(__file__).parent / "earlier"
VARIABLES = {"project": "north-tributary", "agency": "North Agency", "agency_readers": ["group:team@example.com"]}
INIT = "terraform init -input=false -no-color"
PLAN = (
    "terraform plan -input=false -no-color -var-file=move.tfvars.json -out={0}.plan"
    " && terraform show -json {0}.plan > {0}.json"
)
APPLY = "terraform apply -input=false -no-color -auto-approve -var-file=move.tfvars.json"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stood before, the plan of the release, the one after it, and that of a release that does not forget."""
    offline.required()
    there = offline.prepared(tmp_path_factory.mktemp("move"))
    (there / "move.tfvars.json").write_bytes(orjson.dumps(VARIABLES))
    forgets = (there / "removed.tf").read_text()
    warehouse = (there / "warehouse.tf").read_text()
    lets_in = """
  dynamic "access" {
    for_each = module.workspace
    content {
      dataset {
        target_types = ["VIEWS"]
        dataset {
          project_id = local.project
          dataset_id = access.value.marts
        }
      }
    }
  }

  # The marts of each workspace are let in"""
    before = warehouse.replace("\n  # The marts of each workspace are let in", lets_in)
    assert before != warehouse

    def do(*steps: str) -> None:
        done = offline.run("exec", "sh", "-c", " && ".join(steps), cwd=there)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    shutil.copytree(EARLIER / "workspace", there / "earlier")
    shutil.copy(EARLIER / "workspaces.tf", there / "earlier.tf")
    (there / "removed.tf").unlink()
    (there / "warehouse.tf").write_text(before)
    do(INIT, APPLY, "terraform show -json > stood.json")
    (there / "earlier.tf").unlink()
    (there / "warehouse.tf").write_text(warehouse)
    do(INIT, PLAN.format("careless"))
    (there / "removed.tf").write_text(forgets)
    do(INIT, PLAN.format("release"), APPLY, PLAN.format("again"), "terraform state list > left.txt")
    found: dict[str, Any] = {
        name: orjson.loads((there / f"{name}.json").read_bytes()) for name in ("stood", "careless", "release", "again")
    }
    return {**found, "left": (there / "left.txt").read_text().split()}


def changes(plan: dict[str, Any]) -> dict[str, list[str]]:
    return {each["address"]: each["change"]["actions"] for each in plan["resource_changes"]}


def of_workspaces(addresses: Any) -> set[str]:
    return {
        each for each in addresses if each.startswith(("module.workspace", "google_project_iam_member.reader_asks"))
    }


def test_what_stood_is_what_an_earlier_release_made(moved: dict[str, Any]) -> None:
    modules = {each["address"] for each in moved["stood"]["values"]["root_module"]["child_modules"]}
    assert {'module.workspace["acme"]', 'module.workspace["bloom"]'} <= modules


def test_nothing_of_a_workspace_is_destroyed(moved: dict[str, Any]) -> None:
    found = changes(moved["release"])
    ours = of_workspaces(found)
    assert len(ours) == 2 * 4 + 3
    assert {tuple(found[each]) for each in ours} == {("forget",)}
    assert {address for address, actions in found.items() if "delete" in actions} == set()


def test_who_may_look_up_rates_is_left_as_it_is(moved: dict[str, Any]) -> None:
    """The list of that dataset holds the marts of each workspace, which Terraform no longer knows."""
    found = changes(moved["release"])
    assert found["google_bigquery_dataset.shared"] == ["no-op"]


def test_afterwards_terraform_knows_no_workspace_and_finds_nothing_to_do(moved: dict[str, Any]) -> None:
    assert of_workspaces(moved["left"]) == set()
    assert {
        address for address, actions in changes(moved["again"]).items() if actions not in (["no-op"], ["read"])
    } == set()


def test_without_the_word_for_it_they_would_go(moved: dict[str, Any]) -> None:
    found = changes(moved["careless"])
    assert {tuple(found[each]) for each in of_workspaces(found)} == {("delete",)}


def test_lines_that_are_left_in_a_tfvars_file_stop_the_plan(tmp_path: Path) -> None:
    """Because the bucket kept pages as long as the longest of them asked for."""
    offline.required()
    there = offline.prepared(tmp_path)
    (there / "move.tfvars.json").write_bytes(orjson.dumps({**VARIABLES, "workspaces": {"acme": {}}}))
    done = offline.run("exec", "sh", "-c", f"{INIT} && {PLAN.format('x')}", cwd=there)
    assert done.returncode != 0
    assert "docs/upgrades.md" in " ".join((done.stdout + done.stderr).replace("│", " ").split())
