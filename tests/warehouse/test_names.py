"""Nothing a person or a platform can choose becomes SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.errors import Bug
from shared.warehouse import names

EVIL = [
    "",
    "A",
    "a",
    "1a",
    "a-b",
    "a b",
    "a`b",
    "a;drop table x",
    "a'b",
    'a"b',
    "a.b",
    "a\nb",
    "ä",
    "a" * 42,
    "_a",
    "a\\",
]


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("of", [names.raw, names.history])
def test_workspaces(of: Callable[[str], str], name: str) -> None:
    with pytest.raises(Bug):
        of(name)


@pytest.mark.parametrize("name", ["acme_raw", "acme_history", "agency", "staging", "tributary"])
def test_no_workspace_lies_in_the_dataset_of_another(name: str) -> None:
    for of in (names.marts, names.raw, names.history):
        with pytest.raises(Bug):
            of(name)


def test_good_names() -> None:
    assert names.marts("acme_2") == "acme_2"
    assert names.marts("raw_history_2") == "raw_history_2"
    assert names.raw("acme_2") == "acme_2_raw"
    assert names.history("acme_2") == "acme_2_history"
    assert names.staging_table("acme", "mailchimp_lists", "3f-A_9") == "acme__mailchimp_lists__3f-A_9"
    assert names.address("my-project-1", names.raw("acme"), "t") == "`my-project-1.acme_raw.t`"
    assert names.address("example.com:my-project", names.raw("acme"), "t") == "`example.com:my-project.acme_raw.t`"


@pytest.mark.parametrize("batch", ["", "a`", "a b", "a.b", "a;b", "x" * 129])
def test_batches(batch: str) -> None:
    with pytest.raises(Bug):
        names.staging_table("acme", "t", batch)


@pytest.mark.parametrize("project", ["", "p`", "p q", "P", "p;x"])
def test_projects(project: str) -> None:
    with pytest.raises(Bug):
        names.address(project, "acme_raw", "t")


@pytest.mark.parametrize("value", ["", "a'b", "a\\", "a\nb", "a`b", "é", "a;b"])
def test_constants(value: str) -> None:
    with pytest.raises(Bug):
        names.text(value)


def test_constants_in_sql() -> None:
    assert names.text("acme/raw/m/2026-09-01/r/s/0-1.ndjson.gz") == "'acme/raw/m/2026-09-01/r/s/0-1.ndjson.gz'"
    assert names.literal('says "x" \\ and\n more') == '"says \\"x\\" \\\\ and\\n more"'
    there = datetime(2026, 9, 1, 8, tzinfo=timezone(timedelta(hours=2)))
    assert names.moment(there) == "TIMESTAMP '2026-09-01 06:00:00.000000+00:00'"
    assert names.moment(datetime(1, 1, 1, tzinfo=UTC)) == "TIMESTAMP '0001-01-01 00:00:00.000000+00:00'"
    with pytest.raises(Bug):
        names.moment(datetime(2026, 9, 1))
