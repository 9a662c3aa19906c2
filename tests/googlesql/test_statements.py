"""GoogleSQL itself reads every statement that the project makes, and says what comes out of each view."""

from __future__ import annotations

import re

import pytest

from infra.local.processes import ROOT
from tests.googlesql import statements, warehouse
from tests.googlesql.service import Columns, Refused, Service, Tables
from tests.googlesql.statements import Statement
from tests.googlesql.warehouse import ACME, BOLT, PROJECT

NAMED = re.compile(r"`([\w-]+\.\w+\.[\w-]+)`")
SOURCES = (
    statements.of_loading, statements.of_reading_back, statements.of_erasure, statements.of_clearing,
    statements.of_looking, statements.of_tools, statements.of_documentation,
)  # fmt: skip


@pytest.fixture(scope="module")
def known(service: Service) -> dict[str, Columns]:
    """Every table, and every view with what GoogleSQL says that comes out of it; or why it refuses the view."""
    found: dict[str, Columns] = {}
    for workspace in (ACME, BOLT):
        found |= warehouse.tables(workspace)
        for view in (*warehouse.raw_views(workspace), *warehouse.mart_views(workspace)):
            try:
                assert service.columns(view.statement, used(view.statement, found)) == []
                shown = service.columns(view.query, used(view.query, found))
            except Refused as reason:
                pytest.fail(f"{view.address}: {reason}")
            assert [*shown] == [*view.columns], f"{view.address} says other columns than come out of it"
            found[view.address] = shown
    return found


def used(sql: str, known: Tables) -> Tables:
    """Those that it names: an analyzer that is given all of them takes long."""
    return {name: known[name] for name in dict.fromkeys(NAMED.findall(sql)) if name in known}


def bare(known: Tables) -> Tables:
    """The marts, and what they read, by the names that a question in a dataset has for them."""
    ours = (f"{PROJECT}.{ACME.id}.", f"{PROJECT}.{ACME.id}_raw.")
    return {name.rpartition(".")[2]: columns for name, columns in known.items() if name.startswith(ours)}


def refused(service: Service, statement: Statement, known: Tables) -> str:
    tables = bare(known) if statement.bare else used(statement.sql, known)
    try:
        service.columns(statement.sql, tables)
    except Refused as reason:
        return str(reason)
    return ""


@pytest.mark.slow
def test_every_view_says_what_comes_out_of_it(known: dict[str, Columns]) -> None:
    views = [name for name in known if f"{PROJECT}.{ACME.id}." in name]
    assert len(views) == len(list((ROOT / "shared/marts/views").glob("*.sql")))


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_every_statement_is_googlesql(service: Service, known: dict[str, Columns], source: statements.Source) -> None:
    found = list(source())
    assert found
    wrong = [(each.where, why) for each in found if (why := refused(service, each, known))]
    assert wrong == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("SELECT no_such_column FROM `{0}`", "Unrecognized name"),
        ("SELECT account_id FROM `{0}` UNION ALL SELECT _line FROM `{0}`", "incompatible types"),
        (
            "SELECT date FROM `{0}` UNION ALL SELECT NULL FROM `{0}` QUALIFY RANK() OVER (ORDER BY cost) = 1",
            "incompatible types",
        ),
        ("SELECT account_id, SUM(cost) FROM `{0}`", "neither grouped nor aggregated"),
        ("SELECT 1 FROM `no.such.table`", "not found"),
        ("DELETE FROM `{0}`", "must have a WHERE clause"),
    ],
)
def test_what_bigquery_refuses_is_refused_here(
    service: Service, known: dict[str, Columns], wrong: str, says: str
) -> None:
    sql = wrong.format(f"{PROJECT}.acme_raw.google_ads_campaign_daily")
    assert says in refused(service, Statement("test", sql), known)
