"""The stand-in translates a view once for all workspaces, and each still reads its own tables."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from bqemulator.jobs import executor
from pytest_mock import MockerFixture

from infra.local import bigquery

VIEW = (
    "CREATE OR REPLACE VIEW `p.{0}.orders` (`day` OPTIONS (description='A day')) AS\n"
    "SELECT '{0}' AS workspace_id, {1}, day FROM `p.{0}_raw.shop_orders` JOIN `p.{0}_history.shop_orders` USING (day)"
)


async def translate(bq_sql: str, **more: Any) -> str:
    """A likeness of what the real one does: quotes of another kind, and a word of its own."""
    parts = bq_sql.replace(" AS\n", " AS\n/* 'day' */ ").split("`")
    return "".join(f'"{part.replace(".", chr(34) + "." + chr(34))}"' if n % 2 else part for n, part in enumerate(parts))


def address(duckdb_sql: str, project_id: str) -> str:
    return duckdb_sql.replace(f'"{project_id}"."', f'"{project_id}__')


def plain(sql: str) -> str:
    return address(asyncio.run(translate(sql)), "p")


def translated(sql: str) -> str:
    made: str = executor.rewrite_table_refs(asyncio.run(executor.rewrite_and_translate_statement(sql)), "p")
    return made


@pytest.fixture
def asked(mocker: MockerFixture) -> Callable[[], int]:
    """How often something was translated or addressed."""
    spies = [mocker.AsyncMock(wraps=translate), mocker.Mock(wraps=address)]
    mocker.patch.object(executor, "rewrite_and_translate_statement", spies[0])
    mocker.patch.object(executor, "rewrite_table_refs", spies[1])
    bigquery._translate_views_once()
    return lambda: sum(spy.call_count for spy in spies)


def test_a_view_of_two_workspaces_is_translated_once_and_reads_its_own(asked: Callable[[], int]) -> None:
    for workspace in ("acme", "birch_2"):
        sql = VIEW.format(workspace, "SUM(n)")
        assert translated(sql) == plain(sql)
    assert asked() == 2


@pytest.mark.parametrize("names", [("acme", "day"), ("day", "acme"), ("acme", "orders"), ("orders", "acme")])
def test_a_workspace_that_is_called_like_something_else_is_told_apart(
    asked: Callable[[], int], names: tuple[str, str]
) -> None:
    for workspace in names:
        sql = VIEW.format(workspace, "SUM(n)")
        assert translated(sql) == plain(sql)


def test_a_view_that_is_another_one_is_translated(asked: Callable[[], int]) -> None:
    assert "SUM(n)" in translated(VIEW.format("acme", "SUM(n)"))
    assert "SUM(m)" in translated(VIEW.format("acme", "SUM(m)"))
    assert asked() == 4


def test_what_hangs_on_types_is_translated_for_each(asked: Callable[[], int]) -> None:
    for workspace in ("acme", "birch"):
        translated(VIEW.format(workspace, "AVG(n)"))
    assert asked() == 3, "its addresses do not"


def test_what_makes_no_view_is_translated_each_time(asked: Callable[[], int]) -> None:
    for _ in range(2):
        translated("SELECT 1 FROM `p.acme.orders`")
    assert asked() == 4
