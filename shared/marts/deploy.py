"""Puts the marts in place: the tables they read, then the views, of a workspace and for the agency. Safe to repeat:
what could be put in place stays, what could not is named, and doing it again goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from google.api_core.exceptions import NotFound

from shared.errors import Bug
from shared.marts import files, statements
from shared.marts.files import Mart
from shared.marts.permits import check_ours, forget_gone, permit
from shared.marts.placing import Attempts, Deployment, View, listed, place
from shared.marts.stores import Stores
from shared.model import Workspace, from_doc
from shared.platforms import PLATFORMS
from shared.states import Cause
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_tables import Tables
from shared.sync.data_changes import note_change
from shared.sync.tables import table_of, views_of
from shared.warehouse import names, rates, runs
from shared.warehouse.spec import TableSpec, ViewSpec


def deploy(stores: Stores, workspace: Workspace) -> Deployment:
    """The marts of one workspace. Tables of platforms that are not connected are made too, and stay empty, so that the
    views need no change when one is connected."""
    client, project = stores.bigquery, stores.settings.project
    check_ours(stores, workspace.id)
    tables, attempts = Tables(client, project, stores.settings.location), Attempts()
    with attempts.of(rates.TABLE):
        tables.dataset(names.SHARED)
        RateTable(client, project).make()
    for table, entries in sources(files.all_marts()):
        with attempts.of(table.name):
            tables.have(workspace.id, table, entries)
    dataset = names.marts(workspace.id)
    tables.dataset(dataset, workspace.id)
    for source in (names.raw(workspace.id), names.history(workspace.id), names.SHARED):
        with attempts.of(f"{source}, to be read by {dataset}"):
            permit(client, project, source, dataset, stores.clock.now())
    views = [
        View(mart, statements.statement(project, workspace, mart), frozenset(mart.tables("marts")))
        for mart in files.all_marts()
    ]
    placed = place(client, project, dataset, views)
    if placed.changed:
        note_change(stores.documents, stores.clock, workspace.id, Cause.RELEASE)
    return replace(placed, refused={**attempts.refused, **placed.refused})


def deploy_agency(stores: Stores) -> Deployment:
    """The same marts over all workspaces that have them. A view that names one that has gone would fail, so this is
    done again whenever one goes. One that would not work for so many is left out whole: some of them are not all."""
    client, project = stores.bigquery, stores.settings.project
    found, attempts = [from_doc(Workspace, doc).id for doc in stores.documents.find("workspaces")], Attempts()
    there = {each: _marts_of(client, each) for each in found}
    tables = Tables(client, project, stores.settings.location)
    for dataset in (names.AGENCY, names.SHARED):
        tables.dataset(dataset)
    with attempts.of(names.SHARED):
        forget_gone(client, project, names.SHARED, [each for each in found if there[each]])
    views, left_out = [], []
    for mart in files.all_marts():
        having = [each for each in found if mart.name in there[each]]
        if len(having) > statements.most_united(mart):
            left_out.append(mart.name)
        elif having:
            views.append(View(mart, statements.united(project, having, mart)))
    for each in found:
        if there[each]:
            with attempts.of(f"{each}, to be read by {names.AGENCY}"):
                permit(client, project, names.marts(each), names.AGENCY, stores.clock.now())
    placed = place(client, project, names.AGENCY, views)
    return replace(placed, left_out=tuple(left_out), refused={**attempts.refused, **placed.refused})


def _marts_of(client: Any, workspace: str) -> set[str]:
    """What stands there; nothing where a dataset of that name is somebody else's."""
    dataset = names.marts(workspace)
    try:
        ours = names.is_ours(client.get_dataset(dataset).labels, workspace)
    except NotFound:
        return set()
    return {table.table_id for table in listed(client, dataset)} if ours else set()


def sources(found: Iterable[Mart]) -> list[tuple[TableSpec, Sequence[ViewSpec]]]:
    """The tables that the marts read, as the platforms declare them; views over them come with their table."""
    wanted = {table for mart in found for table in mart.tables("raw", "history")} - {runs.TABLE.name}
    made: list[tuple[TableSpec, Sequence[ViewSpec]]] = [(runs.TABLE, ())]
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            table = table_of(platform, stream)
            entries = [view for view in views_of(platform, stream) if view.name in wanted]
            if table.name in wanted or entries:
                made.append((table, entries))
                wanted -= {table.name, *(view.name for view in entries)}
    if wanted:
        raise Bug("bad-mart", "A mart reads a table that no platform has.", ", ".join(sorted(wanted)))
    return made
