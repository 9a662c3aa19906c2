"""The script of a version, statement by statement as GoogleSQL reads it: each finds what those before it have made, and
what comes out for a file is what its mart says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.publishing.attempt import Attempt, attempt_name
from shared.publishing.fingerprints import sources
from shared.publishing.script import STAMP, script
from shared.publishing.selection import published_columns, published_marts, sql_type
from tests.googlesql import warehouse
from tests.googlesql.service import Columns, Service
from tests.googlesql.warehouse import ACME, BOLT, PROJECT

MARTS = {mart.name: mart for mart in published_marts()}
ATTEMPT = Attempt(
    name=attempt_name(1, 1, datetime(2026, 11, 1, tzinfo=UTC)), version=1, causes=("loaded",), workspace=ACME,
    asked=tuple(MARTS), inputs=dict.fromkeys(MARTS, "0123"), connections=("conn-1", "conn-2"), empty=(), text="",
)  # fmt: skip
MADE = re.compile(r"CREATE TEMP TABLE (?P<name>\w+) AS\n(?P<query>.*)", re.DOTALL)
WRITTEN = re.compile(
    r"EXPORT DATA OPTIONS \(\n  uri = 'gs://published/acme/(?P<mart>\w+)/.*?\n\) AS\n(?P<query>.*)", re.DOTALL
)
NAMED = re.compile(r"`([\w-]+\.\w+\.[\w-]+)`")


def steps(attempt: Attempt) -> list[str]:
    return [step for step in script(PROJECT, "published", attempt).split(";\n") if step.strip()]


def walk(service: Service, attempt: Attempt) -> tuple[dict[str, Columns], dict[str, Columns]]:
    """The columns of every temporary table, and of every file."""
    there = warehouse.tables(attempt.workspace) | {
        view.address: view.columns for view in warehouse.raw_views(attempt.workspace)
    }
    temporary, written = dict[str, Columns](), dict[str, Columns]()
    for step in steps(attempt):
        known = {name: there[name] for name in dict.fromkeys(NAMED.findall(step))}
        known |= {name: columns for name, columns in temporary.items() if re.search(rf"\b{name}\b", step)}
        service.columns(step, known)
        if made := MADE.match(step):
            temporary[made["name"]] = service.columns(made["query"], known)
        elif file := WRITTEN.match(step):
            written[file["mart"]] = service.columns(file["query"], known)
    return temporary, written


@pytest.mark.slow
def test_the_whole_script_is_googlesql_and_its_files_are_of_the_types_that_are_said(service: Service) -> None:
    temporary, written = walk(service, ATTEMPT)
    said = {mart.name: [(c.name, sql_type(c)) for c in published_columns(mart)] for mart in MARTS.values()}
    assert {name: [*columns] for name, columns in written.items()} == said
    assert dict(temporary[STAMP])["as_of"] == "TIMESTAMP"
    assert dict(temporary[STAMP])["proved_until"] == "DATE"


@pytest.mark.slow
@pytest.mark.parametrize(
    "attempt",
    [replace(ATTEMPT, connections=()), replace(ATTEMPT, workspace=BOLT, asked=("email_by_week",)),
     replace(ATTEMPT, asked=())],
    ids=["nothing is connected", "one mart without a currency", "nothing has changed"],
)  # fmt: skip
def test_also_where_there_is_little_to_ask(service: Service, attempt: Attempt) -> None:
    _, written = walk(service, attempt)
    assert len(written) <= len(attempt.asked)


@pytest.mark.slow
@pytest.mark.parametrize("filled", ["none", "google_ads", "mailchimp", "shopify", "google_analytics", "metricool"])
def test_tables_without_rows_are_not_named_and_the_columns_stay(service: Service, filled: str) -> None:
    """Whatever is connected: what comes out for each file is of the types that are said."""
    empty = tuple(f"{space}.{table}" for space, table in sources() if not table.startswith((filled, "tributary")))
    attempt = replace(ATTEMPT, empty=tuple(each for each in empty if not each.startswith("shared.")))
    _, written = walk(service, attempt)
    said = {mart.name: [(c.name, sql_type(c)) for c in published_columns(mart)] for mart in MARTS.values()}
    assert {name: [*columns] for name, columns in written.items()} == said
    text = script(PROJECT, "published", attempt)
    assert not any(f"_{each}`" in text for each in attempt.empty)
    assert len(attempt.empty) > 60


def test_everything_is_asked_in_one_transaction_and_written_after_it() -> None:
    kinds = [step.split("\n")[0].split(" OPTIONS")[0].split(" AS")[0].rsplit(" ", 1)[0] for step in steps(ATTEMPT)]
    assert kinds[0] == "BEGIN"
    end = kinds.index("COMMIT")
    assert set(kinds[1:end]) == {"CREATE TEMP TABLE"}
    assert set(kinds[end + 1 : -1]) == {"EXPORT"}
    assert len(kinds) - end == len(MARTS) + 2
