"""The catalogue that functions carry says what the views say, and which sums a rate is made of."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.tools import catalogue as making
from infra.tools import docs
from shared.marts.files import Mart, all_marts
from shared.questions import catalogue
from shared.warehouse.schema import STAGED
from tests.questions.judge import RATES

MARTS = {mart.name: mart for mart in all_marts()}
KNOWN = catalogue.marts()


def test_it_is_what_the_views_say() -> None:
    assert (docs.ROOT / making.CATALOGUE).read_text() == making.text()
    assert set(KNOWN) == set(MARTS)


@pytest.mark.parametrize("name", MARTS)
def test_every_column_is_there_but_those_of_lineage_persons_ages_and_json(name: str) -> None:
    left_out = [column for column in MARTS[name].columns if column.name not in KNOWN[name].columns]
    lineage = {column.name for column in STAGED} - {"workspace_id", "connection_id"}
    assert all(column.kind == "json" or column.name in lineage | {"customer_id", "hours_old"} for column in left_out)
    for column in MARTS[name].columns:
        known = KNOWN[name].columns.get(column.name)
        assert known is None or (known.kind, known.adds, known.meaning) == (column.kind, column.adds, column.meaning)


def test_rates_are_made_of_the_sums_that_the_tests_of_the_marts_divide() -> None:
    found = {
        (name, column.name): column.rate
        for name, mart in KNOWN.items()
        for column in mart.columns.values()
        if column.rate is not None
    }
    for (mart, name), rate in found.items():
        parts = RATES[name] if (mart, name) != ("email_by_mailing", "average_order_value") else ("revenue", "orders")
        assert (rate.above, rate.below, rate.times) == (*parts, 1000 if name == "cpm" else 1)
    with_rates = {
        (name, column.name)
        for name, mart in MARTS.items()
        for column in mart.columns
        if column.name in RATES and column.adds is False
    }
    assert with_rates == set(found)


def test_amounts_are_in_a_currency_that_stands_beside_them() -> None:
    for mart in KNOWN.values():
        for column in mart.columns.values():
            assert (column.unit == "money") == bool(column.currency), (mart.name, column.name)
            if column.currency:
                assert column.currency in mart.columns
            if column.kind == "money" and column.adds:
                assert column.currency == ("reporting_currency" if column.name.endswith("_converted") else "currency")
            if column.name.endswith("_converted"):
                assert column.native == column.name.removesuffix("_converted")
                assert column.whole


def test_marts_with_columns_that_name_a_person_are_marked() -> None:
    naming = {"person_id", "contact_id", "email", "email_address", "customer_id"}
    for name, mart in KNOWN.items():
        assert mart.persons or not naming & set(mart.columns), name
    assert {name for name, mart in KNOWN.items() if mart.persons} == {
        "contact_records", "dim_contacts", "fact_email_engagement", "list_changes"
    }  # fmt: skip


def test_what_may_not_be_added_up_has_a_level_to_be_told_at() -> None:
    for name, mart in KNOWN.items():
        if any(column.adds is False and column.rate is None for column in mart.columns.values()):
            assert mart.level, name
            assert set(mart.level) <= set(mart.columns)


def test_importing_it_reads_nothing() -> None:
    said = (
        "import sys; import shared.questions.ask, shared.questions.catalogue as c;"
        "assert 'duckdb' not in sys.modules; assert c.marts.cache_info().misses == 0"
    )
    subprocess.run([sys.executable, "-c", said], check=True, cwd=docs.ROOT)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [("level: date, dy", "dy"), ("apart: metrics", "metrics")],
)
def test_a_level_of_columns_that_are_not_there_stops_the_build(wrong: str, named: str) -> None:
    from shared.errors import Bug
    from shared.marts.files import read

    with pytest.raises(Bug, match=named):
        read("ads", f"-- A view.\n/*\nconnection_id; date date Day\n{wrong}\n*/\nSELECT 1\n")


def test_a_level_is_no_column() -> None:
    from shared.marts.files import read

    mart: Mart = read("ads", "-- A view.\n/*\nconnection_id; date date Day\nlevel: connection_id, date\n*/\nSELECT 1\n")
    assert [column.name for column in mart.columns] == ["connection_id", "date"]
    assert (mart.level, mart.apart) == (("connection_id", "date"), ())
