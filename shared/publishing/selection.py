"""Which marts are published, and which of their columns: nothing about single people, and nothing that ages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from shared.marts.files import Mart, all_marts
from shared.vocabulary.columns import Column

STAMPED = ("sync_status", "coverage_by_day")  # what the stamp is made of, so they are asked for every version
AGES = frozenset({"hours_old"})  # they grow while the file lies there: who answers works them out
PEOPLE = frozenset({"contact_id", "customer_id", "email", "person_id", "record_id"})  # wherever they stand
LINEAGE = frozenset({"_synced_at", "_page", "_line"})  # more than half of the bytes, and asked for row by row, live
DAYS = ("date", "week", "day", "month")  # the column of the day, by which rows are sorted within a connection


@cache
def published_marts() -> tuple[Mart, ...]:
    """In an order in which each finds what it reads."""
    return tuple(mart for mart in all_marts() if not mart.is_personal)


@cache
def published_columns(mart: Mart) -> tuple[Column, ...]:
    left_out = AGES | PEOPLE | LINEAGE
    return tuple(column for column in mart.columns if column.name not in left_out)


def sql_type(column: Column) -> str:
    """As it is published: Parquet files of BigQuery know no JSON."""
    return "STRING" if column.kind == "json" else column.sql_type


def order_of(mart: Mart) -> tuple[str, ...]:
    """The columns by which its rows are sorted."""
    names = [column.name for column in published_columns(mart)]
    day = next((name for name in DAYS if name in names), None)
    return tuple(name for name in ("connection_id", day) if name in names)


def with_sources(wanted: Iterable[str]) -> tuple[Mart, ...]:
    """These and all marts that they read, in an order in which each finds what it reads."""
    needed = set(wanted)
    for mart in reversed(all_marts()):
        if mart.name in needed:
            needed |= mart.tables("marts")
    return tuple(mart for mart in all_marts() if mart.name in needed)
