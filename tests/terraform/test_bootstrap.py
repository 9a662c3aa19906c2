"""infra/bootstrap.sh against a gcloud that writes down what it is asked: what is made, once, and never twice."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.patience import HANG
from tests.terraform import drawing
from tests.terraform.drawing import ROOT

# What is described is there once it was created; everything is written down.
GCLOUD = """#!/bin/sh
echo "$*" >> "$TOLD"
if [ -n "${NEW:-}" ]; then  # a project in which what was just made is not known at once
    case "$*" in *policy-binding*|*identity*) [ "$(grep -cFx -- "$*" "$TOLD")" -ge "$NEW" ] || exit 1 ;; esac
fi
case "$*" in
    *describe*)
        for word in $*; do
            case "$word" in gs://*|*@*|tributary-dev|tributary-prod*) name=${word#gs://} ;; esac
        done
        grep -qx "${name%%@*}" "$MADE" ;;
    *"buckets create"*) echo "${4#gs://}" >> "$MADE" ;;
    *"service-accounts create"*) echo "$4" >> "$MADE" ;;
    *"triggers create"*) while [ "$1" != --name ]; do shift; done; echo "$2" >> "$MADE" ;;
esac
"""


class Cloud:
    def __init__(self, folder: Path) -> None:
        self.told, self.made = folder / "told", folder / "made"
        (folder / "gcloud").write_text(GCLOUD)
        (folder / "gcloud").chmod(0o755)
        (folder / "sleep").write_text('#!/bin/sh\necho "sleep $1" >> "$TOLD"\n')
        (folder / "sleep").chmod(0o755)
        self.told.touch()
        self.made.touch()
        self.folder = folder

    def boot(self, *arguments: str, project: str = "north-tributary", new: int = 1) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}",
            "TOLD": str(self.told),
            "MADE": str(self.made),
            "NEW": str(new),
        }
        command = [str(ROOT / "infra" / "bootstrap.sh"), "--project", project, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HANG, check=False)

    def said(self, part: str) -> list[str]:
        return [line for line in self.told.read_text().splitlines() if part in line]


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


REPOSITORY = ("--connection", "github", "--repository", "tributary")


def test_everything_is_made_once_however_often_it_runs(cloud: Cloud) -> None:
    for _ in range(3):
        done = cloud.boot("--environment", "prod", *REPOSITORY)
        assert done.returncode == 0, done.stderr
    made = [line for line in cloud.said(" create ") if "identity" not in line]
    assert len(made) == 4  # the bucket, the account and two triggers
    assert sorted(cloud.made.read_text().split()) == [
        "north-tributary-tributary-state",
        "tributary-deployer",
        "tributary-prod",
        "tributary-prod-plan",
    ]


def test_what_is_applied_to_prod_waits_for_somebody(cloud: Cloud) -> None:
    cloud.boot("--environment", "prod", *REPOSITORY)
    plan, apply = cloud.said("triggers create")
    assert "_APPLY=no" in plan
    assert "--require-approval" not in plan
    assert "_APPLY=approved" in apply
    assert "--require-approval" in apply


def test_nobody_gets_a_basic_role(cloud: Cloud) -> None:
    cloud.boot("--environment", "dev", "--billing", "0A1B2C-3D4E5F-6A7B8C")
    granted = cloud.said("add-iam-policy-binding")
    assert len(granted) > 10
    assert not [line for line in granted if line.split("--role ")[1].split()[0] in {"roles/owner", "roles/editor"}]
    assert all("tributary-deployer@" in line for line in granted)


def test_a_rehearsal_changes_nothing(cloud: Cloud) -> None:
    done = cloud.boot("--environment", "dev", "--dry-run", *REPOSITORY)
    assert done.returncode == 0
    assert "gcloud storage buckets create gs://north-tributary-tributary-state" in done.stdout
    assert all(" describe " in line for line in cloud.told.read_text().splitlines())


def test_the_state_cannot_be_public_and_keeps_its_versions(cloud: Cloud) -> None:
    cloud.boot()
    (create,) = cloud.said("buckets create")
    assert "--public-access-prevention" in create
    assert "--versioning" in cloud.said("buckets update")[0]


@pytest.mark.parametrize("arguments", [("--environment", "staging"), ("--colour", "blue")])
def test_what_makes_no_sense_is_refused(cloud: Cloud, arguments: tuple[str, ...]) -> None:
    done = cloud.boot(*arguments)
    assert done.returncode == 2
    assert not cloud.told.read_text()


def test_every_api_is_switched_on_before_terraform_needs_it(cloud: Cloud) -> None:
    """All but those of what somebody may choose: a key, a network, a domain."""
    cloud.boot("--billing", "0A1B2C-3D4E5F-6A7B8C")
    (enabled,) = cloud.said("services enable")
    needed = set(re.findall(r'"([a-z]+\.googleapis\.com)"', drawing.read("services.tf")))
    assert needed - set(enabled.split()) == {f"{name}.googleapis.com" for name in ("cloudkms", "compute", "vpcaccess")}


def test_accounts_of_google_are_made_that_terraform_grants_something(cloud: Cloud) -> None:
    cloud.boot()
    made = {line.rpartition("--service ")[2] for line in cloud.said("identity create")}
    assert made == set(re.findall(r'service = "([a-z.]+)"', drawing.read("identities.tf")))
    assert cloud.told.read_text().index("services enable") < cloud.told.read_text().index("identity create")


def test_what_is_not_known_everywhere_yet_is_waited_for(cloud: Cloud) -> None:
    assert cloud.boot(new=3).returncode == 0
    assert cloud.said("sleep ")[:2] == ["sleep 5", "sleep 10"]


def test_what_never_becomes_known_ends_with_an_error(cloud: Cloud) -> None:
    assert cloud.boot(new=99).returncode != 0
    assert cloud.said("sleep ") == ["sleep 5", "sleep 10", "sleep 20", "sleep 40"]
