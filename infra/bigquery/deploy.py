"""Puts the marts in place: the tables they read, then the views, of a workspace and for the agency. Safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from infra.bigquery import marts, rates
from infra.bigquery.marts import Mart
from infra.stores import Stores
from shared.connectors import PLATFORMS
from shared.errors import Bug
from shared.model import Workspace, from_doc
from shared.stores.bigquery_tables import Tables
from shared.stores.ports import TableSpec, ViewSpec
from shared.sync.tables import table_of, views_of
from shared.warehouse import names, runs
from shared.warehouse.schema import describe

_OURS = {"app": "tributary-marts"}


@dataclass(frozen=True)
class Deployment:
    views: int
    changed: tuple[str, ...]  # views that were not in place, or not like this
    left_out: tuple[str, ...] = ()  # of the agency: those that would read more than BigQuery takes to one query


def deploy(stores: Stores, workspace: Workspace) -> Deployment:
    """The marts of one workspace. Tables of platforms that are not connected are made too, and stay empty, so that the
    views need no change when one is connected."""
    client, project = stores.bigquery, stores.settings.project
    rates.make(stores)
    tables = Tables(client, project, stores.settings.location)
    for table, entries in sources(marts.all_marts()):
        tables.have(workspace.id, table, entries)
    dataset = names.marts(workspace.id)
    tables.dataset(dataset, workspace.id)
    for source in (names.raw(workspace.id), names.history(workspace.id), names.SHARED):
        authorise(client, project, source, dataset)
    statements = [(mart, marts.statement(project, workspace, mart)) for mart in marts.all_marts()]
    return _place(client, project, dataset, statements)


def deploy_agency(stores: Stores) -> Deployment:
    """The same marts over all workspaces that have them. A view that names one that has gone would fail, so this is
    done again whenever one goes. One that would not work for so many is left out whole: some of them are not all."""
    client, project = stores.bigquery, stores.settings.project
    found = [from_doc(Workspace, doc).id for doc in stores.documents.find("workspaces")]
    there = {each: {table.table_id for table in _listed(client, names.marts(each))} for each in found}
    Tables(client, project, stores.settings.location).dataset(names.AGENCY)
    statements, left_out = [], []
    for mart in marts.all_marts():
        having = [each for each in found if mart.name in there[each]]
        if len(having) > marts.most_united(mart):
            left_out.append(mart.name)
        elif having:
            statements.append((mart, marts.united(project, having, mart)))
    for each in found:
        if there[each]:
            authorise(client, project, names.marts(each), names.AGENCY)
    return replace(_place(client, project, names.AGENCY, statements), left_out=tuple(left_out))


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


def authorise(client: Any, project: str, dataset: str, reader: str) -> None:
    """Views of the one dataset may read the other, so that people need access to the views alone."""
    entry = bigquery.AccessEntry.from_api_repr(
        {"dataset": {"dataset": {"projectId": project, "datasetId": reader}, "targetTypes": ["VIEWS"]}}
    )
    found = client.get_dataset(bigquery.DatasetReference(project, dataset))
    if entry not in found.access_entries:
        found.access_entries = [*found.access_entries, entry]
        client.update_dataset(found, ["access_entries"])


def _place(client: Any, project: str, dataset: str, statements: list[tuple[Mart, str]]) -> Deployment:
    """Those that differ, one after the other because they read each other; and none that no file describes any more."""
    there = {table.table_id: _labels(client, table) for table in _listed(client, dataset)}
    changed, anew = [], set[str]()
    for mart, statement in statements:
        wanted = {**_OURS, "definition": blake2b(statement.encode(), digest_size=12).hexdigest()}
        if there.get(mart.name) == wanted and not mart.tables("marts") & anew:
            continue
        client.query(statement, job_config=bigquery.QueryJobConfig(labels=_OURS)).result()
        _describe(client, project, dataset, mart, wanted)
        anew.add(mart.name)
        changed.append(mart.name)
    kept = {mart.name for mart, _ in statements}
    for name, labels in there.items():
        if labels.get("app") == _OURS["app"] and name not in kept:
            gone = f"DROP VIEW IF EXISTS {names.address(project, dataset, name)}"
            client.query(gone, job_config=bigquery.QueryJobConfig(labels=_OURS)).result()
    return Deployment(len(statements), tuple(changed))


def _labels(client: Any, listed: Any) -> dict[str, str]:
    """The list has them in BigQuery; its stand-in tells them one by one."""
    return dict(listed.labels or client.get_table(listed.reference).labels)


def _describe(client: Any, project: str, dataset: str, mart: Mart, labels: dict[str, str]) -> None:
    """The label says which definition is in place, so it is set last."""
    view = client.get_table(f"{project}.{dataset}.{mart.name}")
    meanings = {column.name: describe(column) for column in mart.columns}
    fields = [{**field.to_api_repr(), "description": meanings[field.name]} for field in view.schema]
    view.schema = [bigquery.SchemaField.from_api_repr(field) for field in fields]
    view.description, view.labels = mart.description, labels
    client.update_table(view, ["schema", "description", "labels"])


def _listed(client: Any, dataset: str) -> list[Any]:
    try:
        return list(client.list_tables(dataset))
    except NotFound:
        return []
