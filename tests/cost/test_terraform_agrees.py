"""What the bill assumes of the functions, the alarms and the bucket is what Terraform makes."""

from __future__ import annotations

import re

from infra.cost.installation import FUNCTIONS, Habits, Installation
from infra.cost.usage import EXPORTS_KEPT, usage
from infra.docs import ROOT

TERRAFORM = ROOT / "terraform"
GIB = {"256Mi": 0.25, "512Mi": 0.5, "1Gi": 1.0}


def read(name: str) -> str:
    return (TERRAFORM / name).read_text()


def test_the_sizes_of_functions() -> None:
    defaults = dict(
        re.findall(r'(cpu|memory)\s+= optional\(string, "([^"]+)"\)', read("modules/function/variables.tf"))
    )
    blocks = dict(re.findall(r'module "(\w+)" \{(.*?)\n\}', read("main.tf"), re.DOTALL))
    for name, function in FUNCTIONS.items():
        size = defaults | dict(re.findall(r'(cpu|memory)\s*= "([^"]+)"', blocks[name]))
        assert (function.vcpu, function.gib) == (float(size["cpu"]), GIB[size["memory"]]), name
        at_once = re.search(r"at_once\s*= (\d+)", blocks[name])
        assert function.shared == (int(at_once[1]) if at_once else 1), name
    assert re.search(r"at_once\s+= optional\(number, 1\)", read("modules/function/variables.tf"))
    assert re.search(r"max_instance_request_concurrency\s*= var.size.at_once", read("modules/function/main.tf"))


def test_the_conditions_of_alarms() -> None:
    """One per thing to be told, measured or asked, for all functions together."""
    text = read("alarms.tf")
    parts = re.search(r"\n  told = \{(.*?)\n  measured = \{(.*?)\n  asked = \{(.*?)\n  \}\n", text, re.DOTALL)
    assert parts
    counts = [len(re.findall(r"^      title ", block, re.MULTILINE)) for block in parts.groups()]
    assert min(counts) > 0
    assert Installation().conditions == sum(counts)


def test_the_classes_and_the_end_of_pages() -> None:
    assert re.search(r"for_each = \{ NEARLINE = 30, COLDLINE = 90 \}", read("storage.tf"))
    kept = re.search(r"pages_days\s*= optional\(number, (\d+)\)", read("variables.tf"))
    assert kept
    assert Installation().kept_days == int(kept[1])
    assert re.search(r"size_above_bytes\s*= 131072", read("storage.tf")), "small pages stay where they are"
    assert not Installation().colder


def test_the_hourly_export() -> None:
    """What is exported is what is reckoned with, once an hour, and kept for a week."""
    text = read("exports.tf")
    groups = re.search(r"exported = \[([^\]]*)\]", text)
    assert groups
    assert {"workspaces", "connections", "cursors"} <= set(re.findall(r'"(\w+)"', groups[1]))
    assert Habits().files_an_export == 2 * len(re.findall(r'"\w+"', groups[1])) + 1
    assert re.search(r'schedule    = "\d+ \* \* \* \*"', text)
    kept = re.search(r"age +=\ (\d+)", text)
    assert kept
    assert 2 * 24 * int(kept[1]) == EXPORTS_KEPT


def test_the_jobs_of_the_scheduler() -> None:
    jobs = sum(
        text.count('resource "google_cloud_scheduler_job"') for text in (read("scheduler.tf"), read("exports.tf"))
    )
    (reckoned,) = [amount.quantity for amount in usage(Installation()) if amount.item == "Cloud Scheduler"]
    assert jobs == reckoned
