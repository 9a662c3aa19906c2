"""Puts views in place, one after the other. What BigQuery refuses is named, and stops only what reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from google.api_core.exceptions import ClientError, GoogleAPICallError, InternalServerError, NotFound, Unauthorized
from google.cloud import bigquery

from shared.errors import Problem
from shared.marts.files import Mart
from shared.stores.bigquery_client import labels_of
from shared.warehouse import names
from shared.warehouse.schema import describe

_LONGEST = 500  # characters of what BigQuery says; it repeats the statement after that


@dataclass(frozen=True)
class View:
    mart: Mart
    statement: str
    reads: frozenset[str] = frozenset()  # views of the same dataset


@dataclass(frozen=True)
class Deployment:
    views: int
    changed: tuple[str, ...] = ()  # views that were not in place, or not like this
    left_out: tuple[str, ...] = ()  # of the agency: those that would read more than BigQuery takes to one query
    refused: Mapping[str, str] = field(default_factory=dict)  # what could not be put in place, and why


@dataclass
class Attempts:
    """Steps of which each may fail without stopping the others; what failed is kept with its reason. An outage, or a
    caller who is not signed in, stops all of them: the next step would fail for the same reason."""

    refused: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        try:
            yield
        except Unauthorized:
            raise
        except (ClientError, InternalServerError) as error:
            self.refused[name] = words(error)
        except Problem as problem:
            self.refused[name] = problem.sentence


def words(error: GoogleAPICallError) -> str:
    """What BigQuery says, without the address of the call."""
    said = error.errors[0].get("message", "") if error.errors else error.message
    return str(said or type(error).__name__).partition("; reason")[0][:_LONGEST]


def place(client: Any, project: str, dataset: str, views: Iterable[View]) -> Deployment:
    """Those that differ from what is in place, in this order, because they read each other. Views that no file
    describes any more are dropped, unless one that could not be brought up to date might still read them."""
    found = list(views)
    there = {table.table_id: labels_of(client, table) for table in listed(client, dataset)}
    attempts, changed, definitions = Attempts(), [], dict[str, str]()
    for view in found:
        name = view.mart.name
        definitions[name] = _definition(view, definitions)
        wanted = {**names.MARTS, "definition": definitions[name]}
        missing = sorted(view.reads & attempts.refused.keys())
        if missing:
            attempts.refused[name] = f"It reads {', '.join(missing)}, which could not be put in place."
        elif there.get(name) != wanted:
            with attempts.of(name):
                client.query(view.statement, job_config=bigquery.QueryJobConfig(labels=names.MARTS)).result()
                _describe(client, project, dataset, view.mart, wanted)
                changed.append(name)
    if not any(view.reads for view in found if view.mart.name in attempts.refused):
        kept = {view.mart.name for view in found}
        for name in (
            name for name, labels in there.items() if labels.get("app") == names.MARTS["app"] and name not in kept
        ):
            with attempts.of(name):
                gone = f"DROP VIEW IF EXISTS {names.address(project, dataset, name)}"
                client.query(gone, job_config=bigquery.QueryJobConfig(labels=names.MARTS)).result()
    return Deployment(len(found), tuple(changed), refused=attempts.refused)


def listed(client: Any, dataset: str) -> list[Any]:
    try:
        return list(client.list_tables(dataset))
    except NotFound:
        return []


def _definition(view: View, below: Mapping[str, str]) -> str:
    """Of the statement and of all views behind it: one that reads a view that has changed is put in place again, also
    when deploying was interrupted between the two."""
    text = "\n".join([view.statement, *(below[name] for name in sorted(view.reads))])
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _describe(client: Any, project: str, dataset: str, mart: Mart, labels: dict[str, str]) -> None:
    """The label says which definition is in place, so it is set last."""
    view = client.get_table(f"{project}.{dataset}.{mart.name}")
    meanings = {column.name: describe(column) for column in mart.columns}
    fields = [{**field.to_api_repr(), "description": meanings[field.name]} for field in view.schema]
    view.schema = [bigquery.SchemaField.from_api_repr(field) for field in fields]
    view.description, view.labels = mart.description, labels
    client.update_table(view, ["schema", "description", "labels"])
