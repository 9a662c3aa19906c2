"""What is never published: people, and what ages."""

from __future__ import annotations

import re

import pytest

from shared.marts.files import PERSONAL, all_marts
from shared.platforms import PLATFORMS
from shared.publishing.selection import (
    AGES,
    LINEAGE,
    PEOPLE,
    order_of,
    published_columns,
    published_marts,
    with_sources,
)

PUBLISHED = {mart.name: mart for mart in published_marts()}
ABOUT_ONE = re.compile(
    r"\b(person|people|contact|customer|subscriber|profile|member)\b.*\bid\b|\be-?mail address|address of", re.I
)
OUR_OWN = {("social_people", "profile_id"), ("fact_social", "profile_id")}  # of the client's own pages


def test_marts_about_single_people_say_so_and_are_not_published() -> None:
    marked = {mart.name for mart in all_marts() if mart.is_personal}
    assert marked == {"contact_records", "dim_contacts", "list_changes", "fact_email_engagement"}
    assert marked & PUBLISHED.keys() == set()
    assert all(
        mart.description.endswith(PERSONAL) or PERSONAL in mart.description for mart in all_marts() if mart.is_personal
    )


@pytest.mark.parametrize("mart", PUBLISHED.values(), ids=lambda mart: mart.name)
def test_no_column_that_is_published_names_a_person(mart: object) -> None:
    for column in published_columns(mart):
        assert column.name not in PEOPLE | AGES | LINEAGE
        assert not re.search(r"(^|_)(email|phone|address|first_name|last_name)$", column.name), column.name
        if (mart.name, column.name) not in OUR_OWN:  # type: ignore[attr-defined]
            assert not ABOUT_ONE.search(column.meaning), column


def test_no_address_reaches_what_is_published() -> None:
    """Columns that hold addresses, wherever platforms have them, are read by marts about people alone."""
    addresses = {c.name for p in PLATFORMS.values() for s in p.streams for c in s.columns if c.name.endswith("email")}
    assert addresses
    for mart in PUBLISHED.values():
        selected = mart.query.rpartition("SELECT")[2]
        assert not re.search(rf"\b({'|'.join(addresses)})\b", selected), mart.name


def test_rows_are_sorted_by_connection_and_day() -> None:
    assert order_of(PUBLISHED["fact_ad_performance"]) == ("connection_id", "date")
    assert order_of(PUBLISHED["email_by_week"]) == ("connection_id", "week")
    assert order_of(PUBLISHED["dim_campaigns"]) == ("connection_id",)


def test_what_a_mart_reads_stands_before_it() -> None:
    names = [mart.name for mart in with_sources(["moving_averages"])]
    assert names.index("metrics_by_day") < names.index("metrics_every_day") < names.index("moving_averages")
    for mart in with_sources(PUBLISHED):
        assert mart.tables("marts") <= {each.name for each in with_sources(PUBLISHED)}
