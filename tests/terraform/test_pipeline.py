"""cloudbuild.yaml, rehearsed: what Cloud Build would refuse, and what would be done, in which order, and when not."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.terraform.drawing import ROOT
from tests.terraform.pipeline import BUILD, GIVEN, NAMED, OF_A_BUILD, OF_A_STEP, STEPS, Pipeline, before, ordered
from tests.terraform.test_bootstrap import REPOSITORY, Cloud

PROD = {"_ENVIRONMENT": "prod", "_STATE": "north-tributary-tributary-state", "COMMIT_SHA": "abc123"}
CHECKS = [
    "make lint",
    "make test",
    "make audit",
    "python -m infra.tools.bundle",
    "gcloud storage cp gs://north-tributary-tributary-state/environments/prod.tfvars /workspace/prod.tfvars",
    "terraform fmt -check -recursive",
    "terraform init -input=false -backend-config=bucket=north-tributary-tributary-state",
    "terraform validate",
    "terraform test",
    "terraform plan -input=false -lock-timeout=10m -var-file=/workspace/prod.tfvars -out=/workspace/it.tfplan",
]
PLANS = "gs://north-tributary-tributary-state/plans/abc123"
KEEPS = [
    f"gcloud storage cp /workspace/terraform/.terraform.lock.hcl {PLANS}/terraform.lock.hcl",
    f"gcloud storage cp /workspace/it.tfplan {PLANS}/it.tfplan",
]
APPROVED = [
    "make lint",
    "python -m infra.tools.bundle",
    CHECKS[4],
    f"gcloud storage cp {PLANS}/it.tfplan /workspace/it.tfplan",
    f"gcloud storage cp {PLANS}/terraform.lock.hcl /workspace/terraform/.terraform.lock.hcl",
    "terraform init -input=false -lockfile=readonly -backend-config=bucket=north-tributary-tributary-state",
    "terraform show -no-color /workspace/it.tfplan",
]
APPLIES = [
    "terraform apply -input=false -lock-timeout=10m /workspace/it.tfplan",
    "terraform output -raw admin_environment",
    "python -m infra.admin marts deploy",
    "in north-tributary",
]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    return Pipeline(tmp_path)


# -- what Cloud Build would refuse ------------------------------------------------------------------------------------


def test_every_field_is_one_of_cloud_builds() -> None:
    assert set(BUILD) <= OF_A_BUILD
    for step in STEPS:
        assert set(step) <= OF_A_STEP
        assert not {"script", "args"} <= set(step)  # one or the other
        assert not {"script", "entrypoint"} <= set(step)
        assert all(isinstance(value, str) for value in BUILD["substitutions"].values())


def test_a_build_that_acts_as_an_account_of_ours_says_where_its_log_goes() -> None:
    """And no step outlives the build, which may take a day at most."""
    assert BUILD["options"]["logging"] == "CLOUD_LOGGING_ONLY"
    limit = re.fullmatch(r"(\d+)s", BUILD["timeout"])
    assert limit
    assert 3_600 <= int(limit[1]) <= 86_400


def test_steps_wait_for_steps_that_come_before_them() -> None:
    seen: set[str] = set()
    for step in STEPS:
        assert set(step.get("waitFor", [])) <= seen | {"-"}
        seen.add(step["id"])
    assert len(seen) == len(STEPS)
    assert before(next(step for step in STEPS if step["id"] == "apply")) == {
        "test",
        "audit",
        "bundle",
        "settings",
        "plan",
        "keep",
    }


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["id"])
def test_images_are_pinned(step: dict[str, str]) -> None:
    assert re.fullmatch(r"[a-z0-9./-]+:\d+\.\d+[a-z0-9.-]*", step["name"])
    if step["name"].startswith("hashicorp/terraform"):
        wanted = re.search(r'required_version = ">= ([\d.]+)"', (ROOT / "terraform" / "versions.tf").read_text())
        assert wanted
        assert [int(part) for part in step["name"].partition(":")[2].split(".")] >= [
            int(part) for part in wanted[1].split(".")
        ]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["id"])
def test_every_substitution_is_defined_and_every_variable_of_a_script_is_given(step: dict[str, str]) -> None:
    known = set(BUILD["substitutions"]) | GIVEN
    others = f"{step['name']} {step.get('dir', '')} {' '.join(step.get('env', []))}"
    assert {found[2] or found[3] for found in NAMED.finditer(others)} - {None} <= known
    script, given = step["script"], {pair.split("=")[0] for pair in step.get("env", [])}
    assert "$$" not in script  # nothing is put into a script, so nothing has to be kept from it
    assert {found[2] or found[3] for found in NAMED.finditer(script)} <= given
    assert given - set(re.findall(r"\w+", script)) <= {"TF_IN_AUTOMATION"}


def test_every_substitution_is_used() -> None:
    """One that is given and not used is an error, too."""
    used = {found[2] or found[3] for step in STEPS for pair in step.get("env", []) for found in NAMED.finditer(pair)}
    assert used - GIVEN == set(BUILD["substitutions"])


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["id"])
def test_every_script_stops_at_the_first_error_and_can_be_read_by_a_shell(step: dict[str, str]) -> None:
    assert step["script"].startswith("#!/bin/sh\nset -eu\n")  # the images of Terraform have no bash
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-n"], input=step["script"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs the program shellcheck, which is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    scripts = {step["id"]: step["script"] for step in STEPS}
    scripts["bootstrap"] = (ROOT / "infra" / "bootstrap.sh").read_text()
    for name, script in scripts.items():
        done = subprocess.run(
            ["shellcheck", "--exclude=SC1091", "-"], input=script, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (name, done.stdout)


def test_every_target_that_is_made_exists() -> None:
    named = {target for step in STEPS for target in re.findall(r"^make (\w+)$", step["script"], re.MULTILINE)}
    assert named == {"lint", "test", "audit"}
    for target in named:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the program terraform, which is not installed")
def test_every_option_is_one_of_terraforms() -> None:
    for command in [line.split() for line in [*CHECKS, *APPROVED, *APPLIES] if line.startswith("terraform")]:
        done = subprocess.run(["terraform", command[1], "-help"], capture_output=True, text=True, check=False)
        options = {word.partition("=")[0] for word in command[2:] if word.startswith("-")}
        assert options <= {f"-{name}" for name in re.findall(r"^ +-([a-z-]+)", done.stdout, re.MULTILINE)}, command


# -- what would be done -----------------------------------------------------------------------------------------------


def test_one_order_is_possible_and_it_is_ours() -> None:
    assert [step["id"] for step in ordered()] == [
        "test",
        "audit",
        "bundle",
        "settings",
        "plan",
        "keep",
        "apply",
        "marts",
    ]


@pytest.mark.slow
def test_what_is_applied_is_what_was_planned_and_then_come_the_views(pipeline: Pipeline) -> None:
    assert pipeline.run({**PROD, "_APPLY": "yes"}) == [step["id"] for step in STEPS]
    assert pipeline.asked == [*CHECKS, *APPLIES]
    assert {pipeline.where(f" {word} -input") for word in ("plan", "apply")} == {"terraform"}
    assert (pipeline.workspace / "build" / "functions" / "manifest.json").exists()  # where Terraform looks for it
    assert "marts deploy" in pipeline.said["marts"]


@pytest.mark.slow
def test_a_build_that_may_only_plan_changes_nothing(pipeline: Pipeline) -> None:
    assert len(pipeline.run({**PROD, "_APPLY": "no"})) == len(STEPS)
    assert pipeline.asked == [*CHECKS, *KEEPS]
    assert "Not applied: _APPLY is no." in pipeline.said["apply"]
    assert "Nothing was applied." in pipeline.said["marts"]


@pytest.mark.slow
def test_what_is_applied_to_prod_is_the_file_that_was_approved(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    planned = Pipeline(tmp_path / "plans")
    planned.run({**PROD, "_APPLY": "no"})
    assert planned.buckets
    (kept,) = planned.buckets.glob("*it.tfplan")
    kept.write_text("what somebody has read")
    (tmp_path / "applies").mkdir()
    applies = Pipeline(tmp_path / "applies", buckets=planned.buckets)
    assert applies.run({**PROD, "_APPLY": "approved"}) == [step["id"] for step in STEPS]
    assert applies.asked == [*APPROVED, *APPLIES]  # and nothing is planned anew
    assert (applies.workspace / "it.tfplan").read_text() == "what somebody has read"


@pytest.mark.slow
def test_without_a_plan_of_this_commit_nothing_is_applied(pipeline: Pipeline) -> None:
    assert "apply" not in pipeline.run({**PROD, "_APPLY": "approved"})
    assert "No plan of abc123 was kept" in pipeline.said["settings"]
    assert not [line for line in pipeline.asked if line.startswith("terraform")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "fails", ["make lint", "make test", "make audit", *sorted({" ".join(c.split()[:2]) for c in CHECKS[4:]})]
)
def test_nothing_is_applied_after_a_check_that_failed(tmp_path: Path, fails: str) -> None:
    broken = Pipeline(tmp_path, fails)
    assert "apply" not in broken.run({**PROD, "_APPLY": "yes"})
    assert broken.asked[-1].startswith(fails)
    assert not [line for line in broken.asked if line.startswith(("terraform apply", "python -m infra.admin"))]


@pytest.mark.slow
def test_no_views_are_made_after_an_apply_that_failed(tmp_path: Path) -> None:
    broken = Pipeline(tmp_path, "terraform apply")
    assert broken.run({**PROD, "_APPLY": "yes"})[-1] == "keep"
    assert broken.asked == [*CHECKS, APPLIES[0]]


@pytest.mark.slow
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_nothing_is_applied_to_prod_without_approval(tmp_path: Path, environment: str) -> None:
    """The triggers as the bootstrap makes them, each of them run."""
    (tmp_path / "cloud").mkdir()
    cloud = Cloud(tmp_path / "cloud")
    assert cloud.boot("--environment", environment, *REPOSITORY).returncode == 0
    triggers = cloud.said("triggers create")
    assert len(triggers) == (2 if environment == "prod" else 1)
    for number, trigger in enumerate(triggers):
        given = dict(pair.split("=", 1) for pair in trigger.split("--substitutions ")[1].split()[0].split(","))
        assert set(given) == set(BUILD["substitutions"])
        assert "--service-account projects/north-tributary/serviceAccounts/tributary-deployer@" in trigger
        (tmp_path / str(number)).mkdir()
        pipeline = Pipeline(tmp_path / str(number), buckets=tmp_path)
        pipeline.run({**given, "COMMIT_SHA": "abc123"})
        applied = APPLIES[0] in pipeline.asked
        assert applied == (environment == "dev" or "--require-approval" in trigger)
