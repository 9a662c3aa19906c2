"""A receipt says of everything that remains until which day, and its days are those of terraform/."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime

import orjson
import pytest

from infra.admin.receipts import as_json, as_text
from shared.erasure import remaining
from shared.erasure.receipt import Receipt
from shared.erasure.remaining import remainders
from shared.opening import datasets
from shared.settings import Settings
from tests.terraform import drawing

DAY = 86400
ENDED = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
BEGUN = datetime(2026, 2, 27, tzinfo=UTC)


def block(file: str, kind: str, name: str) -> str:
    found = re.search(rf'^resource "{kind}" "{name}" \{{\n(.*?)^\}}', drawing.read(file), re.MULTILINE | re.DOTALL)
    assert found, f"{kind}.{name} is not in {file}"
    return found[1]


def number(text: str, name: str) -> int:
    found = re.search(rf"\b{name} *= *\"?([\d *]+)", text)
    assert found, name
    whole = 1
    for factor in found[1].split("*"):
        whole *= int(factor)
    return whole


BUCKETS = {"pages": "storage.tf", "exports": "exports.tf", "archive": "storage.tf"}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_keeps_what_was_deleted_as_long_as_the_receipt_says(name: str) -> None:
    text = block(BUCKETS[name], "google_storage_bucket", name)
    assert number(text, "retention_duration_seconds") == remaining.SOFT_DELETE * DAY
    rules = re.findall(r"(age|days_since_noncurrent_time) *= *(\d+)\n *with_state *= *\"(\w+)\"", text)
    wanted = {
        "pages": ("days_since_noncurrent_time", str(remaining.VERSIONS), "ARCHIVED"),
        "exports": ("age", str(remaining.EXPORTS), "ANY"),
        "archive": ("age", str(remaining.ARCHIVE), "ANY"),
    }
    assert wanted[name] in rules
    assert not re.search(r"retention_policy|default_event_based_hold", text)


def test_no_other_bucket_holds_what_is_somebodys() -> None:
    text = "".join(path.read_text() for path in drawing.TERRAFORM.glob("*.tf"))
    found = re.findall(r'resource "google_storage_bucket" "(\w+)"', text)
    assert set(found) == {*BUCKETS, "functions", "published"}  # archives of functions are code


def test_of_what_was_published_nothing_is_kept_that_was_deleted() -> None:
    text = block("publishing.tf", "google_storage_bucket", "published")
    assert number(text, "retention_duration_seconds") == 0
    assert re.search(r"versioning \{\n *enabled = false", text)
    assert "lifecycle_rule" not in text


def test_the_database_is_recovered_and_backed_up_as_long_as_the_receipt_says() -> None:
    assert "POINT_IN_TIME_RECOVERY_ENABLED" in block("firestore.tf", "google_firestore_database", "this")
    backups = block("firestore.tf", "google_firestore_backup_schedule", "daily")
    assert "var.backup_days * 86400" in backups
    declared = drawing.read("variables.tf").partition('variable "backup_days"')[2]
    given = next(each.default for each in fields(Settings) if each.name == "backup_days")
    assert number(declared, "default") == int(str(given))
    assert "TRIBUTARY_BACKUP_DAYS = tostring(var.backup_days)" in drawing.read("place.tf")
    assert "local.connect" in drawing.read("outputs.tf"), "and the operator is told it"


def test_bigquery_keeps_what_was_deleted_as_long_as_the_receipt_says() -> None:
    assert remaining.TIME_TRAVEL * 24 == datasets.TIME_TRAVEL
    staging = block("warehouse.tf", "google_bigquery_dataset", "staging")
    assert number(staging, "default_table_expiration_ms") == remaining.STAGING * DAY * 1000


def test_logs_and_dead_letters_are_kept_as_long_as_the_receipt_says() -> None:
    assert "google_logging_project_bucket_config" not in drawing.read("logs.tf"), "logs are kept as Google keeps them"
    messages = drawing.read("modules/function/messages.tf")
    assert number(messages, "message_retention_duration") == remaining.DEAD_LETTERS * DAY


def test_a_receipt_names_the_day_on_which_each_of_them_ends() -> None:
    receipt = Receipt("acme-1", "workspace acme", BEGUN, ENDED)
    shown = orjson.loads(as_json(receipt, None, 14))["remains"]
    until = {each["where"]: each["until"] for each in shown}
    assert until["bucket of pages"] == "2026-03-15"  # versions for a week, then soft delete for another
    assert until["bucket of the archive"] == str(date(2027, 4, 12))  # 400 days and seven
    assert until["Firestore, point-in-time recovery"] == "2026-03-08"
    assert until["Firestore, daily backups"] == until["BigQuery"] == "2026-03-15"
    assert until["Terraform's state"] is None
    text = as_text(receipt, None, 14)
    assert all(
        re.search(rf"^{each['until'] or 'no end of itself'} +{re.escape(each['where'])} ", text, re.M) for each in shown
    )


def test_an_installation_that_keeps_backups_for_longer_says_so() -> None:
    receipt = Receipt("acme-1", "workspace acme", BEGUN, ENDED)
    until = {each["where"]: each["until"] for each in orjson.loads(as_json(receipt, None, 90))["remains"]}
    assert until["Firestore, daily backups"] == "2026-05-30"


def test_before_the_last_look_days_are_counted_from_when_it_may_be() -> None:
    receipt = Receipt("acme-1", "workspace acme", BEGUN)
    until = {each["where"]: each["until"] for each in orjson.loads(as_json(receipt, ENDED, 14))["remains"]}
    assert until["Firestore, point-in-time recovery"] == "2026-03-08"


def test_what_ends_first_stands_first_and_nothing_is_told_twice() -> None:
    found = remainders(14)
    ends = [each.days for each in found if each.days is not None]
    assert ends == sorted(ends)
    assert len({each.where for each in found}) == len(found)
    assert [each.days for each in found[len(ends) :]] == [None] * (len(found) - len(ends))
