"""What the bill assumes of the functions, the alarms and the bucket is what Terraform makes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from infra.cost.extras import AFTER_THEIR_END, ENCRYPTING
from infra.cost.installation import FUNCTIONS, Habits, Installation
from infra.cost.overview import SIZES
from infra.cost.replaying import replay
from infra.cost.usage import EXPORTS_KEPT, one_sync, usage
from infra.tools.docs import ROOT
from shared.platforms import PLATFORMS
from shared.settings import PAGES_DAYS

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
        assert function.full == (int(at_once[1]) if at_once else 1), name
        assert 1 <= function.alone <= function.together <= function.full, name
    assert re.search(r"at_once\s+= optional\(number, 1\)", read("modules/function/variables.tf"))
    assert re.search(r"max_instance_request_concurrency\s*= var.size.at_once", read("modules/function/main.tf"))


def places(function: str) -> int:
    """How many requests of it are handled at once, over all instances."""
    block = re.search(rf'module "{function}" \{{(.*?)\n\}}', read("main.tf"), re.DOTALL)
    assert block
    at_once, instances = (re.search(rf"{name}\s*= (\d+)", block[1]) for name in ("at_once", "instances"))
    assert at_once
    assert instances
    return int(at_once[1]) * int(instances[1])


def test_a_sync_of_the_largest_installation_is_over_before_its_messages_are_given_up() -> None:
    largest, habits = Installation(clients=max(SIZES)), Habits()
    syncs = [one_sync(PLATFORMS[name], largest, habits) for name in largest.names]
    reading = largest.clients * sum(sync.calls for sync in syncs) * habits.call_seconds / places("extract_page")
    loading = largest.clients * sum(sync.batches for sync in syncs) * habits.batch_seconds / places("load_batch")
    told = re.search(r"makes ([\d,]+) calls .* and ([\d,]+) batches", read("README.md"), re.DOTALL)
    assert told
    calls, batches = (int(number.replace(",", "")) for number in told.groups())
    assert calls == largest.clients * sum(sync.calls for sync in syncs)
    assert batches == largest.clients * sum(sync.batches for sync in syncs)
    alarm = re.search(r"oldest_unacked_message_age\S+ > (\d+)", read("alarms.tf"))
    assert alarm
    assert max(reading, loading) < int(alarm[1])
    delivery = read("modules/function/variables.tf")
    attempts = re.search(r"attempts\s+= optional\(number, (\d+)\)", delivery)
    pauses = [
        re.search(rf'{name}\s+= optional\(string, "(\d+)s"\)', delivery) for name in ("least_pause", "most_pause")
    ]
    assert attempts
    least, most = (int(found[1]) for found in pauses if found)
    tried_for = sum(min(least * 2**number, most) for number in range(int(attempts[1]) - 1))
    assert tried_for > 10 * max(reading, loading)


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
    assert re.search(r"size_above_bytes\s*= 131072", read("storage.tf")), "small pages stay where they are"
    assert not Installation().colder


def test_pages_are_kept_for_as_long_wherever_it_is_said() -> None:
    """Terraform has the number once; our code has it for where no Terraform says it, and the bill has it from there."""
    everybodys = re.search(r'variable "pages_days" \{.*?default\s+= (\d+)', read("variables.tf"), re.DOTALL)
    assert everybodys
    days = everybodys[1]
    assert int(days) == PAGES_DAYS == Installation().kept_days
    for file in TERRAFORM.rglob("*.tf"):
        assert not re.search(r"\bpages_days +=[^=\n]*\d", file.read_text()), f"{file}: another one"
    for page, words in {"operating": "kept for {} days", "costs": "({} days)"}.items():
        assert words.format(days) in (ROOT / "docs" / f"{page}.md").read_text(), page


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


def test_what_is_kept_after_its_end_and_what_a_key_encrypts() -> None:
    pages = read("storage.tf").partition('"google_storage_bucket" "pages"')[2].partition("\nresource ")[0]
    noncurrent = re.search(r"days_since_noncurrent_time = (\d+)", pages)
    soft = re.search(r"retention_duration_seconds = (\d+)", pages)
    assert noncurrent
    assert soft
    assert int(noncurrent[1]) + int(soft[1]) // 86_400 == AFTER_THEIR_END
    agents = re.search(
        r'"google_kms_crypto_key_iam_member" "agent" \{.*?toset\(\[\n(.*?)\]\)', read("encryption.tf"), re.DOTALL
    )
    assert agents
    assert len(re.findall(r'"\w+"', agents[1])) == ENCRYPTING


@pytest.mark.slow
def test_the_documentation_says_how_long_a_replay_takes() -> None:
    text = " ".join((ROOT / "docs" / "disaster-recovery.md").read_text().split())
    loaders = places("load_batch") // FUNCTIONS["load_batch"].full
    usual, every = (replay(Installation(connections=number), Habits(), loaders) for number in (5, len(PLATFORMS)))
    assert f"five connections, {usual.pages:,} pages have piled up in {Installation().kept_days} days" in text
    assert f"about {10 * round(usual.takes / timedelta(minutes=10))} minutes" in text
    assert f"One table after the other would take {usual.alone / timedelta(hours=1):.1f} hours" in text
    assert f"it is about {every.takes / timedelta(hours=1):.1f} hours" in text
    assert every.takes < timedelta(hours=4)  # the aim, of everything that a client can connect
