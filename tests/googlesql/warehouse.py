"""The tables of a project with workspaces in it, and the views over them, as the project's own code declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.marts import files, statements
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.sync.tables import table_of, views_of
from shared.vocabulary.columns import Column
from shared.vocabulary.stream import Stream
from shared.warehouse import names, rates, runs, schema, views
from shared.warehouse.spec import TableSpec, ViewSpec
from tests.googlesql.service import Columns

PROJECT = "demo-project-1"
BATCH = "b1"
# One that counts in euro, and one that has no currency: what is empty there has a type, too.
ACME = Workspace("acme", "Acme", currency="EUR", fiscal_year_start=4)
BOLT = Workspace("bolt", "Bolt")


@dataclass(frozen=True)
class View:
    """A view: what makes it, what it asks, and what it says that comes out of it."""

    address: str  # project.dataset.name
    statement: str
    query: str
    columns: Columns


def kinds(columns: Iterable[Column]) -> Columns:
    return [(column.name, column.sql_type) for column in columns]


def filled() -> Iterator[tuple[TableSpec, list[ViewSpec], Stream | None]]:
    """Every table that is loaded, with the views over it and the stream that fills it."""
    yield runs.TABLE, [], None
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            yield table_of(platform, stream), views_of(platform, stream), stream


def tables(workspace: Workspace) -> dict[str, Columns]:
    """All of a workspace, by their full names."""
    found: dict[str, Columns] = {}
    for table, _, _ in filled():
        for dataset in (names.raw(workspace.id), names.history(workspace.id)):
            found[f"{PROJECT}.{dataset}.{table.name}"] = kinds(schema.kept(table))
        staging = names.staging_table(workspace.id, table.name, BATCH)
        found[f"{PROJECT}.{names.STAGING}.{staging}"] = kinds(schema.staged(table))
    for name in (rates.TABLE, rates.ARRIVED):
        found[f"{PROJECT}.{names.SHARED}.{name}"] = kinds(rates.COLUMNS)
    return found


def raw_views(workspace: Workspace) -> Iterator[View]:
    staged = {column.name: column for column in schema.STAGED}
    for _, over, _ in filled():
        for view in over:
            columns = {**staged, **{column.name: column for column in view.columns}}
            yield View(
                f"{PROJECT}.{names.raw(workspace.id)}.{view.name}",
                views.create(PROJECT, workspace.id, view),
                views.query(PROJECT, workspace.id, view),
                kinds(replace(columns[name], name=name) for name in views.columns(view)),
            )


def mart_views(workspace: Workspace) -> Iterator[View]:
    """In an order in which each finds what it reads."""
    for mart in files.all_marts():
        yield View(
            f"{PROJECT}.{names.marts(workspace.id)}.{mart.name}",
            statements.statement(PROJECT, workspace, mart),
            statements.query(PROJECT, workspace, mart),
            kinds(mart.columns),
        )
